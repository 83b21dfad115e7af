import type { StepOutcome } from "../../core/effects/outcomes.ts";
import type { Conclusion } from "../../core/lanes/notices.ts";
import { answers, applied, type Doing, REASON, undone, verdict } from "./cases.ts";
import type { Scripts } from "./scripted-steps.ts";

/** A workflow that goes along chains of steps: forward, undone, or taking another document back. */

export type Link = {
  readonly call: string;
  /** What lets it go on. */
  readonly goesOn: "applied" | "undone";
  /** What more it says than that it is done. */
  readonly says?: { readonly due: "block-lot" | "release-lot" | "none" };
  /** Where a refusal leads: to an end, or back along the undo; undefined: the lane is told so as it is. */
  readonly refused?: "rejected" | "turns";
};
export type Chain = { readonly mode: "forward" | "undo" | "reverse"; readonly links: readonly Link[]; readonly end: "delivered" | "undone" };

export type ChainCase = {
  readonly name: string;
  readonly mode: Chain["mode"];
  readonly script: Scripts;
  readonly calls: readonly string[];
  readonly conclusion: Conclusion | StepOutcome;
};

const TURN = "turn-to-undo forward";
const parked = { kind: "park", reason: REASON } as const;
const refusal: StepOutcome = { kind: "refused", reason: REASON };

const isToken = (call: string): boolean => call.startsWith("deliver ");
const done = ({ call, goesOn, says }: Link): Doing => {
  const outcome = goesOn === "applied" ? { ...applied, ...says } : undone;
  return isToken(call) ? verdict(outcome) : answers(outcome);
};
const failing = (call: string): Doing => (isToken(call) ? { kind: "fails" } : { kind: "throws" });
const scriptOf = (links: readonly Link[]): Scripts => Object.fromEntries(links.map((link) => [link.call, [done(link)]]));
const callsOf = (links: readonly Link[]): string[] => links.map(({ call }) => call);

/** Every way along the chains: to the end, and from each step out of it. `tries` of a step that fails again and again. */
export function casesOf(chains: readonly Chain[], tries: number): ChainCase[] {
  const undo = chains.find(({ mode }) => mode === "undo");
  const whole = chains.map(
    ({ mode, links, end }): ChainCase => ({
      name: `${mode}: every step goes on`,
      mode,
      script: scriptOf(links),
      calls: callsOf(links),
      conclusion: { kind: end },
    }),
  );
  const ways = [...whole, ...chains.flatMap((chain) => chain.links.flatMap((_, at) => outOf(chain, at, undo, tries)))];
  return ways.map((way, at) => ({ ...way, name: `${at + 1}. ${way.name}` }));
}

function outOf({ mode, links, end }: Chain, at: number, undo: Chain | undefined, tries: number): ChainCase[] {
  const before = links.slice(0, at);
  const link = links[at];
  if (link === undefined) return [];
  const { call } = link;
  const calls = [...callsOf(before), call];
  const script = (doings: readonly Doing[]): Scripts => ({ ...scriptOf(links), [call]: doings });
  const one = (how: string, doings: readonly Doing[], conclusion: ChainCase["conclusion"], made: readonly string[] = calls): ChainCase => ({
    name: `${call}: ${how}`,
    mode,
    script: script(doings),
    calls: made,
    conclusion,
  });
  const error = isToken(call) ? "TestFailure" : "Runtime.HandlerError";
  return [
    one("parks, and the lane is told so", [answers(parked)], parked),
    one("finds the document elsewhere", [answers({ kind: "stale" })], { kind: "stale" }),
    one("fails again and again", [failing(call)], { kind: "crashed", error }, [...callsOf(before), ...Array.from({ length: tries }, () => call)]),
    one("fails once, then comes right", [failing(call), done(link)], { kind: end }, [...calls, ...callsOf(links.slice(at))]),
    ...refusedAt(link, one, calls, undo),
  ];
}

type Make = (how: string, doings: readonly Doing[], conclusion: ChainCase["conclusion"], made?: readonly string[]) => ChainCase;

function refusedAt({ refused, call }: Link, one: Make, calls: readonly string[], undo: Chain | undefined): ChainCase[] {
  const doings = [isToken(call) ? verdict(refusal) : answers(refusal)];
  if (refused === "rejected") return [one("is refused: rejected", doings, { kind: "rejected" })];
  if (refused !== "turns" || undo === undefined) return [];
  const turned = one("is refused: undone in reverse order", doings, { kind: "undone" }, [...calls, TURN, ...callsOf(undo.links)]);
  const stays = one("is refused, and its document cannot be turned", doings, { kind: "stale" }, [...calls, TURN]);
  const crashes = one("is refused, and turning fails", doings, { kind: "crashed", error: "Runtime.HandlerError" }, [...calls, TURN, TURN, TURN]);
  return [
    {
      ...turned,
      script: { ...turned.script, ...scriptOf(undo.links), [TURN]: [{ kind: "throws" }, answers(applied)] },
      calls: [...calls, TURN, TURN, ...callsOf(undo.links)],
    },
    { ...stays, script: { ...stays.script, [TURN]: [answers({ kind: "stale" })] } },
    { ...crashes, script: { ...crashes.script, [TURN]: [{ kind: "throws" }] } },
  ];
}
