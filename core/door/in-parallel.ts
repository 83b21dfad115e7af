/** The answers in the order of the items, at most `limit` under way at once; rejects with the first that rejects. */
export async function inParallel<Item, Answer>(items: readonly Item[], limit: number, work: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers = new Map<number, Answer>();
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [at, item] of rest) answers.set(at, await work(item));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return items.flatMap((_, at) => {
    const answer = answers.get(at);
    return answer === undefined ? [] : [answer];
  });
}

/** Those whose names are met first in the list, and the rest, both in their order. */
function firstsAndRest<Item>(items: readonly Item[], nameOf: (item: Item) => string): { readonly firsts: readonly Item[]; readonly rest: readonly Item[] } {
  const met = new Set<string>();
  const firsts: Item[] = [];
  const rest: Item[] = [];
  for (const item of items) {
    const name = nameOf(item);
    (met.has(name) ? rest : firsts).push(item);
    met.add(name);
  }
  return { firsts, rest };
}

/** First met, in parallel; then the repeats one by one, so that each finds what its first left. */
export async function firstsThenRest<Item, Answer>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  limit: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const { firsts, rest } = firstsAndRest(items, nameOf);
  return [...(await inParallel(firsts, limit, work)), ...(await inParallel(rest, 1, work))];
}
