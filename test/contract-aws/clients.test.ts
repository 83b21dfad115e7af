import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Surroundings, surroundingsIn } from "../../aws/clients.ts";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { laneQueue, queueClient } from "../../aws/lane-queue.ts";
import { dynamoClient, ledgerStore } from "../../aws/ledger-store.ts";
import { bucketObjects } from "../../aws/objects.ts";
import { secrets, secretsClient } from "../../aws/secrets.ts";
import { workflowClient, workflows } from "../../aws/workflows.ts";
import { newTargetName } from "../contract/lane-queue.ts";
import { surroundings } from "./surroundings.ts";

describe("a service that takes a request and never answers", () => {
  const PATIENCE_MS = 800;
  let server: Server;
  let silent: Surroundings;
  beforeAll(async () => {
    const real = surroundings();
    server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = z.object({ port: z.number() }).parse(server.address());
    silent = { ...real, endpoint: `http://127.0.0.1:${port}`, patienceMilliseconds: PATIENCE_MS };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const target = newTargetName();
  const ledger = () => ledgerStore({ client: dynamoClient(silent), table: "t", clock: systemClock, ids: randomIds, patienceMilliseconds: PATIENCE_MS });
  const claim = { kind: "put", item: { pk: "p", sk: "a" }, if: [{ absent: true }] } as const;
  const arns = new Map([["w", "arn:aws:states:eu-central-1:000000000000:stateMachine:w"]]);
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    "a read of the ledger": () => ledger().read({ pk: "p", sk: "a" }),
    "a write of the ledger": () => ledger().write([claim]),
    "a transaction of the ledger": () => ledger().write([claim, { ...claim, item: { pk: "p", sk: "b" } }]),
    "an object": () => bucketObjects(silent, "b").read("o"),
    "a secret": () => secrets({ client: secretsClient(silent), clock: systemClock }).read("s"),
    "a workflow": () => workflows({ client: workflowClient(silent), arns }).look("w", "e"),
    "a queue": async () => {
      const troubles: unknown[] = [];
      const queue = laneQueue({
        client: queueClient(silent),
        urls: new Map([[target, `${silent.endpoint}/0/q.fifo`]]),
        onTrouble: (error) => troubles.push(error),
      });
      expect(await queue.send(target, [{ group: "g", deduplicationId: "d", body: "b" }])).toEqual([false]);
      throw troubles[0];
    },
  };

  it.each(Object.entries(calls))("is given up on within the patience: %s", async (_what, call) => {
    const begun = systemClock.now();
    const error = await call().then(
      () => "answered",
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: expect.stringMatching(/^(TimeoutError|OutcomeUnknown|SecretUnreadable)$/) });
    // A machine under load may be late to notice; without the limits it would wait for ever.
    expect(systemClock.now() - begun).toBeLessThan(10 * PATIENCE_MS);
  });
});

describe("surroundings", () => {
  it("are AWS itself without an endpoint", () => {
    expect(surroundingsIn({ AWS_REGION: "cn-north-1" }, 1)).toEqual({ region: "cn-north-1", patienceMilliseconds: 1 });
    expect(surroundingsIn({ AWS_REGION: "cn-north-1", AWS_ENDPOINT_URL: "" }, 1)).toEqual({ region: "cn-north-1", patienceMilliseconds: 1 });
  });

  it("need a region", () => {
    expect(() => surroundingsIn({}, 1)).toThrow(/AWS_REGION/);
  });
});
