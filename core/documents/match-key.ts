/** A connection's rule for matching numbers (LANES.md 1): SAP pads `000001000123`, a MES writes `1000123`: one subject. SAP pads what is all digits, nothing else. Only for matching; numbers are kept as sent. */
export function matchNumber(rule: "exact" | "strip-leading-zeros", number: string): string {
  return rule === "exact" ? number : number.replace(/^0+(?=\d+$)/, "");
}
