import { type DocumentId, hashOf, laneGroupOf, SubjectKey, subjectKeyIn } from "../documents/ids.ts";
import { takingBack } from "../effects/deed.ts";
import { readHeader } from "../effects/effect.ts";
import type { StepOutcome } from "../effects/outcomes.ts";
import { reasons } from "../effects/reasons.ts";
import { markerOf } from "../ledger/header-change.ts";
import { Delivery, type Header, itemOf, parseIfThere, type Verdict } from "../ledger/items.ts";
import { deliveryKey, mailboxKey } from "../ledger/keys.ts";
import type { Condition, LedgerStore, Write } from "../ledger/ledger-store.ts";
import type { Clock } from "../ledger/ports.ts";
import type { Settings } from "../settings/settings.ts";

export type MailboxPorts = { readonly ledger: LedgerStore; readonly clock: Clock; readonly settings: Settings };

/** The step whose effect is a delivery. */
export const DELIVER = "deliver";

/** A delivery's id: `<subject key>.<hash>`, so that a verdict finds its partition. */
export const deliveryIdOf = (document: DocumentId, generation: number, undo?: string, step = DELIVER): string =>
  `${subjectKeyIn(document)}.${hashOf(["delivery", document, step, String(generation), ...(undo === undefined ? [] : ["undo", undo])])}`;

/** LANES.md 8: the lane's revision when the document became the holder, then an ordinal within the document; compared as text. */
function deliveryNumberOf(header: Header): string {
  return `${String(header.holderRevision ?? 0).padStart(12, "0")}.${String(header.ordinal).padStart(6, "0")}`;
}

const DELIVERY_ID = /^[0-9a-hjkmnp-tv-z]{26}\.[0-9a-hjkmnp-tv-z]{26}$/;
export const isDeliveryId = (text: string): boolean => DELIVERY_ID.test(text);

export const keyOfDelivery = (id: string) => deliveryKey(SubjectKey.parse(id.slice(0, 26)), id);

export async function readDelivery(ledger: LedgerStore, id: string): Promise<Delivery | undefined> {
  return parseIfThere(Delivery, await ledger.read(keyOfDelivery(id)));
}

export type NewDelivery = Pick<Delivery, "id" | "action" | "content" | "version" | "hasDeadline" | "taskToken"> & {
  /** Where it is not the document's own. */
  readonly step?: string;
};

/** The marker whose effect the document has in the mailbox now: its own delivery, or what takes another document's back. */
export const deliveringStep = ({ mode, takesBack }: Pick<Header, "mode" | "takesBack">): string =>
  mode === "forward" && takesBack !== undefined ? takingBack(DELIVER) : DELIVER;

/** The delivery and its mailbox entry; never over one that is there. The caller's transaction checks the header. */
export function putDelivery(header: Header, delivery: NewDelivery, now: number): Write[] {
  const key = keyOfDelivery(delivery.id);
  const item = itemOf(key, {
    step: DELIVER,
    ...delivery,
    document: header.id,
    attempt: header.attempt,
    site: header.site,
    target: header.target,
    lane: laneGroupOf(header.target, subjectKeyIn(header.id)),
    object: plantObjectOf(header),
    number: deliveryNumberOf(header),
    createdAt: now,
    everLeased: false,
    answered: false,
    withdrawn: false,
  });
  const entry = itemOf(mailboxKey(header.site, now, delivery.id), { delivery: delivery.id, subject: key.pk, leaseEnd: 0 });
  return [
    { kind: "put", item, if: [{ absent: true }] },
    { kind: "put", item: entry },
  ];
}

/** To a plant the results of a lot are about one thing, so that a late hold never comes after its release. */
const plantObjectOf = ({ type, object, subject, matched }: Header): string =>
  type === "TestResult" ? hashOf(["object", type, subject.kind, matched]) : object;

/** Takes back what no agent ever leased, and cannot any more. */
export function withdrawUnleased(delivery: Delivery): Write[] {
  return [
    {
      kind: "update",
      key: keyOfDelivery(delivery.id),
      set: { withdrawn: true },
      if: [
        { path: "everLeased", is: false },
        { path: "verdict", absent: true },
        { path: "withdrawn", is: false },
      ],
    },
    { kind: "delete", key: mailboxKey(delivery.site, delivery.createdAt, delivery.id) },
  ];
}

/** A repeated step overwrites the task token and clears `answered`, unless the verdict came meanwhile. */
export function takeOverToken(delivery: Delivery, attempt: number, taskToken: string | undefined): Write {
  const open: Condition[] = [
    { path: "verdict", absent: true },
    { path: "withdrawn", is: false },
  ];
  const key = keyOfDelivery(delivery.id);
  if (taskToken === undefined) return { kind: "update", key, set: { attempt, answered: false }, if: open };
  return { kind: "update", key, set: { attempt, answered: false, taskToken }, if: open };
}

/** The delivery that a document's step stands on now. */
export async function deliveryOf(ledger: LedgerStore, document: DocumentId): Promise<string | undefined> {
  const header = await readHeader(ledger, document);
  return header === undefined ? undefined : markerOf(header, deliveringStep(header)).delivery;
}

/** Its workflow has the verdict: nobody need answer its token again. */
export async function noteAnswered(ledger: LedgerStore, delivery: string): Promise<void> {
  await ledger.write([{ kind: "update", key: keyOfDelivery(delivery), set: { answered: true }, if: [{ path: "verdict", exists: true }] }]);
}

/** What the workflow, or the lane, is told of a verdict on an apply. */
export function outcomeOfApply(verdict: Verdict): StepOutcome {
  switch (verdict.result) {
    case "accepted":
      return { kind: "applied", ...(verdict.reference === undefined ? {} : { reference: verdict.reference }) };
    case "rejected":
      return { kind: "refused", reason: refusalOf(verdict) };
    case "outdated":
      return { kind: "park", reason: reasons.outdated(DELIVER) };
  }
}

/** The same for the delivery of an undo: a withdrawal, or the former version again. */
export function outcomeOfUndo(verdict: Verdict): StepOutcome {
  switch (verdict.result) {
    case "accepted":
      return { kind: "undone" };
    case "rejected":
      return { kind: "park", reason: reasons.undoRefused(DELIVER, refusalOf(verdict).message) };
    case "outdated":
      return { kind: "park", reason: reasons.outdated(DELIVER) };
  }
}

/** The same where a cancel takes back what another document had the plant do: there it is a step forward. */
export function outcomeOfTakingBack(verdict: Verdict): StepOutcome {
  const outcome = outcomeOfUndo(verdict);
  return outcome.kind === "undone" ? { kind: "applied" } : outcome;
}

export const refusalOf = (verdict: Verdict) => ({
  code: verdict.reason?.code ?? "ORL-PLANT-001",
  message: verdict.reason?.message ?? "the plant refused it without a reason",
  step: DELIVER,
});
