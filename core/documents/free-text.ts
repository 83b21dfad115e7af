import * as z from "zod";
import { identifierFault } from "./identifiers.ts";

/** What a person writes in one line (a name, a reason): trimmed, not empty, without line breaks and control characters, which headers and logs would obey (BAD-INPUT.md 64). */
export const freeText = (characters: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(characters)
    .superRefine((text, context) => {
      const fault = identifierFault(text);
      if (fault !== undefined) context.addIssue({ code: "custom", message: `holds ${fault}` });
    });
