import type { CanonicalDocument } from "../../../core/documents/canonical.ts";
import type { Verdict } from "../../../core/ledger/items.ts";
import { type Traits, tagIn } from "./planned-documents.ts";

/** What an agent leases, as far as the MES looks at it. */
export type PlantDelivery = {
  readonly id: string;
  readonly number: string;
  readonly lane: string;
  readonly object: string;
  readonly action: "apply" | "withdraw";
  readonly version?: string | undefined;
  readonly document: CanonicalDocument;
};

/** One line of the MES's journal: what it did with a delivery, once. */
export type JournalLine = {
  readonly at: number;
  readonly site: string;
  readonly delivery: string;
  readonly number: string;
  readonly action: "apply" | "withdraw";
  readonly type: CanonicalDocument["type"];
  readonly subject: string;
  readonly tag: string;
  readonly version: string | undefined;
  readonly cancel: boolean;
  /** `no-effect`: a withdrawal of what is not in force. */
  readonly result: "applied" | "refused" | "outdated" | "no-effect";
};

/** What the MES holds of an order or a material now. */
export type InForce = { readonly tag: string; readonly version: string | undefined; readonly cancel: boolean };

export type Mes = {
  /** When the MES can say what it makes of a delivery, asked again and again from the first time on. */
  readyAt(delivery: PlantDelivery): number;
  /** In one step: decides, changes its book, and remembers the answer under the delivery's id. */
  handle(delivery: PlantDelivery): Verdict;
  journal(): readonly JournalLine[];
  inForce(type: CanonicalDocument["type"], subject: string): InForce | undefined;
};

export type MesOptions = {
  readonly site: string;
  readonly now: () => number;
  readonly traitsOf: (tag: string) => Traits;
  /** It does not compare numbers: the rest of the protocol is on its own. */
  readonly forgets?: boolean;
};

const isCancel = (document: CanonicalDocument): boolean => document.type === "OperationsRequest" && document.requestState === "Cancelled";
/** The MES writes numbers bare. */
const bare = (number: string): string => number.replace(/^0+/, "");

/** A plant's MES with the agent's own memory in one database: what LANES.md 8 asks of an agent is kept in the same step as the book. */
export function createMes({ site, now, traitsOf, forgets = false }: MesOptions): Mes {
  const answers = new Map<string, Verdict>();
  const highest = new Map<string, string>();
  const firstSeen = new Map<string, number>();
  const book = new Map<string, InForce>();
  const journal: JournalLine[] = [];
  let references = 0;

  const write = (delivery: PlantDelivery, result: JournalLine["result"]): void => {
    const { document } = delivery;
    journal.push({
      at: now(),
      site,
      delivery: delivery.id,
      number: delivery.number,
      action: delivery.action,
      type: document.type,
      subject: document.type === "TestResult" ? document.materialLotId : bare(document.id),
      tag: tagIn(document),
      version: delivery.version,
      cancel: isCancel(document),
      result,
    });
  };
  const accepted = (): Verdict => {
    references += 1;
    return { result: "accepted", reference: `MES-${references}` };
  };
  const refused = (message: string): Verdict => ({ result: "rejected", reason: { code: "MES-REFUSES", message } });

  function decide(delivery: PlantDelivery): Verdict {
    const place = `${delivery.lane} ${delivery.object}`;
    const known = highest.get(place);
    if (!forgets && known !== undefined && delivery.number < known) {
      write(delivery, "outdated");
      return { result: "outdated" };
    }
    highest.set(place, delivery.number);
    return delivery.action === "apply" ? apply(delivery) : withdraw(delivery);
  }

  function apply(delivery: PlantDelivery): Verdict {
    const { document } = delivery;
    const { plantRefuses } = traitsOf(tagIn(document));
    if (plantRefuses === true || (plantRefuses === "once" && !journal.some((line) => line.tag === tagIn(document) && line.result === "refused"))) {
      write(delivery, "refused");
      return refused(`the plant does not take ${document.id}`);
    }
    write(delivery, "applied");
    book.set(keyOf(document.type, document.id), { tag: tagIn(document), version: delivery.version, cancel: isCancel(document) });
    return accepted();
  }

  function withdraw(delivery: PlantDelivery): Verdict {
    const { document } = delivery;
    const key = keyOf(document.type, document.id);
    const isCurrent = book.get(key)?.version === delivery.version;
    if (mayNotWithdraw(traitsOf(tagIn(document)), isCurrent)) {
      write(delivery, "refused");
      return refused(isCurrent ? `${document.id} has begun` : `${document.id} is not in this version here`);
    }
    write(delivery, isCurrent ? "applied" : "no-effect");
    if (isCurrent) book.delete(key);
    return accepted();
  }

  return {
    readyAt: (delivery) => {
      const seen = firstSeen.get(delivery.id) ?? now();
      firstSeen.set(delivery.id, seen);
      const { plantNeeds, withdrawsAtOnce } = traitsOf(tagIn(delivery.document));
      const isQuick = plantNeeds === undefined || (withdrawsAtOnce === true && delivery.action === "withdraw");
      return isQuick ? seen : seen + plantNeeds;
    },
    handle: (delivery) => {
      const known = answers.get(delivery.id);
      if (known !== undefined) return known;
      const verdict = decide(delivery);
      answers.set(delivery.id, verdict);
      return verdict;
    },
    journal: () => journal,
    inForce: (type, subject) => book.get(keyOf(type, subject)),
  };
}

const mayNotWithdraw = ({ withdrawalRefused }: Traits, isCurrent: boolean): boolean =>
  withdrawalRefused === true || (withdrawalRefused === "when gone" && !isCurrent);

const keyOf = (type: CanonicalDocument["type"], number: string): string => `${type} ${bare(number)}`;
