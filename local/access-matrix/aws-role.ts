import { signatureOf } from "../../cli/aws-signature.ts";
import type { CloudParts } from "../cloud.ts";

/** A session of an AWS role in the local cloud's own IAM, which signs its requests. (The emulator believes the key's name; that signatures are checked is `npm run test:iam`'s affair.) */

const SIGNED = "/aws";
const ACCOUNT = "000000000000";
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] });

class NoSession extends Error {}

/** @throws NoSession where the emulator gives none */
export async function takeRole({ endpoint, clients }: CloudParts, name: string) {
  const call = async (service: "iam" | "sts", parameters: Readonly<Record<string, string>>): Promise<string> => {
    const scope = `${clients.credentials.accessKeyId}/20260101/${clients.region}/${service}/aws4_request`;
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    };
    return (await fetch(endpoint, { method: "POST", headers, body: new URLSearchParams(parameters).toString() })).text();
  };
  // It may be there already.
  await call("iam", { Action: "CreateRole", Version: "2010-05-08", RoleName: name, AssumeRolePolicyDocument: TRUST });
  const answer = await call("sts", { Action: "AssumeRole", Version: "2011-06-15", RoleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`, RoleSessionName: "matrix" });
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (tag) => new RegExp(`<${tag}>([^<]+)<`).exec(answer)?.[1],
  );
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) throw new NoSession(answer.slice(0, 300));
  const signing = { region: clients.region, credentials: { accessKeyId, secretAccessKey, sessionToken } };
  return {
    principal: `aws:arn:aws:iam::${ACCOUNT}:role/${name}`,
    under: SIGNED,
    present: async ({ method, url, body }: { readonly method: string; readonly url: string; readonly body: string }) => ({
      headers: await signatureOf({ method, url, headers: {}, body: body === "" ? undefined : Buffer.from(body) }, signing),
    }),
  };
}
