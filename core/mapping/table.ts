import * as z from "zod";
import { DocumentType } from "../documents/document-types.ts";
import { CodeTable, CodeTables } from "./code-tables.ts";

/**
 * A mapping is data: how one kind of message of one system becomes one canonical document, or the other way round. docs/mapping.md explains it for engineers.
 * A published version is never changed: another version is added.
 */

/**
 * Where a value stands, from the element a rule is about: names joined by `/`; a leading `/` begins at the whole message, `..` is the element around.
 * `name[child=value]` takes only those with that child, `name[child=]` those without it; `name+` takes it and the same inside it, at any depth, `name+inner`
 * where that is called `inner` there. Lists are gone into by themselves.
 */
const Path = z.string().min(1).max(300);
const Words = z.strictObject({ en: z.string().min(1), "zh-CN": z.string().min(1) });

export const Condition = z.union([
  /** One of the values there is, or none is, one of these, letter by letter. */
  z.strictObject({ path: Path, is: z.array(z.string()).min(1) }),
  z.strictObject({ path: Path, isNot: z.array(z.string()).min(1) }),
  /** One of the values there has one of these in it: what a system says in a sentence and in no code. */
  z.strictObject({ path: Path, contains: z.array(z.string().min(1)).min(1) }),
  /** The value there is the value of the other place. */
  z.strictObject({ path: Path, equals: Path }),
  /** What stands at the path (`.`, `..`) was found inside another of its own list (`name+`), or was not. */
  z.strictObject({ path: Path, nested: z.boolean() }),
  /** There is, or is not, a value that counts as one. */
  z.strictObject({ path: Path, present: z.boolean() }),
]);
export type Condition = z.infer<typeof Condition>;

/** `required`: without it nothing is made, such as a number of which one half is missing. */
const Piece = z.union([z.strictObject({ path: Path, required: z.boolean().optional() }), z.strictObject({ text: z.string() })]);

/** The closed set of converters; applied in turn. Each takes text and gives text, or says why not. */
export const Converter = z.discriminatedUnion("use", [
  /** White space at both ends goes. */
  z.strictObject({ use: z.literal("trim") }),
  /** A JSON number or boolean as its text, as sent; without it only texts are taken. */
  z.strictObject({ use: z.literal("text") }),
  /** These leading characters go, the last character stays (`000123` → `123`); `onlyDigits`: from what is all digits. */
  z.strictObject({ use: z.literal("strip"), leading: z.string().length(1), onlyDigits: z.boolean().optional() }),
  z.strictObject({ use: z.literal("pad"), length: z.number().int().min(1).max(100), with: z.string().length(1), onlyDigits: z.boolean().optional() }),
  /** A decimal, as sent where it needs no exponent. The separator is the connection's. `trailingSign`: SAP's `5.000-`; `negative: "park"`: this type has no corrections. */
  z.strictObject({ use: z.literal("decimal"), trailingSign: z.boolean().optional(), negative: z.enum(["park", "carry"]) }),
  /** A date, or a date and time, to a UTC instant; without an offset in the connection's zone. `time`: where its time stands, when in a field of its own (`240000` is the next day). `epoch`: it is a count since 1970, in UTC. `zone`: without an offset in UTC, for what is only compared. `future: "park"`: it has happened, so it is not a day after the document came. */
  z.strictObject({
    use: z.literal("instant"),
    time: Path.optional(),
    epoch: z.enum(["s", "ms"]).optional(),
    zone: z.literal("UTC").optional(),
    future: z.literal("park").optional(),
  }),
  /** A date, as it stands there; of a date and time the day that the connection's clocks show. */
  z.strictObject({ use: z.literal("date"), future: z.literal("park").optional() }),
  /** A date and time as digits (yyyyMMddHHmmssSSS) that grow with it: a version where a system has only a time. One without an offset is taken as it stands, at the door as in the lane. */
  z.strictObject({ use: z.literal("instantNumber") }),
  /** Joined with what stands at the other places (those that are there, unless `required`) or the fixed texts. */
  z.strictObject({ use: z.literal("concat"), separator: z.string().max(10), before: z.array(Piece).optional(), after: z.array(Piece).optional() }),
  /** The n-th part (from 1) between separators; it must be there. */
  z.strictObject({ use: z.literal("split"), separator: z.string().min(1).max(10), part: z.number().int().min(1) }),
  /** Of a line of a `name+` list: the values of all the lines it stands in, outermost first, and its own. `of`: of the line around (`..`); `read`: the first of these that has a value in each line, in place of the rule's own source. */
  z.strictObject({ use: z.literal("lineage"), separator: z.string().min(1).max(10), of: Path.optional(), read: z.array(Path).min(1).optional() }),
  /** By a code table of the site. */
  z.strictObject({ use: z.literal("lookup"), codes: CodeTable }),
  /** A unit's code of UN/ECE Recommendation 20. */
  z.strictObject({ use: z.literal("unit") }),
  /** A quantity in the unit the plant counts the material in, exactly; rounded half-even, parked where `tolerance` (a decimal) is passed. */
  z.strictObject({ use: z.literal("inPlantUnit"), material: Path, unit: Path, tolerance: z.string().optional() }),
  /** The unit the plant counts the material in. */
  z.strictObject({ use: z.literal("plantUnit"), material: Path }),
  /** The first case that one of the values (there may be several) equals; `otherwise` names a value, else an unlisted one is unknown. */
  z.strictObject({ use: z.literal("choose"), cases: z.array(z.tuple([z.string(), z.string()])).min(1), otherwise: z.string().optional() }),
  /** The place of this line in its list: 1 is `first`, each next one `step` more; at least `digits` digits. Put where a line carries no number of its own. */
  z.strictObject({ use: z.literal("position"), first: z.number().int().min(0), step: z.number().int().min(1), digits: z.number().int().min(1).max(10) }),
  /** The sum of the decimals found (there may be several); `alike`: only where the values at each of these places are one. */
  z.strictObject({ use: z.literal("total"), alike: z.array(Path).min(1).optional() }),
  /** Several values that are one and the same. */
  z.strictObject({ use: z.literal("same") }),
  /** A decimal that is not above the one at the other place, where there is one; both in one unit. */
  z.strictObject({ use: z.literal("atMost"), of: Path, unit: Path, ofUnit: Path, fault: z.enum(["scrap-above-started"]) }),
  /** So many characters from the n-th on (the first is 0): a field of fixed length; nothing where the text has ended before. */
  z.strictObject({ use: z.literal("slice"), from: z.number().int().min(0), length: z.number().int().min(1) }),
  /** A UTC instant as the day or the time of day that the connection's clocks show. */
  z.strictObject({ use: z.literal("localTime"), write: z.enum(["yyyyMMdd", "HHmmss"]) }),
]);
export type Converter = z.infer<typeof Converter>;

