import * as z from "zod";
import { Why } from "../access/grant-shapes.ts";

/** Body of POST …/pause and …/resumption. */
export const SteerRequest = z.strictObject({ why: Why });

/** Body of the 200: how the connection stands then. */
export const SteerAnswer = z.strictObject({
  connection: z.string(),
  paused: z.boolean(),
  by: z.string().optional(),
  at: z.string().optional(),
  changed: z.boolean(),
});
export type SteerAnswer = z.infer<typeof SteerAnswer>;
