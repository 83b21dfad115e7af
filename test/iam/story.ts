import type { StageSet } from "./stage-set.ts";

/** A part of the scenario that can be told alone, again and again, with documents of its own. */
export type Story = {
  readonly name: string;
  /** Tells it to its end; stops early where the signal says that nobody wants to know. @throws where it does not come to its end as it should */
  readonly tell: (set: StageSet, signal: AbortSignal) => Promise<void>;
};
