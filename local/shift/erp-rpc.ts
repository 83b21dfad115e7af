import * as z from "zod";
import type { Tryton } from "../tryton/start-tryton.ts";

/** Tryton's JSON-RPC as a person's client speaks it, without our connector: what that one says is checked against this. */
export interface ErpRpc {
  /** @throws ErpRefused */
  call(method: string, params: readonly unknown[], context?: object): Promise<unknown>;
  /** All records of a model that fit, with these fields, in the order of their ids. @throws ErpRefused, ZodError for another shape */
  rows<T>(model: string, domain: readonly unknown[], fields: readonly string[], row: z.ZodType<T>, context?: object): Promise<readonly T[]>;
}

class ErpRefused extends Error {}

const Answer = z.object({ result: z.unknown(), error: z.array(z.unknown()).optional() });
const Login = z.tuple([z.number(), z.string()]).rest(z.unknown());
const Preferences = z.object({ company: z.number(), employee: z.number().nullable(), groups: z.array(z.number()) });
const CALL_MS = 30_000;

/** @param user one who may do what is asked; of the seeded plant `zhangwei`, its planner */
export async function openRpc(erp: Tryton, user = "zhangwei"): Promise<ErpRpc> {
  const anonymous = asking(`${erp.url}/rpc/`, {});
  const [id, token] = Login.parse(await anonymous("common.db.login", [user, { password: erp.password }, "en"]));
  const authorization = `Session ${Buffer.from(`${user}:${id}:${token}`).toString("base64")}`;
  const ask = asking(`${erp.url}/rpc/`, { authorization });
  const { company, employee, groups } = Preferences.parse(await ask("model.res.user.get_preferences", [true, {}]));
  const common = { company, employee, groups, language: "en" };
  const call: ErpRpc["call"] = (method, params, context = {}) => ask(method, [...params, { ...common, ...context }]);
  return {
    call,
    rows: async (model, domain, fields, row, context) =>
      z.array(row).parse(await call(`model.${model}.search_read`, [domain, 0, null, [["id", "ASC"]], fields], context)),
  };
}

const asking = (url: string, headers: Readonly<Record<string, string>>) => async (method: string, params: readonly unknown[]) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ id: 1, method, params }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  if (!response.ok) throw new ErpRefused(`${method}: HTTP ${response.status} ${(await response.text()).slice(0, 200)}`);
  const { result, error } = Answer.parse(await response.json());
  if (error !== undefined) throw new ErpRefused(`${method}: ${JSON.stringify(error).slice(0, 300)}`);
  return result;
};
