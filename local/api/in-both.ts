import type { Text } from "../../core/api/operation.ts";

/** A text in the API's description: the standard's own member holds the English one, `x-<member>-zh` beside it the Chinese one. */
export const inBoth = <Member extends "summary" | "description" | "title">(member: Member, { en, zh }: Text) =>
  ({ [member]: en, [`x-${member}-zh`]: zh }) as const satisfies Record<string, string>;
