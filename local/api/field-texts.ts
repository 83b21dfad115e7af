/** placeholder */
export function addFieldTexts(document: object): Record<string, unknown> {
  return { ...document };
}
