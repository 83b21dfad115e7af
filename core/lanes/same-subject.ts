import { Header, parseItem } from "../ledger/items.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";

const PAGE = 200;

/** The first document of a subject that is as asked for, both directions: they stand in one partition. Reads page by page, until found. */
export async function findInSubject(ledger: LedgerStore, { pk }: Pick<Header, "pk">, isIt: (document: Header) => boolean): Promise<Header | undefined> {
  for (let after: string | undefined; ; ) {
    const items = await ledger.list(pk, { prefix: "DOC#", limit: PAGE, ...(after === undefined ? {} : { after }) });
    const found = items.map((item) => parseItem(Header, item)).find(isIt);
    const last = items.at(-1);
    if (found !== undefined || last === undefined || items.length < PAGE) return found;
    after = last.sk;
  }
}
