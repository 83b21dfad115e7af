import type { HttpAnswer } from "../../core/door/problems.ts";

/** The description of the API, as it was built: GET /v1/openapi.json. Public, since it tells no data. */
export const API_DESCRIPTION = "/v1/openapi.json";

/** @param read the file beside the code; read when it is asked for, and once */
export function createDescribeApi(read: () => string): () => Promise<HttpAnswer> {
  let body: string | undefined;
  return async () => {
    body ??= read();
    return { status: 200, headers: { "content-type": "application/json", "cache-control": "public, max-age=300" }, body };
  };
}
