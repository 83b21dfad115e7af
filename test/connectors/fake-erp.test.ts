import { describe, expect, it } from "vitest";
import { createFakeErp, createFakeErpTarget, type FakeErpOptions } from "../../connectors/plain-json/fake.ts";
import { OperationsRequest } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";

const site = SiteId.parse("suzhou");
const documentId = documentIdOf(subjectKeyOf(site, "77"), subjectKeyOf(site, "release"));
const key = postingKeyOf(documentId, "tell-accepted", 0);
const document = OperationsRequest.parse({
  type: "OperationsRequest",
  id: "77",
  version: "1",
  hierarchyScope: "suzhou",
  operationsType: "Production",
  requestState: "Released",
  segmentRequirements: [],
  materialRequirements: [],
});
const call: EffectCall = { key, action: "tell-accepted", document, documentId, deadline: Number.MAX_SAFE_INTEGER };

/** A world whose time moves only when told. */
function world(options: Partial<FakeErpOptions> = {}) {
  let now = 1_000;
  const due: { at: number; action: () => void }[] = [];
  const clock = { now: () => now };
  const fake = createFakeErp({ clock, schedule: (at, action) => due.push({ at, action }), ...options });
  const pass = (ms: number) => {
    now += ms;
    for (const entry of due.filter(({ at }) => at <= now)) {
      due.splice(due.indexOf(entry), 1);
      entry.action();
    }
  };
  return { fake, target: createFakeErpTarget(fake, clock), pass };
}

describe("the fake ERP in virtual time", () => {
  it("posts a repeated key twice: a second posting is what a checker must see", async () => {
    const { fake, target } = world();
    await target.post(call);
    await target.post(call);
    expect(fake.books().map((posting) => posting.key)).toEqual([key, key]);
  });

  it("answers a repeated key with the first posting where it is told to know repeats", async () => {
    const { fake, target } = world({ idempotent: true });
    const first = await target.post(call);
    expect(await target.post(call)).toEqual(first);
    expect(fake.books()).toHaveLength(1);
  });

  it("commits late in the caller's time, and after a look-up found nothing", async () => {
    const { fake, target, pass } = world();
    fake.faultNext({ kind: "commit-late", afterMs: 2_000 });
    expect((await target.post(call)).kind).toBe("unknown");
    pass(1_999);
    expect((await target.lookUp(key, 0)).kind).toBe("not-found");
    pass(1);
    expect((await target.lookUp(key, 0)).kind).toBe("found");
    expect(fake.books()[0]?.committedAt).toBe(3_000);
  });

  it("takes its faults from a plan by the number of the call, after the queued ones", async () => {
    const { fake, target } = world({ plan: ({ n, method }) => (n === 2 && method === "post" ? { kind: "down" } : undefined) });
    fake.faultNext({ kind: "locked" });
    const kinds = [await target.post(call), await target.post(call), await target.post(call)].map((outcome) => outcome.kind);
    expect(kinds).toEqual(["retry", "retry", "applied"]);
    expect(fake.calls().map(({ n }) => n)).toEqual([1, 2, 3]);
  });

  it("makes a second reversal of one posting, so that a checker can see it", async () => {
    const { fake, target } = world();
    const posted = await target.post(call);
    const original = { key, reference: posted.kind === "applied" ? posted.reference : "none" };
    const undo = { ...call, key: postingKeyOf(documentId, "tell-accepted", 0, true), original };
    await target.reverse(undo);
    await target.reverse(undo);
    expect(fake.books().filter((posting) => posting.reverses === original.reference)).toHaveLength(2);
  });
});
