import * as z from "zod";
import { identifierFault } from "../documents/identifiers.ts";
import { ConnectionId } from "../documents/ids.ts";
import { ResultsCursor } from "../results/results.ts";
import { MASTER_CURSOR } from "./master-list.ts";
import { CURSOR } from "./open-list.ts";

/** Query of GET …/documents/{id}. */
export const DocumentQuery = z.strictObject({ content: z.enum(["true", "false"]).default("false") });

const Identifier = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => identifierFault(text) === undefined, "holds a character that no number has");

/** Query of GET …/orders. */
export const OrderQuery = z.strictObject({
  number: Identifier,
});

/** Query of GET …/lots/{lot}/genealogy. */
export const LotQuery = z.strictObject({ number: Identifier, material: Identifier.optional(), direction: z.enum(["back", "forward"]).default("back") });

/** Query of GET …/results. */
export const ResultsQuery = z.strictObject({
  connection: ConnectionId,
  after: ResultsCursor.optional(),
});

/** Query of GET …/open. */
export const OpenQuery = z.strictObject({
  state: z.enum(["received", "held", "delivering", "waiting", "parked"]).optional(),
  cause: z
    .string()
    .regex(/^ORL-[A-Z0-9]{2,20}(?:-\d{3})?$/, "must be a reason's code, such as ORL-LANE-003, or its family, such as ORL-LANE")
    .optional(),
  age: z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number of seconds")
    .transform(Number)
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 200")
    .transform(Number)
    .pipe(z.number().int().min(1).max(200))
    .default(50),
  after: z.string().regex(CURSOR, "must be what the answer before said under after").optional(),
});

/** Query of GET …/master. */
export const MasterQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 100")
    .transform(Number)
    .pipe(z.number().int().min(1).max(100))
    .default(50),
  after: z.string().regex(MASTER_CURSOR, "must be what the answer before said under after").optional(),
});
