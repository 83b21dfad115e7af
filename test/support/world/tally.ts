/** How often each named thing happened; summed over schedules. */
export type Tally = {
  add(name: string, times?: number): void;
  of(name: string): number;
  entries(): readonly (readonly [string, number])[];
};

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const of = (name: string): number => counts.get(name) ?? 0;
  return {
    add: (name, times = 1) => {
      counts.set(name, of(name) + times);
    },
    of,
    entries: () => [...counts.entries()].sort(([one], [other]) => (one < other ? -1 : 1)),
  };
}
