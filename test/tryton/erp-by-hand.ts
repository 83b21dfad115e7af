import { request } from "node:http";
import type { Tryton } from "../../local/tryton/start-tryton.ts";

/** Tryton as a person at its client uses it: JSON-RPC without our connector, so that what the connector says can be checked against it. */

export type RawAnswer = { readonly status: number; readonly headers: Record<string, string | string[] | undefined>; readonly body: string };

export function rawPost(url: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const outgoing = request(url, { method: "POST", headers: { "content-type": "application/json", "content-length": length, ...headers } }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (piece: string) => {
        text += piece;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }));
      incoming.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a person reads off a screen has no schema; each test says what it expects.
type Anything = any;

export class BusinessError extends Error {
  readonly kind: string;
  readonly said: unknown;
  constructor(kind: string, said: unknown) {
    super(`${kind}: ${JSON.stringify(said).slice(0, 300)}`);
    this.kind = kind;
    this.said = said;
  }
}

class HttpError extends Error {
  readonly answer: RawAnswer;
  constructor(answer: RawAnswer) {
    super(`HTTP ${answer.status}: ${answer.body.slice(0, 200)}`);
    this.answer = answer;
  }
}

export type Order = { readonly id: number; readonly number: string };
export type ByHand = Awaited<ReturnType<typeof erpByHand>>;

export const day = (text: string) => {
  const [year, month, date] = text.split("-").map(Number);
  return { __class__: "date", year, month, day: date };
};

export async function erpByHand(erp: Tryton, user = "zhangwei", password = erp.password) {
  let id = 0;
  let authorization: string | undefined;
  let context: Anything = {};

  async function raw(method: string, params: readonly unknown[]): Promise<Anything> {
    id += 1;
    const answer = await rawPost(`${erp.url}/rpc/`, JSON.stringify({ id, method, params }), authorization === undefined ? {} : { authorization });
    if (answer.status !== 200) throw new HttpError(answer);
    const { result, error } = JSON.parse(answer.body);
    if (error !== undefined) throw new BusinessError(error[0], error[1]);
    return result;
  }
  const rpc = (method: string, params: readonly unknown[], further: object = {}): Promise<Anything> => raw(method, [...params, { ...context, ...further }]);

  const [userId, token] = await raw("common.db.login", [user, { password }, "en"]);
  authorization = `Session ${Buffer.from(`${user}:${userId}:${token}`).toString("base64")}`;
  const { company, employee, groups } = await raw("model.res.user.get_preferences", [true, {}]);
  context = { company, employee, groups, language: "en" };

  const find = async (model: string, domain: unknown[], fields: string[], further: object = {}): Promise<Anything[]> =>
    rpc(`model.${model}.search_read`, [domain, 0, null, [["id", "ASC"]], fields], further);
  const one = async (model: string, domain: unknown[], fields: string[], further: object = {}): Promise<Anything> => {
    const [row, ...more] = await find(model, domain, fields, further);
    if (row === undefined || more.length > 0) throw new Error(`not one ${model} for ${JSON.stringify(domain)}`);
    return row;
  };

  const warehouse = await one("stock.location", [["type", "=", "warehouse"]], ["storage_location", "production_location"]);
  const product = (code: string) => one("product.product", [["code", "=", code]], ["default_uom"]);
  const lot = (number: string) => one("stock.lot", [["number", "=", number]], ["product"]);

  /** A production of the seeded housing; the bill of material is not exploded (behaviour 8), so all of its inputs are what is reported. */
  async function makeOrder(until: "draft" | "waiting" | "assigned" | "running" = "running", quantity = 10): Promise<Order> {
    const housing = await product("HOUSING-A");
    const bom = await one("production.bom", [], ["name"]);
    const routing = await one("production.routing", [], ["name"]);
    const centre = await one("production.work.center", [["name", "=", "一号线"]], ["name"]);
    const values = { product: housing.id, quantity, unit: housing.default_uom, bom: bom.id, routing: routing.id, work_center: centre.id };
    const dates = { planned_start_date: day("2026-11-25"), planned_date: day("2026-11-26") };
    const [made] = await rpc("model.production.create", [[{ ...values, ...dates }]]);
    const steps = ["wait", "assign_try", "run"].slice(0, ["draft", "waiting", "assigned", "running"].indexOf(until));
    for (const step of steps) await rpc(`model.production.${step}`, [[made]]);
    const { number } = await one("production", [["id", "=", made]], ["number"]);
    return { id: made, number };
  }

  /** An input of a production as a person adds it. */
  async function makeMove(
    order: Order | undefined,
    code: string,
    lotNumber: string | undefined,
    quantity: number | string,
    further: object = {},
  ): Promise<number> {
    const { id: material, default_uom } = await product(code);
    const values = {
      product: material,
      ...(lotNumber === undefined ? {} : { lot: (await lot(lotNumber)).id }),
      quantity,
      unit: default_uom,
      from_location: warehouse.storage_location,
      to_location: warehouse.production_location,
      company,
      ...(order === undefined ? {} : { production_input: order.id }),
      ...further,
    };
    const [made] = await rpc("model.stock.move.create", [[values]]);
    return made;
  }

  return {
    rpc,
    raw,
    find,
    one,
    makeOrder,
    makeMove,
    authorization: () => authorization,
    context: () => context,
    warehouse,
    lot,
    product,
    move: (move: number) =>
      one("stock.move", [["id", "=", move]], ["state", "quantity", "lot.number", "effective_date", "production_input", "_timestamp", "unit"]),
    movesOf: (order: Order) => find("stock.move", [["production_input", "=", order.id]], ["state", "quantity", "lot.number", "effective_date"]),
    orderState: async (order: Order): Promise<string> => (await one("production", [["id", "=", order.id]], ["state"])).state,
    stockOf: async (lotNumber: string): Promise<number> =>
      (await one("stock.lot", [["number", "=", lotNumber]], ["quantity"], { locations: [warehouse.storage_location] })).quantity,
  };
}

/** What a call was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<BusinessError> {
  const error = await work.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  if (error instanceof BusinessError) return error;
  throw error;
}

export async function httpErrorOf(work: Promise<unknown>): Promise<RawAnswer> {
  const error = await work.then(
    () => new Error("it was answered"),
    (reason: unknown) => reason,
  );
  if (error instanceof HttpError) return error.answer;
  throw error;
}
