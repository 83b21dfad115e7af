/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** From 0, below 1. */
  next(): number;
  /** A whole number from 0, below `limit`. */
  below(limit: number): number;
  /** A whole number from `least` to `most`, both possible. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<Member>(members: readonly Member[]): Member;
  /** Its own row of numbers: what is drawn from one leaves the other as it is. */
  fork(name: string): Random;
};

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for one schedule. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick: (members) => {
      const member = members[below(members.length)];
      if (member === undefined) throw new RangeError("nothing to pick from");
      return member;
    },
    fork: (name) => {
      let forked = seed >>> 0;
      for (const letter of name) forked = Math.imul(forked ^ (letter.codePointAt(0) ?? 1), 0x01000193) >>> 0;
      return randomFrom(Math.imul(forked ^ 0x9e3779b9, 0x85ebca6b) >>> 0);
    },
  };
}
