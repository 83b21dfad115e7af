/** What the benches' tables are written of. */

export const names = { en: "A field of the bench", "zh-CN": "基准字段" } as const;
const own = { owner: "ERP", conflict: "owner-wins", names } as const;

export const required = { required: true } as const;
export const value = (target: string, source: string, convert: readonly unknown[] = [], more: object = {}): object => ({
  target,
  source: [source],
  convert,
  ...own,
  ...more,
});
export const constant = (target: string, text: string): object => ({ target, constant: text, ...own });

type Lines = { readonly lines: string; readonly fields: readonly unknown[] };

/** The rules of an order's table: its head, its operations, its components. */
export const orderRules = (head: readonly unknown[], operations: Lines, components: Lines): readonly unknown[] => [
  ...head,
  { target: "segmentRequirements", ...required, ...own, ...operations },
  { target: "materialRequirements", ...required, ...own, ...components },
];
