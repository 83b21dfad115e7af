import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Settings } from "../../core/settings/settings.ts";
import { same } from "../words.ts";
import { type Check, finding, fine, unchecked } from "./checks.ts";

/** The names that the settings say; no value is read. */
export const secretNames = ({ connections }: Settings): string[] => [
  ...new Set(
    connections.flatMap(({ source, callSecret }) => [...("secret" in source ? [source.secret] : []), ...(callSecret === undefined ? [] : [callSecret])]),
  ),
];

/** Which of the stage's secrets are not there, as far as this machine's AWS credentials may see (DescribeSecret). */
export async function secretChecks(settings: Settings, describe: (name: string) => Promise<unknown> = inAws()): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const name of secretNames(settings)) {
    const check = await secretCheck(name, describe);
    checks.push(...(check === undefined ? [] : [check]));
    // One refusal of AWS is every other's too.
    if (check?.kind === "unchecked") break;
  }
  return checks.length > 0 ? checks : [fine({ en: `the secrets of stage ${settings.stage} are there`, "zh-CN": `阶段 ${settings.stage} 的密钥都在` })];
}

async function secretCheck(name: string, describe: (name: string) => Promise<unknown>): Promise<Check | undefined> {
  try {
    await describe(name);
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      return finding(
        { en: `the secret ${name} is not there`, "zh-CN": `没有密钥 ${name}` },
        { en: "its connection can neither be let in nor be called", "zh-CN": "其连接既不能进入也不能被调用" },
        { en: "deploy the state stack, then orderlane secret put CONNECTION", "zh-CN": "部署 state stack，然后 orderlane secret put 连接" },
      );
    return unchecked({ en: `the secret ${name}`, "zh-CN": `密钥 ${name}` }, same(error instanceof Error ? error.message : String(error)), {
      en: "sign in to AWS (aws sso login) as who may secretsmanager:DescribeSecret, or leave --secrets out",
      "zh-CN": "以有 secretsmanager:DescribeSecret 权限的身份登录 AWS（aws sso login），或不给 --secrets",
    });
  }
}

function inAws(): (name: string) => Promise<unknown> {
  const client = new SecretsManagerClient({ maxAttempts: 2 });
  return (name) => client.send(new DescribeSecretCommand({ SecretId: name }));
}
