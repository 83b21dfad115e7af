import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { JsonObject } from "../core/documents/exact-json.ts";
import { DocumentId } from "../core/documents/ids.ts";
import { LinesAnswer } from "../local/agent-wire.ts";
import type { CloudParts } from "../local/cloud.ts";
import type { Installation } from "../local/scenario/installation.ts";
import type { Plant } from "../local/scenario/plant.ts";
import { accountOf, type CallAccount, type Kind } from "./call-account.ts";
import { consumptionOf, failedInspectionOf, MATERIAL, materialOf, orderOf, reportOf } from "./sample-documents.ts";
import { until } from "./until.ts";
import { type WatchPoints, watchPointsOf } from "./watch-points.ts";
import { watchFunctions } from "./watched-functions.ts";

/** What is done once: the settled state shows that it went the way that is counted. */
type Act = Kind & { readonly doOnce: (at: number) => Promise<void> };

/** Each kind once to warm up (secrets read, tokens taken), then `repeats` times one after another, and the mean. Nothing else runs: agents stand still, nothing is woken. */
export async function countCalls(installation: Installation, repeats: number): Promise<readonly CallAccount[]> {
  const { cloud, erp } = installation;
  for (const plant of installation.plants) await plant.leave();
  const functions = await watchFunctions(cloud);
  const points = watchPointsOf(cloud);
  const rest = () => until("the cloud is at rest", async () => functions.quiet() && (await points.idle()));
  try {
    const accounts: CallAccount[] = [];
    for (const { doOnce, ...kind } of actsOf(installation, points)) {
      await doOnce(0);
      await rest();
      functions.take();
      await points.newRuns();
      const erpCalls = erp.fake.calls().length;
      const before = await points.storedBytes();
      for (let at = 1; at <= repeats; at += 1) await doOnce(at);
      await rest();
      const after = await points.storedBytes();
      const stored = { payloads: after.payloads - before.payloads, rest: after.rest - before.rest };
      const seen = {
        calls: functions.take(),
        runs: await points.newRuns(),
        erpCalls: erp.fake.calls().length - erpCalls,
        stored,
        memoryMb: functions.memoryMb,
      };
      accounts.push(accountOf(kind, repeats, seen));
    }
    return accounts;
  } finally {
    points.close();
    await functions.close();
    for (const plant of installation.plants) plant.comeBack();
  }
}

class WentAnotherWay extends Error {}

/** Functions behind the API that a document takes: the door alone, or a plant's agent fetches and answers too. */
const UP = ["receive-documents"] as const;
const TO_PLANT = ["receive-documents", "lease-deliveries", "report-verdicts"] as const;

const bytesOf = (body: JsonObject): number => Buffer.byteLength(JSON.stringify(body));

function actsOf(installation: Installation, points: WatchPoints): readonly Act[] {
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
    await throughMailbox(await fromErp(id, body), state);
  };
  const throughMailbox = async (document: DocumentId, state: string): Promise<void> => {
    await until("the delivery is in the mailbox", () => points.hasDelivery(plant.site));
    await plant.agent.round();
    await settles(document, state);
  };
  const order = (number: string) => orderOf({ number, operations: 2, components: 3 });

  const consumption = (at: number) => consumptionOf("710000", `C-7${at}`);
  const report = (at: number) => reportOf(`71000${at}`, `P-7${at}`);
  const inspection = (at: number) => failedInspectionOf(`LOT-7${at}`, `T-7${at}`);
  const material = (at: number) => materialOf(at === 0 ? MATERIAL : `99${at}`);

  return [
    { what: "material definition", asked: TO_PLANT, bytes: bytesOf(material(1)), doOnce: (at) => toPlant(`material-${at}`, material(at), "delivered") },
    {
      what: "order release accepted",
      asked: TO_PLANT,
      bytes: bytesOf(order("710001")),
      doOnce: (at) => toPlant(`order-${at}`, order(`71000${at}`), "delivered"),
    },
    {
      what: "order release rejected by the MES",
      asked: TO_PLANT,
      bytes: bytesOf(order("720001")),
      doOnce: (at) => {
        plant.refuse(`72000${at}`, { code: "routing-missing", message: "no routing for this product" });
        return toPlant(`rejected-${at}`, order(`72000${at}`), "rejected");
      },
    },
    { what: "consumption", asked: UP, bytes: bytesOf(consumption(1)), doOnce: async (at) => settles(await fromPlant(plant, consumption(at)), "delivered") },
    { what: "operation report", asked: UP, bytes: bytesOf(report(1)), doOnce: async (at) => settles(await fromPlant(plant, report(at)), "delivered") },
    {
      what: "failed inspection",
      asked: TO_PLANT,
      bytes: bytesOf(inspection(1)),
      doOnce: async (at) => throughMailbox(await fromPlant(plant, inspection(at)), "delivered"),
    },
    { what: "duplicate", asked: UP, bytes: bytesOf(order("710001")), doOnce: async () => void (await fromErp("order-1", order("710001"))) },
    { what: "an agent's poll, nothing to do", asked: ["lease-deliveries"], doOnce: async () => void (await plant.agent.round()) },
    { what: "an agent's heartbeat", asked: ["report-verdicts"], doOnce: async () => void (await plant.agent.heartbeat()) },
    {
      what: "an agent's look for results, nothing new",
      asked: ["ask-ledger"],
      doOnce: async () => void (await plant.agent.readResults(plant.connection, () => Promise.resolve())),
    },
    { what: "a run of wake-due, nothing due", asked: [], timed: ["wake-due"], doOnce: () => wakeOnce(cloud) },
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
