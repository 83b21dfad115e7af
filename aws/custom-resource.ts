import type { Logger } from "@aws-lambda-powertools/logger";
import * as z from "zod";

/** What CloudFormation sends to a custom resource's function. */
const Request = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  RequestId: z.string(),
  StackId: z.string(),
  LogicalResourceId: z.string(),
  ResponseURL: z.url(),
  ResourceProperties: z.record(z.string(), z.unknown()),
});
type Request = z.infer<typeof Request>;

const RESOURCE = "orderlane";

/**
 * A function behind a custom resource of CloudFormation: always answers, since an answer that does not come stops the deployment for as long as its timeout.
 * Deleting it does nothing. @param act says why the deployment must not go on; undefined lets it
 */
export function customResource(logger: Logger, act: (properties: Readonly<Record<string, unknown>>) => Promise<string | undefined>) {
  return async (event: unknown): Promise<void> => {
    const request = Request.parse(event);
    const refusal = request.RequestType === "Delete" ? undefined : await acted(logger, act, request);
    await answer(request, refusal);
  };
}

async function acted(
  logger: Logger,
  act: (properties: Readonly<Record<string, unknown>>) => Promise<string | undefined>,
  { ResourceProperties }: Request,
): Promise<string | undefined> {
  try {
    return await act(ResourceProperties);
  } catch (error) {
    logger.error("function.failed", { error });
    return "a defect, or the ledger could not be reached: see the function's log";
  }
}

async function answer({ RequestId, StackId, LogicalResourceId, ResponseURL }: Request, refusal: string | undefined): Promise<void> {
  const status = refusal === undefined ? { Status: "SUCCESS" } : { Status: "FAILED", Reason: refusal };
  const body = JSON.stringify({ ...status, RequestId, StackId, LogicalResourceId, PhysicalResourceId: RESOURCE });
  // The address is signed for a request without a content type.
  const taken = await fetch(ResponseURL, { method: "PUT", body: Buffer.from(body), headers: { "content-type": "" } });
  if (!taken.ok) throw new Error(`CloudFormation answered ${taken.status} to the custom resource`);
}