const Rule = {
  /** Of the document made: names joined by `/`. */
  target: Path,
  when: z.array(Condition).min(1).optional(),
  /** Which system's value counts, and what happens where both changed it. */
  owner: z.enum(["ERP", "MES"]),
  conflict: z.enum(["owner-wins", "latest-wins", "park"]),
  names: Words,
  note: Words.optional(),
};

const ValueRule = z.strictObject({
  ...Rule,
  /** The first of these that has a value; without any and without a constant the converters begin with the element itself (`position`, `lineage`). */
  source: z.array(Path).min(1).optional(),
  constant: z.string().optional(),
  convert: z.array(Converter).optional(),
  /** Texts that mean that there is no value, beside those of the whole table (`00000000`). */
  absent: z.array(z.string()).optional(),
  required: z.boolean().optional(),
  /** Never silent: it stands in the explanation of every document that got it. */
  default: z.strictObject({ value: z.string(), note: Words }).optional(),
});
export type ValueRule = z.infer<typeof ValueRule>;

/** A list of lines; several rules may fill one list, in their order. */
export type LinesRule = Omit<ValueRule, "source" | "constant" | "convert" | "absent" | "default" | "required"> & {
  readonly lines: string;
  readonly required?: boolean | readonly Condition[] | undefined;
  readonly unique?: readonly string[] | undefined;
  readonly match?: { readonly line: string; readonly here: string } | undefined;
  readonly nest?: { readonly id: string; readonly parent: string; readonly target: string } | undefined;
  readonly fields: readonly FieldRule[];
};
export type FieldRule = ValueRule | LinesRule;

const LinesRuleSchema: z.ZodType<LinesRule> = z.strictObject({
  ...Rule,
  /** `.`: the element itself is the one line. `when` is asked of each line. */
  lines: Path,
  /** Whether the list must be there, be it empty: always, or where all this is true. */
  required: z.union([z.boolean(), z.array(Condition).min(1)]).optional(),
  /** Names of the line made: no two lines have the same values there. A repeated line is a count twice over, so it is never carried. Over all rules that fill the list. */
  unique: z.array(z.string()).min(1).optional(),
  /** Only lines whose value at `line` is what stands at `here`, from where the rule stands. */
  match: z.strictObject({ line: Path, here: Path }).optional(),
  /** A line whose `parent` is the `id` of another is made inside that one, into its list `target`; one that names none of the lines has a wrong value. */
  nest: z.strictObject({ id: Path, parent: Path, target: z.string().min(1) }).optional(),
  get fields() {
    return z.array(FieldRule).min(1);
  },
});
export const FieldRule: z.ZodType<FieldRule> = z.union([ValueRule, LinesRuleSchema]);

