import { expect, it } from "vitest";
import { createB2mmlTarget } from "../../../connectors/b2mml/target-system.ts";
import { createSapIdocTarget } from "../../../connectors/sap-idoc/target-system.ts";
import type { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../../core/documents/ids.ts";
import type { Action, TargetSystem } from "../../../core/effects/target-system.ts";
import { settingsFor } from "../../../infra/settings.ts";
import { type FakeB2mmlServer, startFakeB2mmlServer } from "../../../local/fake-b2mml-server.ts";
import { type FakeSapServer, startFakeSapServer } from "../../../local/fake-sap-server.ts";
import { createMesSimulator } from "../../../local/mes-simulator.ts";
import { compareBooks } from "../../../local/scenario/compare-books.ts";
import type { Fate } from "../../../local/scenario/documents.ts";
import { b2mmlPostings, documentsIn, sapPostings } from "../../../local/scenario/languages.ts";
import { drawLanguages } from "../../../local/scenario/plan-languages.ts";
import { randomOf } from "../../../local/scenario/random.ts";
import type { Sent } from "../../../local/scenario/sent-log.ts";

/** The scenario's checker must see what goes wrong in the books of the other languages' ERPs. */

const clock = { now: () => Date.now() };
const SETTINGS = settingsFor("local");
const PLAN = drawLanguages(randomOf(1), 1);
const basic = "orderlane:secret";

type Rig = { readonly sent: Sent; readonly told: (action: Action, key?: number) => Promise<unknown>; readonly findings: (fate?: Fate) => readonly string[] };

async function rig(from: "sap" | "b2mml", play: (rig: Rig) => Promise<void>): Promise<void> {
  const sap = await startFakeSapServer({ authorization: `Basic ${Buffer.from(basic).toString("base64")}`, timeZone: "Europe/Berlin", sender: "SAPHAM" });
  const b2mml = await startFakeB2mmlServer({ token: "right", sender: "PLANNING" });
  try {
    await play(parts(from, sap, b2mml));
  } finally {
    await Promise.all([sap.close(), b2mml.close()]);
  }
}

function parts(from: "sap" | "b2mml", sap: FakeSapServer, b2mml: FakeB2mmlServer): Rig {
  const xml = from === "sap" ? sap.fake.release(PLAN.sap.changed) : b2mml.fake.emit(PLAN.b2mml.synchronised, "Sync").xml;
  const [wire] = documentsIn(SETTINGS, from, xml);
  if (wire?.type !== "OperationsRequest") throw new Error("no order");
  const site = SiteId.parse(wire.hierarchyScope);
  const documentId = documentIdOf(subjectKeyOf(site, wire.id), subjectKeyOf(site, "one"));
  const mes = createMesSimulator({ site, now: Date.now, checksMaterials: false });
  const sent: Sent = { from, fates: ["delivered"], wire, document: documentId, name: "the order" };
  const call = { clock, allowLoopbackHttp: true };
  const target: TargetSystem =
    from === "sap"
      ? createSapIdocTarget({ ...call, url: sap.url, token: async () => basic, scheme: "basic", timeZone: "Europe/Berlin" })
      : createB2mmlTarget({ ...call, url: b2mml.url, token: async () => "right" });
  return {
    sent,
    told: async (action, number = 0) => {
      const document: CanonicalDocument = wire;
      const verdict = await mes.apply(deliveryOf(wire));
      const key = postingKeyOf(documentId, action, number);
      const reference = action === "tell-accepted" && verdict.reference !== undefined ? { plantReference: verdict.reference } : {};
      return target.post({ key, action, document, documentId, deadline: clock.now() + 10_000, ...reference });
    },
    findings: (fate = "delivered") => {
      const document: Sent = { ...sent, fates: [fate] };
      const erp = [...sapPostings(sap.fake, [document]), ...b2mmlPostings(b2mml.fake, [document])];
      const book = { orders: mes.orders(), materials: mes.materials(), journal: mes.journal() };
      return compareBooks([document], { erp, mes: new Map([[site, book]]) }).map(({ kind }) => kind);
    },
  };
}

const deliveryOf = (wire: Extract<CanonicalDocument, { type: "OperationsRequest" }>) => ({
  id: "d1",
  number: "1",
  lane: "l",
  object: "o",
  action: "apply" as const,
  version: String(wire.version),
  document: { ...wire },
  leaseToken: "t",
  leaseUntil: "2026-11-25T00:00:00Z",
});

for (const from of ["sap", "b2mml"] as const) {
  it(`${from}: an order that the plant made and its sender was told of is delivered, also where the same was said twice`, () =>
    rig(from, async ({ told, findings }) => {
      await told("tell-accepted");
      expect(findings()).toEqual([]);
      await told("tell-accepted");
      expect(findings()).toEqual([]);
    }));

  it(`${from}: told under another key, it is told twice`, () =>
    rig(from, async ({ told, findings }) => {
      await told("tell-accepted");
      await told("tell-accepted", 1);
      expect(findings()).toEqual(["doubled"]);
    }));

  it(`${from}: made at the plant and told rejected, or not told at all, it is stuck`, () =>
    rig(from, async ({ told, findings }) => {
      expect(findings()).toEqual(["lost"]);
      await told("tell-rejected");
      expect(findings("rejected")).toContain("stuck");
      expect(findings()).toContain("stuck");
    }));
}
