import { padded, subjectOf } from "./documents.ts";
import type { Sent } from "./sent-log.ts";
import { type Books, fateOf, holdsContent, mesOf, orderRow, postingsOf, type Trace, traceOf } from "./traces.ts";

/**
 * The verdict: the ERP's and the MES's own books against the senders' log. The ledger is not asked: one that lies must not pass.
 * `lost`: taken, and not there. `doubled`: there more often than it was sent. `inverted`: in another order than it was taken. `stuck`: half done.
 */
export type Finding = { readonly kind: "lost" | "doubled" | "inverted" | "stuck"; readonly what: string };

export function compareBooks(sent: readonly Sent[], books: Books): readonly Finding[] {
  const orders = Map.groupBy(
    sent.filter(({ wire }) => wire.type === "OperationsRequest"),
    ({ wire }) => `${wire.hierarchyScope} ${subjectOf(wire)}`,
  );
  const reports = Map.groupBy(
    sent.filter(({ wire }) => wire.type === "MaterialActual"),
    ({ wire }) => `${wire.hierarchyScope} ${subjectOf(wire)}`,
  );
  return [
    ...sent.flatMap((document) => ofDocument(document, traceOf(books, document))),
    ...[...orders.values()].flatMap((documents) => [...ofRow(documents, books), ...ofMesOrder(documents, books), ...ofErpOrder(documents, books)]),
    ...[...reports.values()].flatMap((documents) => ofErpOrder(documents, books)),
  ];
}

function ofDocument(sent: Sent, trace: Trace): Finding[] {
  const often = Object.entries(countedOnce(trace)).filter(([, count]) => count > 1);
  const doubled = often.map(([what, count]): Finding => ({ kind: "doubled", what: `${sent.name}: ${what} ${count} times` }));
  const fate = fateOf(sent, trace);
  if (fate !== "half" && sent.fates.includes(fate)) return doubled;
  return [...doubled, unexpected(sent, fate, trace)];
}

/** Applied again after it was taken back is no second effect. */
const countedOnce = ({ applied, withdrawn, ...told }: Trace) => ({ applied: applied - withdrawn, ...told });

function unexpected({ name, fates }: Sent, fate: ReturnType<typeof fateOf>, trace: Trace): Finding {
  const seen = Object.entries(trace).filter(([, count]) => count > 0);
  const books = seen.length === 0 ? "no trace of it in either book" : seen.map(([what, count]) => `${what} ${count}`).join(", ");
  const kind = fate === "untouched" ? "lost" : fates.includes("untouched") && fate === "delivered" ? "doubled" : "stuck";
  return { kind, what: `${name}: ${books}; it should be ${fates.join(" or ")}` };
}

/** The order's row in the MES: the newest version that the journal and the ERP agree on stands there, whole, under the number that the ERP was told. */
function ofRow(documents: readonly Sent[], books: Books): Finding[] {
  const [first] = documents;
  if (first === undefined) return [];
  const ends = documents.map((document) => ({ document, fate: fateOf(document, traceOf(books, document)) }));
  const inForce = ends.filter(({ fate }) => fate === "delivered").reduce<Sent | undefined>((newest, { document }) => newer(newest, document), undefined);
  const row = orderRow(books, first.wire.hierarchyScope, subjectOf(first.wire));
  if (inForce === undefined) {
    return row?.state === "released" ? [{ kind: "stuck", what: `${first.name}: the MES works on it, and the ERP was told nothing of it` }] : [];
  }
  if (row === undefined) return [{ kind: "lost", what: `${inForce.name}: told accepted, and the MES's book has no order ${padded(subjectOf(inForce.wire))}` }];
  if (!holdsContent(row, inForce.wire))
    return [{ kind: "lost", what: `${inForce.name}: the MES holds version ${row.version}, ${row.state}, with another content` }];
  const told = postingsOf(books, inForce).find(({ action }) => action === "tell-accepted");
  if (told?.plantReference === row.reference) return [];
  return [{ kind: "stuck", what: `${inForce.name}: the MES calls it ${row.reference}, the ERP was told ${told?.plantReference}` }];
}

/** Exact: the time of a message, as a version, has more digits than a number holds. */
const versionOf = ({ wire }: Sent): bigint => (wire.type === "MaterialActual" || wire.version === undefined ? 0n : BigInt(wire.version));
const newer = (one: Sent | undefined, other: Sent): Sent => (one === undefined || versionOf(other) > versionOf(one) ? other : one);

/** What the MES made current, in the order of its journal: versions only rise. */
function ofMesOrder(documents: readonly Sent[], books: Books): Finding[] {
  const [first] = documents;
  if (first === undefined) return [];
  const journal = mesOf(books, first.wire.hierarchyScope).journal.filter(
    ({ subject, what }) => subject === first.wire.id && (what === "released" || what === "changed" || what === "cancelled"),
  );
  return fallsIn(journal.map(({ version }) => (version === undefined ? 0n : BigInt(version)))).map((at) => ({
    kind: "inverted",
    what: `order ${first.wire.id}: the MES took version ${journal[at]?.version} after a newer one`,
  }));
}

/** What the ERP committed of one order, in its order: as it was taken by the door. */
function ofErpOrder(documents: readonly Sent[], books: Books): Finding[] {
  const committed = documents.flatMap((document, at) => postingsOf(books, document).map(({ reference }) => ({ at, name: document.name, reference })));
  const inOrder = committed.toSorted((one, other) => (one.reference < other.reference ? -1 : 1));
  return fallsIn(inOrder.map(({ at }) => BigInt(at))).map((at) => ({
    kind: "inverted",
    what: `${inOrder[at]?.name}: in the ERP's books after what was sent later`,
  }));
}

/** Where a row of numbers falls. */
const fallsIn = (numbers: readonly bigint[]): number[] =>
  numbers.flatMap((number, at) => {
    const before = numbers[at - 1];
    return before !== undefined && number < before ? [at] : [];
  });
