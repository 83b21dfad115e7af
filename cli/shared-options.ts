import * as z from "zod";
import { Language } from "./words.ts";

/** What every command takes; orderlane.ts sets `lang` from the environment where the line does not. */
export const SharedOptions = z.object({ url: z.string().optional(), json: z.boolean().default(false), lang: Language.default("en") });
