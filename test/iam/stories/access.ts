import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GrantGiven } from "../../../core/access/grant-shapes.ts";
import { nameOfSecret, WhichSecret } from "../../../core/access/secret-form.ts";
import type { Connection } from "../../../core/settings/settings.ts";
import { ask, callApi, newToken, type StageSet, StoryFailed } from "../stage-set.ts";
import type { Story } from "../story.ts";

/** Who may come in, what is written of it, and the secrets of those who do. */

const WHY = "the rights are looked at";

async function administer(set: StageSet, path: string, body: object, status: number): Promise<unknown> {
  const answer = await callApi(set, "POST", path, body);
  if (answer.status !== status) throw new StoryFailed(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

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

/** One story for each secret of each connection. */
export const accessStories = (connections: readonly Connection[]): readonly Story[] => [
  granted,
  firstUse,
  ...connections.flatMap((connection) =>
    WhichSecret.options.flatMap((which) => {
      const name = nameOfSecret(connection, which);
      return name === undefined ? [] : [replaced(connection, which, name)];
    }),
  ),
];
