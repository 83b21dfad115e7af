import * as z from "zod";
import type { CloudParts } from "../../local/cloud.ts";

/** Calls of IAM and STS in the local cloud, which checks no signature. */

async function query(cloud: CloudParts, service: "iam" | "sts", parameters: Readonly<Record<string, string>>): Promise<string> {
  const credential = `Credential=test/20260101/${cloud.clients.region}/${service}/aws4_request`;
  const response = await fetch(cloud.endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ Version: service === "iam" ? "2010-05-08" : "2011-06-15", ...parameters }),
  });
  const text = await response.text();
  if (!response.ok && !text.includes("EntityAlreadyExists")) throw new Error(`${parameters.Action} answered ${response.status}: ${text}`);
  return text;
}

const textIn = (xml: string, element: string): string => z.string().parse(new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1]);

/** The variables of a session of a role of this name, which is made where it is not there. */
export async function sessionOf(cloud: CloudParts, role: string, session: string): Promise<Readonly<Record<string, string>>> {
  const trust = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] });
  await query(cloud, "iam", { Action: "CreateRole", RoleName: role, AssumeRolePolicyDocument: trust });
  const answer = await query(cloud, "sts", { Action: "AssumeRole", RoleArn: `arn:aws:iam::000000000000:role/${role}`, RoleSessionName: session });
  return {
    AWS_ACCESS_KEY_ID: textIn(answer, "AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: textIn(answer, "SecretAccessKey"),
    AWS_SESSION_TOKEN: textIn(answer, "SessionToken"),
    AWS_REGION: cloud.clients.region,
  };
}

const Events = z.object({ events: z.array(z.object({ message: z.string(), timestamp: z.number() })) });
const Groups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });

async function logs(cloud: CloudParts, action: string, body: unknown): Promise<unknown> {
  const credential = `Credential=test/20260101/${cloud.clients.region}/logs/aws4_request`;
  const response = await fetch(cloud.endpoint, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=${"0".repeat(64)}`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `Logs_20140328.${action}`,
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${action} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Everything that is in a log group that begins so, by group, all lines in one text. */
export async function logsOf(cloud: CloudParts, prefix: string): Promise<ReadonlyMap<string, string>> {
  const { logGroups } = Groups.parse(await logs(cloud, "DescribeLogGroups", { logGroupNamePrefix: prefix }));
  const found = new Map<string, string>();
  for (const { logGroupName } of logGroups) found.set(logGroupName, (await linesOf(cloud, logGroupName)).join("\n"));
  return found;
}

const EVENTS_AT_ONCE = 10_000;

/** The emulator gives so many events and no token for more: on from the last one's millisecond, whose lines then stand twice. */
async function linesOf(cloud: CloudParts, logGroupName: string): Promise<string[]> {
  const lines: string[] = [];
  for (let startTime = 0; ; ) {
    const { events } = Events.parse(await logs(cloud, "FilterLogEvents", { logGroupName, startTime, limit: EVENTS_AT_ONCE }));
    for (const { message } of events) lines.push(message);
    const last = events.at(-1)?.timestamp;
    if (last === undefined || events.length < EVENTS_AT_ONCE) return lines;
    if (last === startTime) throw new Error(`${logGroupName} has more than ${EVENTS_AT_ONCE} lines of one millisecond`);
    startTime = last;
  }
}
