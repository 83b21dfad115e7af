import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { createFakeHost, type FakePart, type HostAnswer, type HostRequest } from "../../local/fake-host.ts";

/** An ERP that is polled, as much of a Tryton's JSON-RPC as poll-orders reads, and as perform-step needs to leave a note on an order. Its orders and notes are kept. */

type Row = Readonly<Record<string, unknown>>;
export type PolledOrder = { readonly number: string; readonly material: string; readonly operations?: number };

export interface PolledErp {
  /** What connection `tryton` is told: `url`. */
  readonly url: string;
  readonly secret: string;
  /** A new order that is released. @returns its id */
  release(order: PolledOrder): number;
  /** It is done: whoever reports on it comes too late. */
  end(id: number): void;
  /** What became of it in the plant was noted on it. */
  isTold(id: number): boolean;
  /** It is no longer there, as after a deletion. */
  remove(id: number): void;
  close(): Promise<void>;
}

const PATH = "/polled";
const USER = "orderlane";
const SESSION = "a-session";
const Call = z.object({ id: z.number(), method: z.string(), params: z.array(z.unknown()) });
const Notes = z.array(z.looseObject({ resource: z.string() }));
const Domain = z.array(z.unknown());
const Clause = z.union([
  z.tuple([z.enum(["id", "production", "code"]), z.literal("in"), z.array(z.union([z.number(), z.string()]))]),
  z.tuple([z.enum(["number", "code"]), z.literal("="), z.string()]),
]);

export async function startPolledErp(): Promise<PolledErp> {
  const host = createFakeHost();
  const password = crypto.randomUUID();
  const orders = new Map<number, Row>();
  const works = new Map<number, readonly Row[]>();
  const products = new Map<string, Row>();
  const notes: z.infer<typeof Notes> = [];
  let ids = 0;

  const result = (method: string, params: readonly unknown[]): unknown => {
    switch (method) {
      case "common.db.login":
        return isDeepStrictEqual(params.slice(0, 2), [USER, { password }]) ? [1, SESSION] : null;
      case "model.res.user.get_preferences":
        return { company: 1, employee: 1, groups: [] };
      case "model.production.search_read":
        return found([...orders.values()], Domain.parse(params[0]));
      case "model.production.work.search_read":
        return found([...works.values()].flat(), Domain.parse(params[0]));
      case "model.product.product.search_read":
        return found([...products.values()], Domain.parse(params[0]));
      case "model.ir.note.create":
        return Notes.parse(params[0]).map((note) => notes.push(note));
      default:
        return [];
    }
  };
  const answer = ({ body, headers }: HostRequest): HostAnswer => {
    const { id, method, params } = Call.parse(JSON.parse(String(body)));
    if (method !== "common.db.login" && !isOfSession(headers.authorization)) return answerWith(401, {});
    return answerWith(200, { id, result: result(method, params) });
  };
  const part: FakePart = { path: PATH, answer };
  const url = await host.listen([part]);
  return {
    url: `${url}${PATH}`,
    secret: `${USER}:${password}`,
    release({ number, material, operations = 1 }) {
      ids += 1;
      const id = ids;
      const now = timeOf(new Date());
      products.set(material, productOf(material, now));
      orders.set(id, orderOf(id, number, material, now));
      works.set(
        id,
        Array.from({ length: operations }, (_, at) => workOf(id * 10_000 + at, id, operations)),
      );
      return id;
    },
    end: (id) => {
      orders.set(id, { ...orders.get(id), state: "done" });
    },
    isTold: (id) => notes.some(({ resource }) => resource === `production,${id}`),
    remove: (id) => {
      orders.delete(id);
      works.delete(id);
    },
    close: () => host.close(),
  };
}

const isOfSession = (authorization: string | undefined): boolean => authorization === `Session ${Buffer.from(`${USER}:1:${SESSION}`).toString("base64")}`;

const answerWith = (status: number, body: unknown): HostAnswer => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Rows that a domain names by their ids or their number; all where it names none. */
function found(rows: readonly Row[], domain: readonly unknown[]): readonly Row[] {
  const clauses = domain.flatMap((clause) => {
    const parsed = Clause.safeParse(clause);
    return parsed.success ? [parsed.data] : [];
  });
  return rows.filter((row) => clauses.every(([field, , wanted]) => (Array.isArray(wanted) ? wanted.some((id) => id === row[field]) : wanted === row[field])));
}

const timeOf = (at: Date) => ({
  __class__: "datetime",
  year: at.getUTCFullYear(),
  month: at.getUTCMonth() + 1,
  day: at.getUTCDate(),
  hour: at.getUTCHours(),
  minute: at.getUTCMinutes(),
  second: at.getUTCSeconds(),
  microsecond: at.getUTCMilliseconds() * 1000,
});

const productOf = (code: string, now: unknown): Row => ({
  id: 1,
  code,
  "template.": { name: code, write_date: now },
  "default_uom.": { symbol: "kg" },
  create_date: now,
  write_date: now,
});

const orderOf = (id: number, number: string, material: string, now: unknown): Row => ({
  id,
  number,
  state: "waiting",
  "product.": { code: material, rec_name: material },
  quantity: 10,
  "unit.": { symbol: "kg", factor: 1 },
  planned_start_date: null,
  planned_date: null,
  bom: null,
  location: 1,
  "warehouse.": { storage_location: 2 },
  product: 1,
  _timestamp: "1",
  create_date: now,
  write_date: now,
});

/** Many operations have names that no compression makes small. */
const workOf = (id: number, production: number, operations: number): Row => ({
  id,
  production,
  "operation.": { name: operations === 1 ? "mix" : randomText(90) },
  "work_center.": { name: operations === 1 ? "M1" : randomText(90) },
});

/** @returns letters and digits that nobody can guess, nor compress by more than a quarter */
export function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Buffer.from(bytes).toString("base64url").slice(0, length);
}
