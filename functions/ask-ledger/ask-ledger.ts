import type { Content, DocumentAnswer, MasterAnswer, OpenAnswer, OrderAnswer } from "../../core/asking/answers.ts";
import { documentAnswer, summaryOf } from "../../core/asking/describe.ts";
import { type MasterWanted, masterAnswer } from "../../core/asking/master-list.ts";
import { type OpenWanted, openAnswer, placeAfter } from "../../core/asking/open-list.ts";
import { readDocument, readSubject, type Story } from "../../core/asking/story.ts";
import { type AskPorts, readSurroundings, type Surroundings } from "../../core/asking/surroundings.ts";
import { targetWords } from "../../core/asking/target-words.ts";
import { timelineOf } from "../../core/asking/timeline.ts";
import { type BalanceAnswer, orderBalance } from "../../core/balance/order-balance.ts";
import { DocumentId, subjectKeyOf } from "../../core/documents/ids.ts";
import { matchNumber } from "../../core/documents/match-key.ts";
import type { MappingAnswer } from "../../core/documents/source-format.ts";
import { type Problem, problemOf } from "../../core/door/problems.ts";
import type { TargetSystem } from "../../core/effects/target-system.ts";
import type { Wordings } from "../../core/effects/wording.ts";
import { type GenealogyAnswer, type GenealogyWanted, genealogyAnswer } from "../../core/genealogy/genealogy-answer.ts";
import { SECOND } from "../../core/lanes/times.ts";
import type { Header } from "../../core/ledger/items.ts";
import { subjectOf } from "../../core/ledger/new-header.ts";
import type { PayloadStore } from "../../core/ledger/ports.ts";
import { type Connection, type Site, siteOf } from "../../core/settings/settings.ts";

export type AskLedgerPorts = AskPorts & {
  /** For the books of an ERP: one call, which changes nothing. */
  readonly targetOf: (connection: Connection) => TargetSystem;
  readonly payloads: PayloadStore;
  /** What the other systems are told, in their words: made, not asked for. */
  readonly wordings: Wordings;
  /** The canonical form of a stored document, or why it has none; undefined when its payload is no longer stored. */
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
};

export type Asked<Answer> = { readonly kind: "answered"; readonly answer: Answer } | { readonly kind: "refused"; readonly problem: Problem };

export type AskLedger = {
  /** One document: where it stands, what blocks it and why; with its content, source and canonical side by side, where that is asked for. */
  document(site: string, id: string, wanted?: { readonly content: boolean }): Promise<Asked<DocumentAnswer>>;
  /** Both directions of an order in one timeline, with all its documents; the number in any of the forms that the site's connections write it in. */
  order(site: string, number: string): Promise<Asked<OrderAnswer>>;
  /** What is not settled, by due time; eventually consistent. */
  open(site: string, wanted: OpenWanted): Promise<Asked<OpenAnswer>>;
  /** What the plant reported of an order against the ERP's own books. */
  balance(site: string, number: string): Promise<Asked<BalanceAnswer>>;
  /** What a lot was made of, or went into. */
  lot(site: string, wanted: GenealogyWanted): Promise<Asked<GenealogyAnswer>>;
  /** What each system has told of the site's materials, equipment, persons, …; a page. */
  master(site: string, wanted: MasterWanted): Promise<Asked<MasterAnswer>>;
};

