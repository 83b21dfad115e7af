import { type CountedCalls, type CountedFlow, flowOf } from "./counted-calls.ts";

/**
 * What a hundred messages are: a plant whose orders have five operations of two or three reported components each, a tenth of its orders changed or refused,
 * and a sender that repeats two messages in a hundred. Change it to your own: the bill follows.
 */
export const MIX = [
  { what: "consumption", share: 58 },
  { what: "operation report", share: 25 },
  { what: "order release accepted", share: 8 },
  { what: "order release rejected by the MES", share: 1 },
  { what: "material definition", share: 5 },
  { what: "failed inspection", share: 1 },
  { what: "duplicate", share: 2 },
] as const;

export type Mixed = { readonly flow: CountedFlow; readonly share: number };

/** Each flow of the mix as counted. @throws NotCounted */
export const mixed = (counted: CountedCalls): readonly Mixed[] => MIX.map(({ what, share }) => ({ flow: flowOf(counted, what), share }));
