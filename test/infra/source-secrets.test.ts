import { Key } from "aws-cdk-lib/aws-kms";
import { App, Stack } from "aws-cdk-lib/core";
import { describe, expect, it } from "vitest";
import { ConnectionSecrets } from "../../infra/constructs/connection-secrets.ts";
import { checkedSettings, settingsFor } from "../../infra/settings.ts";

const messageId = { digest: true };
const SOURCES = {
  erp: { scheme: "hmac-body", secret: "orderlane/prod/erp/source", header: "X-Signature", encoding: "hex", prefix: "sha256=", messageId },
  "mes-hamburg": { scheme: "basic", secret: "orderlane/prod/mes-hamburg/source", messageId },
  "mes-suzhou": {
    scheme: "oauth2",
    jwksUrl: "https://issuer.example.com/keys",
    issuer: "https://issuer.example.com",
    audience: "orderlane",
    clientIds: ["mes-suzhou"],
    algorithms: ["RS256"],
    clockToleranceSeconds: 30,
    tokenType: "any",
    messageId,
  },
} as const;

describe("the secrets of sources", () => {
  it("are made, and granted to the door, for exactly those that a connection's scheme names", () => {
    const values = settingsFor("prod");
    const every = { allowlist: [], validateAtDoor: false, timeZone: "Europe/Berlin", matchKey: "exact", volatile: [] };
    const connections = values.connections.map((one) => ({ ...one, source: { ...every, ...Object.entries(SOURCES).find(([id]) => id === one.id)?.[1] } }));
    const settings = checkedSettings({ ...values, connections });
    const stack = new Stack(new App(), "Secrets");
    const secrets = new ConnectionSecrets(stack, "Secrets", { connections: settings.connections, key: new Key(stack, "Key"), retain: true });
    const granted = secrets.readingSource().filter(({ actions }) => actions.includes("secretsmanager:GetSecretValue"));
    const template: unknown = JSON.parse(JSON.stringify(stack.resolve(granted.map(({ resources }) => resources))));
    expect(JSON.stringify(template).match(/Secretsorderlaneprod\w+?source/g)).toEqual([
      "Secretsorderlaneproderpsource",
      "Secretsorderlaneprodmeshamburgsource",
    ]);
    expect(granted.flatMap(({ resources }) => resources)).toHaveLength(2);
  });
});
