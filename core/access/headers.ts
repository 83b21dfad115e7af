/** Names in lower case; each with every value it came with. */
export type RequestHeaders = Readonly<Record<string, readonly string[] | undefined>>;

export type OneHeader = { readonly kind: "one"; readonly value: string } | { readonly kind: "absent" } | { readonly kind: "repeated" };

/** A header that decides something must come once: proxies disagree on which of two counts (BAD-INPUT.md 43). */
export function oneHeader(headers: RequestHeaders, name: string): OneHeader {
  const [value, ...others] = headers[name] ?? [];
  if (value === undefined) return { kind: "absent" };
  return others.length > 0 ? { kind: "repeated" } : { kind: "one", value };
}
