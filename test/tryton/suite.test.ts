import { afterAll, beforeAll } from "vitest";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { everyConnector } from "../connectors/every-connector.ts";
import { KINDS, trytonRig } from "./rig.ts";

let erp: Tryton;
beforeAll(async () => {
  erp = await startTryton({ log: () => undefined });
});
afterAll(() => erp.stop());

for (const kind of ["consumption", "confirm-operation"] as const) everyConnector(`tryton, ${kind}`, () => trytonRig(erp, KINDS[kind]));
