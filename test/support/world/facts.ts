import type { Posting } from "../../../connectors/plain-json/fake.ts";
import { headerKey } from "../../../core/ledger/keys.ts";
import type { Item } from "../../../core/ledger/ledger-store.ts";
import { tagsOf } from "./members.ts";
import type { Outcome } from "./outcome.ts";
import { kindOf, type PlannedDocument } from "./planned-documents.ts";
import type { JournalLine } from "./plant.ts";
import type { SentLine } from "./sender.ts";

/** What the ERP was told last of an order's document. */
export type Word = "accepted" | "rejected" | "undone" | "none";

/** One document as everybody but our ledger knows it, and of the ledger the three states that may be read. */
export type Facts = {
  readonly id: string;
  readonly document: PlannedDocument;
  readonly firstArrivedAt: number;
  /** The first 202; undefined where its sender gave up and the ledger holds it all the same. */
  readonly acceptedAt: number | undefined;
  readonly disclosed: { readonly state: "parked" | "rejected" | "superseded"; readonly code: string } | undefined;
  /** Tellings, or postings, of this document in the ERP's books, in the order of commit. */
  readonly postings: readonly Posting[];
  readonly word: Word;
  /** Commands that operators put into its lane. */
  readonly commands: readonly string[];
};

const WORDS: Readonly<Record<string, Word>> = { "tell-accepted": "accepted", "tell-rejected": "rejected", "tell-undone": "undone" };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function disclosedOf(header: Item): Facts["disclosed"] {
  const { state, reason } = header;
  if (state !== "parked" && state !== "rejected" && state !== "superseded") return undefined;
  return { state, code: isRecord(reason) && typeof reason.code === "string" ? reason.code : "none" };
}

/** Every document that the ledger took on: one that was answered with 202, or is stored although its sender gave up. */
export function factsOf(outcome: Outcome): { readonly facts: readonly Facts[]; readonly missing: readonly SentLine[] } {
  const headers = new Map(outcome.ledger.map((item) => [`${item.pk} ${item.sk}`, item]));
  const facts: Facts[] = [];
  const missing: SentLine[] = [];
  for (const lines of Map.groupBy(outcome.sent, (line) => line.id).values()) {
    const [first] = lines;
    if (first === undefined) continue;
    const key = headerKey(first.id);
    const header = headers.get(`${key.pk} ${key.sk}`);
    const accepted = lines.flatMap((line) => (line.acceptedAt === undefined ? [] : [line.acceptedAt]));
    if (header !== undefined) facts.push(factOf(outcome, first, lines, accepted, header));
    else if (accepted.length > 0) missing.push(first);
  }
  return { facts, missing };
}

function factOf(outcome: Outcome, first: SentLine, lines: readonly SentLine[], accepted: readonly number[], header: Item): Facts {
  const { document } = first;
  // One that is in a sum twice is posted twice.
  const postings = outcome.postings
    .filter((posting) => posting.site === document.site && posting.type === document.type)
    .flatMap((posting) =>
      tagsOf(outcome.plan, posting.document)
        .filter((tag) => tag === document.tag)
        .map(() => posting),
    );
  // A command for one that carries the posting of others is a command for them all.
  const isPostedWithOthers = outcome.plan.settings.windows !== undefined && document.type === "MaterialActual";
  const kin = outcome.sent.filter((line) => isPostedWithOthers && kindOf(line.document) === kindOf(document));
  const alike = new Set<string>([first.id, ...kin.map(({ id }) => id)]);
  const last = postings.filter((posting) => posting.action in WORDS && posting.reversedBy === undefined).at(-1);
  return {
    id: first.id,
    document,
    firstArrivedAt: Math.min(...lines.map((line) => line.firstArrivedAt)),
    acceptedAt: accepted.length === 0 ? undefined : Math.min(...accepted),
    disclosed: disclosedOf(header),
    postings,
    word: last === undefined ? "none" : (WORDS[last.action] ?? "none"),
    commands: outcome.causes.commands.filter(({ document: of }) => alike.has(of)).map(({ command }) => command),
  };
}

/** One object: what has versions, with all that is known of it. */
export type ObjectFacts = {
  readonly site: string;
  readonly type: PlannedDocument["type"];
  readonly subject: string;
  readonly documents: readonly Facts[];
  readonly journal: readonly JournalLine[];
};

/** A report's own number; an order's or a material's. */
const numberOf = ({ report, subject }: PlannedDocument): string => (report === undefined ? subject : report.number);

/** Orders, materials, and reports with what cancels and corrects them. */
export function objectsOf(outcome: Outcome, facts: readonly Facts[]): ObjectFacts[] {
  return [...Map.groupBy(facts, ({ document }) => `${document.site} ${document.type} ${numberOf(document)}`).values()].flatMap((documents) => {
    const [first] = documents;
    if (first === undefined) return [];
    const { site, type, report } = first.document;
    const subject = numberOf(first.document);
    const isOf = (line: JournalLine): boolean => report === undefined && line.site === site && line.type === type && line.subject === subject;
    return [{ site, type, subject, documents, journal: outcome.journal.filter(isOf) }];
  });
}

/** Must `one` be what holds after both? Versions decide where both have one; a cancel without a version is final for its order, whenever it came. */
export function isNewer({ document: one }: Facts, { document: other }: Facts): boolean {
  if (one.version !== undefined && other.version !== undefined) {
    const isSame = BigInt(one.version) === BigInt(other.version);
    return isSame ? one.report !== undefined && one.cancel && !other.cancel : BigInt(one.version) > BigInt(other.version);
  }
  // A report that has neither is older than what has.
  if (other.version === undefined && !other.cancel) return one.version !== undefined || one.cancel;
  return one.version === undefined && one.cancel && other.version !== undefined;
}
