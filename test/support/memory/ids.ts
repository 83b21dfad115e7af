import type { Ids } from "../../../core/ledger/ports.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function base32(number: number, characters: number): string {
  let text = "";
  for (let rest = number; text.length < characters; rest = Math.floor(rest / 32)) text = ALPHABET.charAt(rest % 32) + text;
  return text;
}

/** The same row of names for the same seed (a whole number from 0): 13 characters of the seed, 13 of the count. */
export function countingIds(seed: number): Ids {
  const start = base32(seed, 13);
  let count = 0;
  return {
    next: () => {
      count += 1;
      return start + base32(count, 13);
    },
  };
}
