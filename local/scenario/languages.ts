import type { FakeB2mml, Taken } from "../../connectors/b2mml/fake.ts";
import type { Posting } from "../../connectors/plain-json/fake.ts";
import { sourceOf } from "../../connectors/registry.ts";
import type { FakeSap, StatusRecord } from "../../connectors/sap-idoc/fake.ts";
import type { CanonicalDocument } from "../../core/documents/canonical.ts";
import { parseXmlText } from "../../core/documents/exact-xml.ts";
import { mappingContext } from "../../core/mapping/context.ts";
import { connectionOf, type Settings, siteOf } from "../../core/settings/settings.ts";
import { subjectOf } from "./documents.ts";
import type { Installation } from "./installation.ts";
import type { Sent } from "./sent-log.ts";

/** The ERPs of other languages in the words of the first: what their messages say, and what their own books hold, so that one comparison judges all. */

class NotReadable extends Error {}

/** The documents of a message in its order, as the mapping of its connection makes them. @throws NotReadable where it makes none */
export function documentsIn(settings: Settings, id: string, xml: string): readonly CanonicalDocument[] {
  const connection = connectionOf(settings, id);
  const [site] = connection.sites;
  const parsed = parseXmlText(xml);
  if (parsed.kind !== "parsed" || site === undefined) throw new NotReadable(`a message of ${id} is no XML`);
  const split = sourceOf(connection).split(parsed.value);
  if (split.kind !== "parts") throw new NotReadable(split.message);
  return split.parts.map(({ document }) => {
    const mapped = sourceOf(connection).toCanonical(document, mappingContext(connection, siteOf(settings, site)));
    if (mapped.kind === "canonical") return mapped.document;
    throw new NotReadable(mapped.reasons.map(({ code, message }) => `${code}: ${message}`).join("; "));
  });
}

type Told = { readonly key: string; readonly action: Posting["action"]; readonly plantReference?: string; readonly at: number };

const postingOf = (system: string, place: number, { wire }: Sent, { key, action, plantReference, at }: Told): Posting => ({
  reference: `${system}-${String(place + 1).padStart(6, "0")}`,
  key,
  action,
  type: wire.type,
  objectId: wire.id,
  orderNumber: subjectOf(wire),
  site: wire.hierarchyScope,
  document: wire,
  committedAt: at,
  ...(plantReference === undefined ? {} : { plantReference }),
});

/** The status of each order's IDoc, by the IDoc's own number. A record that came again under its key says the same again: SAP enters it, and it counts once. */
export function sapPostings(sap: FakeSap, sent: readonly Sent[]): readonly Posting[] {
  const orders = sent.filter(({ from, wire }) => from === "sap" && wire.type === "OperationsRequest");
  const records = sap.statuses().filter(({ key }, at, all) => all.findIndex((other) => other.key === key) === at);
  return records.flatMap((record, at) => {
    const about = orders.find(({ wire }) => wire.type === "OperationsRequest" && wire.version === record.documentNumber);
    return about === undefined ? [] : [postingOf("SAP", at, about, toldBySap(record, records.slice(0, at)))];
  });
}

/** How the text of an acceptance ends: with the plant's own number. */
const PLANT_REFERENCE = /: (M-\S+)$/;

/** SAP knows "created" and "not created": of an IDoc that had been created before, the latter says that it was undone. */
function toldBySap({ documentNumber, status, text = "", key = "" }: StatusRecord, before: readonly StatusRecord[]): Told {
  const wasCreated = before.some((record) => record.documentNumber === documentNumber && record.status === CREATED);
  const plantReference = status === CREATED ? PLANT_REFERENCE.exec(text)?.[1] : undefined;
  const action = status === CREATED ? "tell-accepted" : wasCreated ? "tell-undone" : "tell-rejected";
  return { key, action, at: 0, ...(plantReference === undefined ? {} : { plantReference }) };
}

export const CREATED = "41";

/** What the planning system took about each of its messages, by the message's own number. */
export function b2mmlPostings(b2mml: FakeB2mml, sent: readonly Sent[]): readonly Posting[] {
  const orders = sent.filter(({ from, wire }) => from === "b2mml" && wire.type === "OperationsRequest");
  return b2mml.taken().flatMap((taken, at) => {
    const about = orders.find(({ wire }) => wire.type === "OperationsRequest" && wire.origin?.messageId === taken.originalId);
    return about === undefined ? [] : [postingOf("B2MML", at, about, toldInB2mml(taken))];
  });
}

const ACTIONS: Readonly<Record<string, Posting["action"]>> = { accepted: "tell-accepted", rejected: "tell-rejected", undone: "tell-undone" };

/** Where the answer has no words of its own for the outcome, its verdict counts; a confirmation has no other place for the plant's number than its note. */
function toldInB2mml({ id, outcome, verdict, message, takenAt, ...taken }: Taken): Told {
  const action = ACTIONS[String(outcome)] ?? (verdict === "Accepted" ? "tell-accepted" : "tell-rejected");
  const plantReference = taken.plantReference ?? (action === "tell-accepted" ? message : undefined);
  return { key: String(id), action, at: takenAt, ...(plantReference === undefined ? {} : { plantReference }) };
}

/** What the two were told about no message of theirs. */
export function straysIn({ sap, b2mml }: Installation): readonly string[] {
  const strange = b2mml.fake.taken().filter(({ originalId }) => !b2mml.fake.sent().some(({ id }) => id === originalId));
  return [
    ...sap.fake.strays().map((text) => `SAP was told of no IDoc of its own: ${text.slice(0, 200)}`),
    ...strange.map(({ originalId }) => `the planning system was told of no message of its own: ${originalId}`),
  ];
}
