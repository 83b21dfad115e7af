import { createHash, createHmac } from "node:crypto";
import type { SeenRequest } from "./access-server.ts";

/** AWS Signature Version 4 as its documentation describes it, for a service that encodes the path once more (all but S3): what API Gateway checks. */

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(?<scope>(?<day>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request), SignedHeaders=(?<names>[^,]+), Signature=(?<signature>[0-9a-f]{64})$/;

/** The signature that the request should have, and the one it has. */
export function signaturesOf(
  { method, path, headers, body }: SeenRequest,
  secretKey: string,
  prefix: string,
): { readonly right: string; readonly sent: string } {
  const { scope = "", day = "", region = "", service = "", names = "", signature = "" } = AUTHORIZATION.exec(String(headers.authorization))?.groups ?? {};
  const url = new URL(`http://localhost${prefix}${path}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    method,
    url.pathname.split("/").map(encoded).join("/"),
    query.join("&"),
    ...names.split(";").map((name) => `${name}:${headers[name]?.trim()}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [region, service, "aws4_request"].reduce<Buffer>((before, part) => hmac(before, part), hmac(`AWS4${secretKey}`, day));
  return { right: hmac(key, toSign).toString("hex"), sent: signature };
}
