import { it } from "vitest";
import { consumptionDocument, materialDocument, orderDocument } from "../support/world/planned-documents.ts";
import { actionsOf, deathsIn, inForce, posted, sent, stateOf, tell } from "./story.ts";
it("scratch", async () => {
  const o = orderDocument({ name: "O1v1", tag: 1, site: "hamburg", order: "1001", version: "1", materials: ["M0"] });
  const c = consumptionDocument({ name: "C1", site: "hamburg", order: "1001" });
  const m = materialDocument({ name: "M1", tag: 3, site: "hamburg", material: "M1", version: "1" });
  const story = { sends: [sent(o, 0), sent(c, 1), sent(m, 1)] };
  let t = Date.now();
  const told = await tell(story);
  console.log(told.end, told.restless, told.defects, told.portCalls, Date.now() - t, actionsOf(told, o), posted(told), inForce(told, o), stateOf(told, o), stateOf(told, c), stateOf(told, m));
  console.log(told.tally.entries());
  for (const kind of ["receive-documents", "advance-lane", "perform-step", "lease-deliveries", "report-verdicts", "wake-due"]) {
    t = Date.now();
    console.log(kind, (await deathsIn(story, [kind])).length, Date.now() - t);
  }
});