const Read = z.strictObject({ source: z.array(Path).min(1), convert: z.array(Converter).optional() });

export const MappingTable = z.strictObject({
  /** `sap-idoc/order`. */
  name: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  version: z.number().int().positive(),
  direction: z.enum(["to-canonical", "from-canonical"]),
  documentType: DocumentType,
  /**
   * Of direction `from-canonical`, what it reads. `effect`: what a system is told, with the document under `document`, beside `key`, `action`, `plantReference`,
   * `reason/code`, `reason/message`, `original/key` and `original/reference`. `own`: something of the connector's own. Absent: the document alone.
   */
  reads: z.enum(["effect", "own"]).optional(),
  names: Words,
  note: Words.optional(),
  /** The table of the other direction; both together give a document back unchanged. */
  inverse: z.string().optional(),
  /** It reads documents of which all of this is true. */
  when: z.array(Condition),
  /** Of direction `from-canonical`: members that the caller gives beside the document's own, such as the number of the message it writes. */
  given: z.array(z.string()).optional(),
  /** Texts that mean that there is no value. */
  absent: z.array(z.string()),
  /** `strict`: a list is a list and one thing is none, as in JSON; `loose`: XML does not tell a list of one from one thing. */
  lists: z.enum(["strict", "loose"]),
  /** A JSON `null` means the same; without this it is a value of the wrong kind. */
  nullIsAbsent: z.boolean().optional(),
  /** What the door reads (LANES.md 4); only of direction `to-canonical`. */
  route: z
    .strictObject({
      subject: Read,
      object: Read,
      /** Of several, the first that has a value. */
      version: z.union([Read, z.array(Read).min(1)]).optional(),
      ownNumber: Read.optional(),
      cancel: z.array(z.array(Condition).min(1)).optional(),
      site: Read.optional(),
      /** Do not count for the digest. */
      volatile: z.array(Path),
    })
    .optional(),
  fields: z.array(FieldRule).min(1),
  /** What is known and not carried, each with its reason; no wildcard. */
  ignored: z.array(z.strictObject({ source: Path, reason: Words })),
  /** The system's own codes, such as its units. */
  codes: CodeTables.optional(),
});
export type MappingTable = z.infer<typeof MappingTable>;

/** How a system puts documents into a message. */
export const MessageForm = z.strictObject({
  /** XML: the root's local name, or those that it may have; absent for JSON, or for any. */
  root: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  namespaces: z.array(z.string()).optional(),
  when: z.array(Condition).optional(),
  /**
   * Where the documents stand, each one the whole message with the others left out; absent: the message is one document. Names with `?`, the last
   * ones, split further where they are there: `IDOC/MATERIAL?/PLANT?` is each plant of each material, and a material without plants is one document.
   */
  split: Path.optional(),
  /** Members beside the last name of `split` that speak of all that is there: they go with the last of its documents. */
  withLast: z.array(z.string()).min(1).optional(),
  /** What the message's own schema has against it is asked, and refused with (docs/adr/0011). */
  checked: z.boolean().optional(),
  /**
   * JSON: lists beside the documents whose lines each belong to the one document that has at `here` what the line has at `line`: it keeps its own, and what
   * belongs to none stays with the first. Without this each document keeps them all, which for many documents is many times the message.
   */
  belongs: z.array(z.strictObject({ list: Path, line: z.string().min(1), here: z.string().min(1) })).optional(),
  /** It is known, and carries no document for us: refused at the door with this reason. */
  takesNone: Words.optional(),
  /** JSON: the list's elements are documents without the message around them, or hold one under `document`, with a key of their own under `key`. */
  list: z.strictObject({ path: Path, document: z.string().optional(), key: z.string().optional() }).optional(),
});
export type MessageForm = z.infer<typeof MessageForm>;

export const MessageForms = z.strictObject({
  system: z.string(),
  accepts: z.array(z.enum(["json", "xml"])).min(1),
  /** The first that fits. */
  forms: z.array(MessageForm).min(1),
});
export type MessageForms = z.infer<typeof MessageForms>;
