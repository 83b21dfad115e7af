import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import * as z from "zod";
import { GrantGiven } from "../../../core/access/grant-shapes.ts";
import { nameOfSecret, WhichSecret } from "../../../core/access/secret-form.ts";
import type { Connection } from "../../../core/settings/settings.ts";
import { createFakeHost, type FakePart } from "../../../local/fake-host.ts";
import { administer, ask, callApi, invoke, newToken, StoryFailed, WHY } from "../stage-set.ts";
import type { Story } from "../story.ts";

/** Who may come in, what is written of it, and the secrets of those who do. */

const granted: Story = {
  name: "grant, list, revoke, audit",
  tell: async (set) => {
    const wanted = { principal: "somebody", sites: ["hamburg"], connections: [], types: [], actions: ["read"], days: 1, why: WHY };
    const { id } = GrantGiven.parse(await administer(set, "/v1/access/grants", wanted, 201));
    await ask(set, "/v1/access/grants");
    await administer(set, `/v1/access/grants/${id}/revocation`, { why: WHY }, 200);
    await ask(set, "/v1/audit");
  },
};

/** Each function notes the first use of a token; that it cannot keeps nobody out. */
const firstUse: Story = {
  name: "first use of a token",
  tell: async (set) => {
    const site = "/v1/sites/hamburg";
    const calls = [
      ["POST", `${site}/connections/mes-hamburg/documents`],
      ["POST", `${site}/deliveries/lease`],
      ["POST", `${site}/heartbeat`],
      ["GET", `${site}/open`],
      ["POST", `${site}/documents/none/commands`],
      ["GET", `${site}/connections`],
      ["GET", "/v1/access/grants"],
      ["POST", "/v1/connections/none/secrets/call"],
    ] as const;
    for (const [method, path] of calls) {
      const token = await newToken(set.cloud);
      await callApi({ ...set, token }, method, path, method === "POST" ? { max: 1 } : undefined, { "idempotency-key": set.number() });
    }
  },
};

/** The same value again, so that its partner need not be told; its former state is put back by hand. */
const replaced = ({ id: connection }: Pick<Connection, "id">, which: WhichSecret, name: string): Story => ({
  name: `secret ${which} of ${connection} replaced`,
  tell: async (set) => {
    const value = set.cloud.secrets[name];
    await administer(set, `/v1/connections/${connection}/secrets/${which}`, { value, why: WHY }, 200);
    await set.hand.secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify({ values: [value] }) }));
  },
});

const CloudFormationAnswer = z.object({ Status: z.string(), Reason: z.string().optional() });

/** As CloudFormation calls it in a deployment; the next deployment of this cloud would be told as the one after it. */
const deployed: Story = {
  name: "deployment recorded",
  tell: async (set) => {
    let answer: unknown;
    const host = createFakeHost();
    const heard: FakePart = {
      path: "/answer",
      answer: ({ body }) => {
        answer = JSON.parse(String(body));
        return { kind: "answer", status: 200, headers: {}, body: "" };
      },
    };
    const url = await host.listen([heard]);
    try {
      const parts = { [`thing ${set.number()}`]: "a hash" };
      const request = { RequestType: "Update", RequestId: set.number(), StackId: "stack", LogicalResourceId: "Record", ResponseURL: `${url}/answer` };
      await invoke(set, "record-deployment", { ...request, ResourceProperties: { stage: "local", who: "somebody", why: WHY, parts } });
    } finally {
      await host.close();
    }
    const { Status, Reason } = CloudFormationAnswer.parse(answer);
    if (Status !== "SUCCESS") throw new StoryFailed(`record-deployment answered ${Status}: ${Reason}`);
  },
};

/** One story for each secret of each connection. */
export const accessStories = (connections: readonly Connection[]): readonly Story[] => [
  granted,
  firstUse,
  deployed,
  ...connections.flatMap((connection) =>
    WhichSecret.options.flatMap((which) => {
      const name = nameOfSecret(connection, which);
      return name === undefined ? [] : [replaced(connection, which, name)];
    }),
  ),
];
