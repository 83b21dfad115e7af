import { afterAll, beforeAll } from "vitest";
import { everyConnector } from "../connectors/every-connector.ts";
import { KINDS, makeControl, startRigs } from "./rig.ts";

let rigs: Awaited<ReturnType<typeof startRigs>>;
beforeAll(async () => {
  rigs = await startRigs(makeControl);
});
afterAll(() => rigs.stop());

for (const kind of ["post-backflush", "receive-output", "record-inspection"] as const) everyConnector(`tryton, ${kind}`, () => rigs.rigOf(KINDS[kind]));
