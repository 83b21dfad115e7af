import { createClient } from "./client/client/index.js";
import { leaseDeliveries, postDocuments, readDocument, reportVerdicts, sendHeartbeat } from "./client/index.js";

/** A partner's agent, written against the generated client alone: copied beside it, type-checked and run by generated-client.test.ts. */

const [api = "", token = "", order = "", run = ""] = process.argv.slice(2);
const client = createClient({ baseUrl: api, auth: token });
const at = { client, path: { site: "hamburg" } };

/** The answer, or the problem's code. */
function told<Data>(answer: { readonly data?: Data; readonly error?: unknown }): Data {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const { serverTime } = told(await sendHeartbeat({ ...at, body: {} }));

const consumption = { type: "MaterialActual", id: `USE-${run}`, operationsRequestId: order, materialDefinitionId: "4711", materialUse: "Consumed", quantity: { value: "1.5", unit: "kg" }, actualTime: "2026-03-02T07:30:00Z" };
const posted = told(await postDocuments({ client, path: { site: "hamburg", connection: "mes-hamburg" }, body: { lines: [{ key: `use-${run}`, document: consumption }] } }));
const document = posted.lines[0]?.document ?? "";

async function leased() {
  for (;;) {
    const { deliveries } = told(await leaseDeliveries({ ...at, body: { max: 50 } }));
    // The document is one of twelve types: the literal tells which.
    const mine = deliveries.find((delivery) => typeof delivery.document !== "string" && delivery.document.type === "OperationsRequest" && delivery.document.id === order);
    if (mine !== undefined) return mine;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
const delivery = await leased();
const { results } = told(
  await reportVerdicts({ ...at, body: { verdicts: [{ delivery: delivery.id, leaseToken: delivery.leaseToken, result: "accepted", reference: "MES-7" }] } }),
);
const read = told(await readDocument({ client, path: { site: "hamburg", id: document }, query: { content: "true" } }));
const elsewhere = await readDocument({ client, path: { site: "suzhou", id: document } });
const code = elsewhere.error !== undefined && "code" in elsewhere.error ? elsewhere.error.code : undefined;

// What the API does not take does not compile.
// @ts-expect-error a number of deliveries, not a text
const asText = () => leaseDeliveries({ ...at, body: { max: "ten" } });
// @ts-expect-error no such verdict
const noSuchVerdict = () => reportVerdicts({ ...at, body: { verdicts: [{ delivery: "x", leaseToken: "y", result: "perhaps" }] } });
// @ts-expect-error the path needs a site
const nowhere = () => sendHeartbeat({ client, body: {} });

console.log(
  JSON.stringify({
    serverTime,
    line: posted.lines[0]?.result,
    verdict: results[0]?.result,
    isDocument: read.id === document,
    content: read.content?.kind,
    code,
    unused: [asText, noSuchVerdict, nowhere].length,
  }),
);
