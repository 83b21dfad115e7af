import { afterAll, beforeAll } from "vitest";
import { startTryton, type Tryton } from "../../local/tryton/start-tryton.ts";
import { everyConnector } from "../connectors/every-connector.ts";
import { erpByHand } from "./erp-by-hand.ts";
import { KINDS, makeControl, trytonRig } from "./rig.ts";

let erp: Tryton;
beforeAll(async () => {
  erp = await startTryton({ log: () => undefined });
  await makeControl(await erpByHand(erp));
});
afterAll(() => erp.stop());

for (const kind of ["post-backflush", "receive-output", "record-inspection"] as const) everyConnector(`tryton, ${kind}`, () => trytonRig(erp, KINDS[kind]));
