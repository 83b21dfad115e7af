import { subjectKeyIn } from "../documents/ids.ts";
import type { Header } from "../ledger/items.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";

const AT_ONCE = 90;

/**
 * A person's name stands in the documents that told of the person and nowhere else: their payloads go, with the one that took the person away; headers and
 * timelines name the id alone. Repeatable. A payload is in the bucket only above 350 KB, which no person has.
 */
export async function forgetPerson(ledger: LedgerStore, person: Header): Promise<void> {
  for (;;) {
    const items = await ledger.list(subjectKeyIn(person.id), { prefix: "PAYLOAD#", limit: AT_ONCE });
    if (items.length > 0) await ledger.write(items.map(({ pk, sk }) => ({ kind: "delete", key: { pk, sk } })));
    if (items.length < AT_ONCE) return;
  }
}
