import * as z from "zod";
import { ReportInput, ReportStep } from "../../workflows/report-operation/steps.ts";
import { alongChains } from "./along-chains.ts";
import type { Link } from "./chains.ts";

const FORWARD: readonly Link[] = [
  { call: "confirm-operation forward", goesOn: "applied", refused: "rejected" },
  { call: "post-backflush forward", goesOn: "applied", refused: "turns" },
  { call: "receive-output forward", goesOn: "applied", refused: "turns" },
  { call: "set-order-state forward", goesOn: "applied", refused: "turns" },
];
const STEPS = ["set-order-state", "receive-output", "post-backflush", "confirm-operation"];
const UNDO = STEPS.map((step): Link => ({ call: `${step} undo`, goesOn: "undone" }));
const REVERSE = STEPS.map((step): Link => ({ call: `${step} reverse`, goesOn: "applied" }));

alongChains({
  workflow: "report-operation",
  schema: ReportStep,
  // What else the rig knows is left out.
  given: z.object(ReportInput.shape),
  // Far enough: how little time is left is perform-step's affair.
  also: { until: 4_102_444_800_000 },
  chains: [
    { mode: "forward", links: FORWARD, end: "delivered" },
    { mode: "undo", links: UNDO, end: "undone" },
    { mode: "reverse", links: REVERSE, end: "delivered" },
  ],
  tries: 3,
  tellsLane: false,
});
