import { createTrytonTarget } from "../../connectors/tryton/target-system.ts";
import { MaterialActual } from "../../core/documents/canonical.ts";
import { documentIdOf, postingKeyOf, SiteId, subjectKeyOf } from "../../core/documents/ids.ts";
import type { EffectCall, ReverseCall, TargetSystem } from "../../core/effects/target-system.ts";
import type { Tryton } from "../../local/tryton/start-tryton.ts";

/** Consumptions as the ledger hands them to the connector: each with a number and a key of its own. */

export const clock = { now: () => Date.now() };
const LONG_MS = 20_000;
const site = SiteId.parse("suzhou");
let numbers = 0;

export const soon = (): number => clock.now() + LONG_MS;

export const targetAt = (url: string, erp: Tryton, user = erp.user, password = erp.password): TargetSystem =>
  createTrytonTarget({ url, token: async () => `${user}:${password}`, clock, allowLoopbackHttp: true });

type Said = {
  readonly order: string;
  readonly material?: string;
  readonly lot?: string | undefined;
  readonly quantity?: string;
  readonly unit?: string;
  readonly time?: string;
  readonly location?: string;
};

/** By default 12.5 kg of aluminium lot AL-2026-001, consumed at noon in Suzhou. */
export function consumption(said: Said): EffectCall {
  numbers += 1;
  const lot = "lot" in said ? said.lot : "AL-2026-001";
  const document = MaterialActual.parse({
    type: "MaterialActual",
    id: `C-${numbers}`,
    hierarchyScope: site,
    operationsRequestId: said.order,
    materialDefinitionId: said.material ?? "AL-6061",
    ...(lot === undefined ? {} : { materialLotId: lot }),
    materialUse: "Consumed",
    quantity: { value: said.quantity ?? "12.5", unit: said.unit ?? "KGM" },
    ...(said.location === undefined ? {} : { storageLocation: said.location }),
    actualTime: said.time ?? "2026-11-24T04:00:00Z",
  });
  const subject = subjectKeyOf(site, `order of ${numbers}`);
  const documentId = documentIdOf(subject, subjectKeyOf(site, document.id));
  return { key: postingKeyOf(documentId, "post", 0), action: "post", document, documentId, deadline: soon() };
}

export const again = (call: EffectCall): EffectCall => ({ ...call, deadline: soon() });

export const undoOf = (call: EffectCall, reference: string): ReverseCall => ({
  ...again(call),
  key: postingKeyOf(call.documentId, "post", 0, true),
  original: { key: call.key, reference },
});

/** Posts, and says under which reference. */
export async function posted(target: TargetSystem, call: EffectCall): Promise<string> {
  const outcome = await target.post(call);
  if (outcome.kind !== "applied") throw new Error(`not applied but ${JSON.stringify(outcome)}`);
  return outcome.reference;
}

export const moveIn = (reference: string): number => Number(reference.split(",")[1]);
