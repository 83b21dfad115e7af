import { HoldInput, HoldStep } from "../../workflows/hold-lot/steps.ts";
import { alongChains } from "./along-chains.ts";
import type { Link } from "./chains.ts";

const recorded = (due: "block-lot" | "release-lot" | "none"): Link => ({
  call: "record-inspection forward",
  goesOn: "applied",
  says: { due },
  refused: "rejected",
});
const TOLD: Link = { call: "deliver forward", goesOn: "applied", refused: "rejected" };
const FAILED = [recorded("block-lot"), { call: "block-lot forward", goesOn: "applied" }, TOLD] as const;
const RELEASING = [recorded("release-lot"), { call: "release-lot forward", goesOn: "applied" }, TOLD] as const;
const STEPS = ["deliver", "release-lot", "block-lot", "record-inspection"];
const UNDO = STEPS.map((step): Link => ({ call: `${step} undo`, goesOn: "undone" }));
const REVERSE = STEPS.map((step): Link => ({ call: `${step} reverse`, goesOn: "applied" }));

alongChains({
  workflow: "hold-lot",
  schema: HoldStep,
  given: HoldInput,
  chains: [
    { mode: "forward", links: FAILED, end: "delivered" },
    { mode: "forward", links: RELEASING, end: "delivered" },
    { mode: "forward", links: [recorded("none")], end: "delivered" },
    { mode: "undo", links: UNDO, end: "undone" },
    { mode: "reverse", links: REVERSE, end: "delivered" },
  ],
  tries: 5,
  tellsLane: true,
  // Sending into the lane again and again, and in vain: as in release-production-order, whose test takes these.
  beside: ["Finish ─retry 1→ Finish", "Finish ─fails→ end"],
});
