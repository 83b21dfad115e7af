import { createFakeErp, createFakeErpTarget, type FakeErp } from "../../../connectors/plain-json/fake.ts";
import type { FakeCall, Fault, Problem } from "../../../connectors/plain-json/fake-faults.ts";
import type { TargetSystem } from "../../../core/effects/target-system.ts";
import type { VirtualClock } from "../memory/clock.ts";
import { tagsOf } from "./members.ts";
import type { Traits } from "./planned-documents.ts";
import { type Scheduler, START } from "./scheduler.ts";
import type { Tally } from "./tally.ts";
import type { WorldPlan } from "./world-plan.ts";

export type ErpOptions = {
  readonly plan: WorldPlan;
  readonly clock: VirtualClock;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly traitsOf: (tag: string) => Traits;
  readonly fault: (call: FakeCall) => Fault | undefined;
  /** How long after a call that may have posted somebody in the ERP takes the posting back; undefined: nobody does. */
  readonly clerkAfterMs: (fault: Fault) => number | undefined;
};

/** `reversed`: the tags of what a clerk took back. */
type ErpInWorld = { readonly erp: FakeErp; readonly target: TargetSystem; readonly reversed: ReadonlySet<string> };

/** The fake ERP with what the plan plants in it: refusals by document, stock that is not there yet, hours in which nobody listens, and the drawn faults. */
export function createErpInWorld({ plan, clock, scheduler, tally, traitsOf, fault, clerkAfterMs }: ErpOptions): ErpInWorld {
  const now = (): number => clock.now() - START;
  const isDown = (): boolean => plan.erpDown.some(([from, to]) => from <= now() && now() < to);
  const lacksStock = (call: FakeCall): boolean => {
    const tags = call.document === undefined ? [] : tagsOf(plan, call.document);
    return tags.some((tag) => {
      const until = traitsOf(tag).lacksStockUntil;
      return until !== undefined && now() < until;
    });
  };
  const posts = new Map<string, number>();
  /** Counts the calls to post a document. */
  const failsNow = ({ document, action }: FakeCall): boolean => {
    if (document === undefined || action !== "post") return false;
    const fails = tagsOf(plan, document).map((tag) => {
      const nth = (posts.get(tag) ?? 0) + 1;
      posts.set(tag, nth);
      return traitsOf(tag).postFails === nth;
    });
    return fails.includes(true);
  };
  const counted = (name: string, planted: Fault): Fault => {
    tally.add(`fault: ${name}`);
    return planted;
  };
  const refused = new Set<string>();
  const reversalsRefused = new Set<string>();
  const erp = createFakeErp({
    clock,
    schedule: (at, action) => scheduler.at(at, action),
    ...(plan.erp.idempotent ? { idempotent: true } : {}),
    refuses: (body) => {
      const refusals = tagsOf(plan, body.document).flatMap((tag) => {
        const refusal = refusalOf(body.action, traitsOf(tag), refused.has(tag));
        if (refusal !== undefined) refused.add(tag);
        return refusal === undefined ? [] : [refusal];
      });
      return refusals[0];
    },
    refusesReversal: (original) => {
      const before = reversalsRefused.has(original.key);
      if (isClerk || !tagsOf(plan, original.document).some((tag) => isRefused(traitsOf(tag).reversalRefused, before))) return undefined;
      reversalsRefused.add(original.key);
      return { code: "has-successors", message: "others were made from it" };
    },
    plan: (call) => planted(call) ?? drawn(call),
  });
  const planted = (call: FakeCall): Fault | undefined => {
    if (isDown()) return counted("ERP down for long", { kind: "down" });
    if (failsNow(call)) return counted("ERP fail-before-commit", { kind: "fail-before-commit" });
    return lacksStock(call) ? counted("stock not there yet", { kind: "dependency", on: "order:stock" }) : undefined;
  };
  const drawn = (call: FakeCall): Fault | undefined => {
    const found = isClerk ? undefined : fault(call);
    if (found !== undefined && call.action === "post") sendClerk(call.key, found);
    return found;
  };
  const reversed = new Set<string>();
  let isClerk = false;

  /** Somebody sees the posting, thinks it wrong, and reverses it, while we do not know yet whether it is there. */
  function sendClerk(key: string, drawn: Fault): void {
    const after = clerkAfterMs(drawn);
    if (after === undefined) return;
    scheduler.after(after, () => {
      const posting = erp.books().find((each) => each.key === key && each.reversedBy === undefined);
      if (posting === undefined) return;
      tally.add("fault: ERP posting reversed by a clerk");
      for (const tag of tagsOf(plan, posting.document)) reversed.add(tag);
      isClerk = true;
      erp.reverse({ key: `CLERK-${posting.reference}`, original: { key, reference: posting.reference } });
      isClerk = false;
    });
  }

  const { find, ...plain } = createFakeErpTarget(erp, clock);
  // What cannot be asked by our key cannot be asked by its own number either.
  const asked = plan.erp.lookup && find !== undefined ? { find } : {};
  return { erp, reversed, target: { ...plain, ...asked, capabilities: { ...plain.capabilities, ...plan.erp } } };
}

function refusalOf(action: string, traits: Traits, before: boolean): Problem | undefined {
  if (traits.stepRefused === action) return { code: "no-posting", message: `the books refuse ${action}` };
  switch (action) {
    case "post":
      return traits.postingRefused === true ? { code: "no-posting", message: "the books refuse it" } : undefined;
    case "tell-accepted":
      return isRefused(traits.acceptanceRefused, before) ? { code: "no-acceptance", message: "the order was closed meanwhile" } : undefined;
    case "tell-rejected":
    case "tell-undone":
      return traits.badNewsRefused === true ? { code: "no-bad-news", message: "the order is locked" } : undefined;
    default:
      return undefined;
  }
}

const isRefused = (trait: Traits["acceptanceRefused"], before: boolean): boolean => trait === true || (trait === "once" && !before);
