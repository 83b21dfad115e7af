import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { JsonObject } from "../core/documents/exact-json.ts";
import { DocumentId } from "../core/documents/ids.ts";
import { LinesAnswer } from "../local/agent-wire.ts";
import type { CloudParts } from "../local/cloud.ts";
import type { Installation } from "../local/scenario/installation.ts";
import type { Plant } from "../local/scenario/plant.ts";
import { consumptionOf, MATERIAL, materialOf, orderOf } from "./sample-documents.ts";
import { until } from "./until.ts";
import { type WatchPoints, watchPointsOf } from "./watch-points.ts";
import { type FunctionCall, watchFunctions } from "./watched-functions.ts";

/** One line of the account: how often each of these documents had the function make the call, and what that took. */
export type CallLine = {
  readonly function: string;
  readonly service: string;
  readonly operation: string;
  readonly about: string;
  readonly refused: boolean;
  readonly calls: number;
  readonly read: number;
  readonly write: number;
};

/** (c) What one document, or one of what goes on without any, has the functions ask of AWS. All figures are for one. */
export type CallAccount = {
  readonly what: string;
  readonly calls: number;
  readonly write: number;
  readonly read: number;
  readonly transitions: number;
  /** Requests to the REST API: the message, and the agent's lease and verdicts. */
  readonly requests: number;
  readonly lines: readonly CallLine[];
};

/** What is done once: the settled state shows that it went the way that is counted. */
type Kind = { readonly what: string; readonly requests: number; readonly doOnce: (at: number) => Promise<void> };

/** Each kind once to warm up (secrets read, tokens taken), then `repeats` times one after another, and the mean. Nothing else runs: agents stand still, nothing is woken. */
export async function countCalls(installation: Installation, repeats: number): Promise<readonly CallAccount[]> {
  const { cloud } = installation;
  for (const plant of installation.plants) await plant.leave();
  const functions = await watchFunctions(cloud);
  const points = watchPointsOf(cloud);
  const rest = () => until("the cloud is at rest", async () => functions.quiet() && (await points.idle()));
  try {
    const accounts: CallAccount[] = [];
    for (const { what, requests, doOnce } of kindsOf(installation, points)) {
      await doOnce(0);
      await rest();
      functions.take();
      await points.newTransitions();
      for (let at = 1; at <= repeats; at += 1) await doOnce(at);
      await rest();
      accounts.push(accountOf(what, requests, repeats, functions.take(), await points.newTransitions()));
    }
    return accounts;
  } finally {
    points.close();
    await functions.close();
    for (const plant of installation.plants) plant.comeBack();
  }
}

class WentAnotherWay extends Error {}

function kindsOf(installation: Installation, points: WatchPoints): readonly Kind[] {
  const { cloud, sender, plants } = installation;
  const plant = plants.find(({ site }) => site === "hamburg");
  if (plant === undefined) throw new WentAnotherWay("there is no plant in hamburg");

  const settles = async (document: DocumentId, state: string): Promise<void> => {
    await until(`${document} is settled`, async () => (await points.settledAs(document)) !== undefined);
    const settled = await points.settledAs(document);
    if (settled !== state) throw new WentAnotherWay(`a document settled as ${settled}, not as ${state}`);
    await until("the cloud is at rest", points.idle);
  };
  const fromErp = async (id: string, body: JsonObject): Promise<DocumentId> => documentIn((await sender.send(id, JSON.stringify(body))).answer);
  const toPlant = async (id: string, body: JsonObject, state: string): Promise<void> => {
    const document = await fromErp(id, body);
    await until("the delivery is in the mailbox", () => points.hasDelivery(plant.site));
    await plant.agent.round();
    await settles(document, state);
  };
  const order = (number: string) => orderOf({ number, operations: 2, components: 3 });

  return [
    { what: "material definition", requests: 3, doOnce: (at) => toPlant(`material-${at}`, materialOf(at === 0 ? MATERIAL : `99${at}`), "delivered") },
    { what: "order release accepted", requests: 3, doOnce: (at) => toPlant(`order-${at}`, order(`71000${at}`), "delivered") },
    {
      what: "order release rejected by the MES",
      requests: 3,
      doOnce: (at) => {
        plant.refuse(`72000${at}`, { code: "routing-missing", message: "no routing for this product" });
        return toPlant(`rejected-${at}`, order(`72000${at}`), "rejected");
      },
    },
    { what: "consumption", requests: 1, doOnce: async (at) => settles(await fromPlant(plant, consumptionOf("710000", `C-7${at}`)), "delivered") },
    { what: "duplicate", requests: 1, doOnce: async () => void (await fromErp("order-1", order("710001"))) },
    { what: "an agent's poll, nothing to do", requests: 1, doOnce: async () => void (await plant.agent.round()) },
    { what: "a run of wake-due, nothing due", requests: 0, doOnce: () => wakeOnce(cloud) },
  ];
}

function documentIn(answer: string | undefined): DocumentId {
  const { lines } = LinesAnswer.parse(JSON.parse(String(answer)));
  return DocumentId.parse(lines[0]?.document);
}

async function fromPlant({ agent, connection }: Plant, document: JsonObject): Promise<DocumentId> {
  const [line] = await agent.postUpward(connection, [{ key: String(document.id), document }], AbortSignal.timeout(30_000));
  return DocumentId.parse(line?.document);
}

async function wakeOnce(cloud: CloudParts): Promise<void> {
  const lambda = new LambdaClient(cloud.clients);
  const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: cloud.functionNames["wake-due"] }));
  lambda.destroy();
  if (FunctionError !== undefined) throw new WentAnotherWay(`wake-due failed: ${FunctionError}`);
}

/** The mean of `repeats` documents. */
export function accountOf(what: string, requests: number, repeats: number, calls: readonly FunctionCall[], transitions: number): CallAccount {
  const sum = (of: readonly FunctionCall[], pick: (call: FunctionCall) => number): number => of.reduce((total, call) => total + pick(call), 0) / repeats;
  const alike = Map.groupBy(calls, (call) => JSON.stringify([call.function, call.service, call.operation, call.about, call.refused]));
  const lines = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { function: name, service, operation, about, refused } = first;
    const units = { read: sum(group, ({ read }) => read), write: sum(group, ({ write }) => write) };
    return [{ function: name, service, operation, about, refused, calls: group.length / repeats, ...units }];
  });
  const totals = { calls: calls.length / repeats, write: sum(calls, ({ write }) => write), read: sum(calls, ({ read }) => read) };
  return { what, ...totals, transitions: transitions / repeats, requests, lines };
}
