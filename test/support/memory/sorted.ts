/** Index of the first element that is not before the sought one. `isBefore` must agree with the order of the array. */
export function lowerBound<T>(sorted: readonly T[], isBefore: (element: T) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = sorted[middle];
    if (element !== undefined && isBefore(element)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const HIGH = /[\ud800-\uffff]/;

/** Whether UTF-16 order and UTF-8 order may differ for this text: it holds surrogates, or what sorts beside them. */
export const sortsApart = (text: string): boolean => HIGH.test(text);

/** The order of UTF-8 bytes, which is the order of DynamoDB's sort keys. */
export const isBeforeInBytes = (one: string, other: string): boolean => Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
export const isBefore = (one: string, other: string): boolean => one < other;
