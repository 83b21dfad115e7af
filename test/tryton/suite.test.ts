import { afterAll, beforeAll } from "vitest";
import { everyConnector } from "../connectors/every-connector.ts";
import { KINDS, startRigs } from "./rig.ts";

let rigs: Awaited<ReturnType<typeof startRigs>>;
beforeAll(async () => {
  rigs = await startRigs();
});
afterAll(() => rigs.stop());

for (const kind of ["consumption", "confirm-operation"] as const) everyConnector(`tryton, ${kind}`, () => rigs.rigOf(KINDS[kind]));
