import * as z from "zod";
import { type Asking, authorize } from "../../core/access/authorize.ts";
import { MASTER_CURSOR } from "../../core/asking/master-list.ts";
import { CURSOR } from "../../core/asking/open-list.ts";
import { identifierFault } from "../../core/documents/identifiers.ts";
import { ConnectionId } from "../../core/documents/ids.ts";
import { type HttpAnswer, jsonAnswer, type Problem, problemAnswer, problemOf } from "../../core/door/problems.ts";
import { ResultsCursor, resultsAnswer } from "../../core/results/results.ts";
import { siteOf } from "../../core/settings/settings.ts";
import { type Asked, type AskLedger, type AskLedgerPorts, createAskLedger } from "./ask-ledger.ts";

/** Query of GET …/documents/{id}. */
const DocumentQuery = z.strictObject({ content: z.enum(["true", "false"]).default("false") });

const Identifier = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => identifierFault(text) === undefined, "holds a character that no number has");

/** Query of GET …/orders. */
const OrderQuery = z.strictObject({
  number: Identifier,
});

/** Query of GET …/lots/{lot}/genealogy. */
const LotQuery = z.strictObject({ number: Identifier, material: Identifier.optional(), direction: z.enum(["back", "forward"]).default("back") });

/** Query of GET …/results. */
const ResultsQuery = z.strictObject({
  connection: ConnectionId,
  after: ResultsCursor.optional(),
});

/** Query of GET …/open. */
const OpenQuery = z.strictObject({
  state: z.enum(["received", "held", "delivering", "waiting", "parked"]).optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 200")
    .transform(Number)
    .pipe(z.number().int().min(1).max(200))
    .default(50),
  after: z.string().regex(CURSOR, "must be what the answer before said under after").optional(),
});

/** Query of GET …/master. */
const MasterQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "must be a whole number from 1 to 100")
    .transform(Number)
    .pipe(z.number().int().min(1).max(100))
    .default(50),
  after: z.string().regex(MASTER_CURSOR, "must be what the answer before said under after").optional(),
});

export type Question = Asking & {
  /** The route with its parameters' names. */
  readonly resource: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
};

/** The routes of ask-ledger: who asks and whether they may read this site, then the query, then the answer. What one may not see is 404. */
export function createAnswerQuestions(ports: AskLedgerPorts): (question: Question) => Promise<HttpAnswer> {
  const ask = createAskLedger(ports);
  return async (question) => {
    const { resource, path, query } = question;
    const { site, id, lot } = path;
    if (site === undefined) return problemAnswer(problemOf("path-malformed", "the path names no site"));
    if (resource.endsWith("/results")) return ofSender(ports, site, question);
    const authorized = await authorize(question, { action: "read", site }, ports);
    if (authorized.kind === "refused") return problemAnswer(authorized.problem);
    if (lot !== undefined) return ofLot(ask, site, lot, query);
    return answerOf(ask, resource, site, id, query);
  };
}

function answerOf(ask: AskLedger, resource: string, site: string, id: string | undefined, query: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  if (resource.endsWith("/orders/balance")) return answered(OrderQuery, query, ({ number }) => ask.balance(site, number));
  if (resource.endsWith("/orders")) return answered(OrderQuery, query, ({ number }) => ask.order(site, number));
  if (resource.endsWith("/open")) return answered(OpenQuery, query, (wanted) => ask.open(site, wanted));
  if (resource.endsWith("/master")) return answered(MasterQuery, query, (wanted) => ask.master(site, wanted));
  if (id !== undefined) return answered(DocumentQuery, query, ({ content }) => ask.document(site, id, { content: content === "true" }));
  return Promise.resolve(problemAnswer(problemOf("path-malformed", "there is nothing to ask at this path")));
}

/** Results are their sender's: whoever may post for the connection may ask what became of it. */
async function ofSender(ports: AskLedgerPorts, site: string, question: Question): Promise<HttpAnswer> {
  const { query } = question;
  const { connection } = query;
  const authorized = await authorize(question, { action: "post", site, ...(connection === undefined ? {} : { connection }) }, ports);
  if (authorized.kind === "refused") return problemAnswer(authorized.problem);
  return answered(ResultsQuery, query, async (wanted) => {
    const place = siteOf(ports.settings, site);
    const known = ports.settings.connections.find(({ id, sites }) => id === wanted.connection && sites.includes(place.id));
    if (known === undefined) return { kind: "refused", problem: problemOf("not-found", `${site} has no such connection`) };
    if (known.role !== "mes") return { kind: "refused", problem: problemOf("request-invalid", `${known.id} is an ERP: it is told by calls of its own API`) };
    return { kind: "answered", answer: await resultsAnswer(ports, place, wanted.connection, wanted.after) };
  });
}

/** Gateways differ in whether they decode a path, so a number of other than plain characters is asked for at `lots/-/genealogy?number=…`. */
const PLAIN = /^[A-Za-z0-9._~-]+$/;

function ofLot(ask: AskLedger, site: string, plain: string, query: Readonly<Record<string, string>>): Promise<HttpAnswer> {
  if (!PLAIN.test(plain)) return Promise.resolve(problemAnswer(problemOf("path-malformed", "ask for a lot of this number at lots/-/genealogy?number=…")));
  return answered(LotQuery, plain === "-" ? query : { number: plain, ...query }, ({ number, ...wanted }) => ask.lot(site, { lot: number, ...wanted }));
}

async function answered<Schema extends z.ZodType, Answer>(
  schema: Schema,
  query: Readonly<Record<string, string>>,
  ask: (wanted: z.infer<Schema>) => Promise<Asked<Answer>>,
): Promise<HttpAnswer> {
  const parsed = schema.safeParse(query);
  if (!parsed.success) return problemAnswer(queryProblem(parsed.error));
  const asked = await ask(parsed.data);
  return asked.kind === "answered" ? jsonAnswer(200, asked.answer) : problemAnswer(asked.problem);
}

function queryProblem(error: z.ZodError): Problem {
  const [issue] = error.issues;
  const name = issue?.path.join(".");
  const where = name === undefined || name === "" ? "the query" : `the query parameter ${name}`;
  return problemOf("request-invalid", `${where}: ${issue === undefined ? "not of its shape" : issue.message}`);
}
