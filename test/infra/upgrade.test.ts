import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { Notice } from "../../core/lanes/notices.ts";
import { AgentItem, Delivery, Header, Lane, MailboxEntry, MasterSender, MessageItem, NumberItem } from "../../core/ledger/items.ts";
import { HoldStep } from "../../workflows/hold-lot/steps.ts";
import { StepInput } from "../../workflows/release-production-order/steps.ts";
import { ReportStep } from "../../workflows/report-operation/steps.ts";
import { resourcesOf, synthesised } from "./synthesised.ts";

/** docs/deploying.md, "Upgrading with documents in flight": what a former version left in queues, executions and table is read by this one. Add to the fixture; never change it. */
const InFlight = z.strictObject({
  writtenBy: z.string(),
  /** Stack and logical id → type: what a deployment must not replace, since what is in it would be lost. */
  kept: z.record(z.string(), z.string()),
  notices: z.array(z.unknown()).min(1),
  /** Inputs of perform-step, as running executions send them. */
  steps: z.array(z.unknown()).min(1),
  items: z.array(z.looseObject({ pk: z.string(), sk: z.string() })).min(1),
});
const { kept, notices, steps, items } = InFlight.parse(JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", "in-flight.json"), "utf8")));

const prod = synthesised("prod");
afterAll(prod.remove);

/** By the beginning of the sort key, or of the partition. */
const READ_AS: readonly (readonly [RegExp, z.ZodType])[] = [
  [/^\S+ DOC#/, Header],
  [/^\S+ LANE#/, Lane],
  [/^\S+ DELIVERY#/, Delivery],
  [/^KEY#/, MessageItem],
  [/^NUMBER#/, NumberItem],
  [/^AGENT#/, AgentItem],
  [/^MAILBOX#/, MailboxEntry],
  [/^MASTER#\S+ sent#/, MasterSender],
];

describe("an upgrade with documents in flight", () => {
  it("reads every notice that may lie in a queue, and finds in it what was written", () => {
    const kinds = new Set<string>();
    for (const notice of notices) {
      const read = Notice.parse(notice);
      kinds.add(read.kind);
      expect(read).toEqual(notice);
    }
    expect([...kinds].sort()).toEqual(["command", "document", "finished", "wake"]);
  });

  it("reads every input that a running execution may send to perform-step", () => {
    for (const step of steps) expect(z.union([StepInput, ReportStep, HoldStep]).safeParse(step)).toMatchObject({ success: true, data: step });
  });

  it("reads every item that is in the ledger, and one to which a newer version has added", () => {
    const read = READ_AS.map(([place, schema]) => {
      const own = items.filter(({ pk, sk }) => place.test(`${pk} ${sk}`));
      for (const item of own) {
        expect({ item: item.sk, fault: schema.safeParse(item).error }).toEqual({ item: item.sk, fault: undefined });
        expect(schema.safeParse({ ...item, addedLater: { by: "0.9" } }).success).toBe(true);
      }
      return own.length;
    });
    expect(Math.min(...read)).toBeGreaterThan(0);
  });

  it("replaces no queue, table, bucket, key, secret, API or workflow: each has the logical id and the name that it had", () => {
    for (const [place, type] of Object.entries(kept)) {
      const [stack = "", id = ""] = place.split(" ");
      const template = Object.entries(prod.templates).find(([name]) => name === stack)?.[1];
      expect({ place, type: template === undefined ? undefined : resourcesOf(template)[id]?.Type }).toEqual({ place, type });
    }
    const names = Object.values(resourcesOf(prod.templates.synchronisation)).flatMap(({ Properties }) =>
      [Properties.QueueName, Properties.StateMachineName].filter(Boolean),
    );
    expect(names).toEqual(
      expect.arrayContaining([
        "orderlane-prod-erp.fifo",
        "orderlane-prod-mes-hamburg.fifo",
        "orderlane-prod-release-production-order",
        "orderlane-prod-hold-lot",
      ]),
    );
  });
});