/** Reads only. `site` is one that the caller's grant covers. @throws DamagedItem where an item is not of its shape */
export function createAskLedger(ports: AskLedgerPorts): AskLedger {
  return {
    document: async (siteId, id, wanted = { content: false }) => {
      const site = siteOf(ports.settings, siteId);
      const parsed = DocumentId.safeParse(id);
      const found = parsed.success ? await readDocument(ports.ledger, parsed.data) : undefined;
      if (found === undefined || found.header.site !== site.id) return notFound(`${site.id} has no document of this id`);
      const around = await readSurroundings(ports, site, [found.header]);
      const answer = documentAnswer(found.header, found.story, around);
      return { kind: "answered", answer: wanted.content ? { ...answer, content: await contentOf(ports, found.header, found.story, around) } : answer };
    },
    order: async (siteId, number) => {
      const site = siteOf(ports.settings, siteId);
      const story = await orderStory(ports, site, number);
      if (story.headers.length === 0) return notFound(`${site.id} has no document about an order of this number`);
      const around = await readSurroundings(ports, site, story.headers);
      const documents = story.headers.map((header) => summaryOf(header, story, around));
      const timeline = timelineOf(ports.settings, story, story.headers);
      return { kind: "answered", answer: { site: site.id, number, documents, timeline, complete: story.complete } };
    },
    balance: async (siteId, number) => {
      const site = siteOf(ports.settings, siteId);
      const { headers } = await orderStory(ports, site, number);
      if (headers.length === 0) return notFound(`${site.id} has no document about an order of this number`);
      const asked = await orderBalance(ports, site, number, headers, ports.clock.now() + ports.settings.limits.callSeconds * SECOND);
      switch (asked.kind) {
        case "answered":
          return asked;
        case "no-books":
          return { kind: "refused", problem: problemOf("books-none", `the ERP of connection ${asked.connection} cannot be asked for its books`) };
        case "failed":
          return { kind: "refused", problem: problemOf("books-unreachable", `the ERP did not tell its books: ${asked.reason.message}`) };
      }
    },
    lot: async (siteId, wanted) => {
      const asked = await genealogyAnswer(ports, siteOf(ports.settings, siteId), wanted);
      switch (asked.kind) {
        case "answered":
          return asked;
        case "unknown":
          return notFound(`nothing is known of a lot of this number at ${siteId}`);
        case "several":
          return {
            kind: "refused",
            problem: problemOf("request-invalid", `the number stands for several materials: say material=${asked.materials.join(" or ")}`),
          };
      }
    },
    master: async (siteId, wanted) => ({ kind: "answered", answer: await masterAnswer(ports, siteOf(ports.settings, siteId), wanted) }),
    open: async (siteId, wanted) => {
      const site = siteOf(ports.settings, siteId);
      const { after } = wanted;
      const place = after === undefined ? undefined : placeAfter(site, { ...wanted, after });
      if (after !== undefined && place === undefined)
        return { kind: "refused", problem: problemOf("request-invalid", "the query parameter after: is not a mark that an answer to this question said") };
      return { kind: "answered", answer: await openAnswer(ports, site, wanted, place) };
    },
  };
}

const notFound = (detail: string): { readonly kind: "refused"; readonly problem: Problem } => ({ kind: "refused", problem: problemOf("not-found", detail) });

/** Each connection of the site may match numbers by a rule of its own: one subject for each way of writing it. */
async function orderStory(ports: AskPorts, site: Site, number: string): Promise<Story> {
  const rules = new Set(ports.settings.connections.filter(({ sites }) => sites.includes(site.id)).map(({ source }) => source.matchKey));
  const subjects = new Set([...rules].map((rule) => subjectKeyOf(site.id, subjectOf("order", matchNumber(rule, number)))));
  const stories = await Promise.all([...subjects].map((subject) => readSubject(ports.ledger, subject)));
  return {
    headers: stories.flatMap(({ headers }) => headers).sort((one, other) => one.receivedAt - other.receivedAt),
    deliveries: stories.flatMap(({ deliveries }) => deliveries),
    events: stories.flatMap(({ events }) => events),
    lanes: stories.flatMap(({ lanes }) => lanes),
    held: stories.flatMap(({ held }) => held),
    complete: stories.every(({ complete }) => complete),
  };
}

/** An answer holds 6 MB, and a quote in it counts twice. */
const LONGEST_SOURCE = 1_000_000;

async function contentOf(ports: AskLedgerPorts, header: Header, story: Story, around: Surroundings): Promise<Content> {
  const source = await ports.payloads.read(header.id);
  if (source === undefined) return { kind: "gone" };
  if (source.length > LONGEST_SOURCE) return { kind: "too-long", characters: source.length };
  const mapped = await ports.map(header);
  if (mapped === undefined) return { kind: "gone" };
  if (mapped.kind !== "canonical") return { kind: "not-understood", source, reasons: [...mapped.reasons] };
  return { kind: "kept", source, canonical: mapped.document, target: targetWords(ports.wordings, header, mapped.document, story, around) };
}
