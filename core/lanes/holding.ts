import { markerOf } from "../ledger/header-change.ts";
import { type Header, Hold, itemOf, parseIfThere } from "../ledger/items.ts";
import { holdKey } from "../ledger/keys.ts";
import type { LedgerStore, Write } from "../ledger/ledger-store.ts";

/** What of a lot we hold: the failed inspections in force that no pass has released. Kept in the lot's partition, written when one of its results settles. */

type Lot = Pick<Header, "pk" | "matched">;

export async function readHold(ledger: LedgerStore, lot: Lot): Promise<Hold | undefined> {
  return parseIfThere(Hold, await ledger.read(holdKey(lot.pk, lot.matched)));
}

const isApplied = (header: Header, step: string): boolean => markerOf(header, step).state === "applied";

/** For the transaction that delivers a result, or takes one back; nothing where it changes nothing. */
export async function holdWrites(ledger: LedgerStore, delivered: Header | undefined, takenBack: Header | undefined): Promise<Write[]> {
  const lot = [delivered, takenBack].find((header) => header?.type === "TestResult");
  if (lot === undefined) return [];
  const before = await readHold(ledger, lot);
  const without = takenBack === undefined ? before : afterTakingBack(before, takenBack);
  const after = delivered === undefined ? without : afterDelivering(without, delivered);
  if (after === undefined || after === before) return [];
  const unchanged = before === undefined ? ({ absent: true } as const) : { path: "revision", is: before.revision };
  const item = itemOf(holdKey(lot.pk, lot.matched), { failed: after.failed, released: after.released, revision: (before?.revision ?? 0) + 1 });
  return [{ kind: "put", item, if: [unchanged] }];
}

type Held = Pick<Hold, "failed" | "released">;

function afterDelivering(before: Held | undefined, header: Header): Held | undefined {
  const { failed, released } = before ?? { failed: [], released: {} };
  if (isApplied(header, "block-lot")) return { failed: [...failed, header.id], released };
  if (isApplied(header, "release-lot")) return { failed: [], released: { ...released, [header.id]: failed } };
  return before;
}

/** A failed one holds nothing any more; what a pass released is held again. */
function afterTakingBack(before: Held | undefined, { id }: Header): Held | undefined {
  if (before === undefined) return undefined;
  const { [id]: again, ...others } = before.released;
  const remaining = Object.entries(others).map(([pass, failed]) => [pass, failed.filter((each) => each !== id)] as const);
  return { failed: [...before.failed.filter((each) => each !== id), ...(again === undefined ? [] : again)], released: Object.fromEntries(remaining) };
}
