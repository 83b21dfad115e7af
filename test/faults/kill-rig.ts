import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import { systemClock } from "../../aws/clock.ts";
import { randomIds } from "../../aws/ids.ts";
import { ledgerStore } from "../../aws/ledger-store.ts";
import type { LedgerStore } from "../../core/ledger/ledger-store.ts";
import { functionProcesses, killIfThere } from "../../local/function-processes.ts";
import { compareBooks, type Finding } from "../../local/scenario/compare-books.ts";
import { materialOf, orderOf, type Planned } from "../../local/scenario/documents.ts";
import { type Installation, openInstallation } from "../../local/scenario/installation.ts";
import { booksOf } from "../../local/scenario/scene.ts";
import { fromErp } from "../../local/scenario/send.ts";
import { createSentLog, type SentLog } from "../../local/scenario/sent-log.ts";
import { askStates, isStuck } from "../../local/scenario/states.ts";
import { localCloud } from "../support/local-cloud.ts";

/** What one kill is about: its own log, judged by both systems' books. */
export type Case = {
  readonly log: SentLog;
  send(...planned: readonly Planned[]): Promise<void>;
  /** Waits until all that was sent has ended, and says what the books hold against it. */
  findings(): Promise<readonly Finding[]>;
};

export type KillRig = {
  readonly installation: Installation;
  readonly ledger: LedgerStore;
  newCase(): Case;
  /** An order of its own; its material is known at both sites. */
  order(site: string, fates?: Planned["fates"]): Planned & { readonly number: string };
  newMaterial(site: string): Planned;
  /**
   * Makes the call, and ends the function's processes (SIGKILL) once the condition holds.
   * @returns whether they died before the call was answered
   */
  killDuring(name: string, call: () => Promise<number | undefined>, isReached: () => Promise<boolean>): Promise<"killed" | "answered">;
  close(): Promise<void>;
};

const ENDS_WITHIN_MS = 60_000;

/** @param digit of this file alone: the cloud, shared by all files, knows the others' documents, the new ERP and MES do not */
export async function openKillRig(digit: number): Promise<KillRig> {
  const cloud = localCloud();
  const { emulatorDirectory } = inject("cloud");
  const installation = await openInstallation({ cloud, erpPort: cloud.erpPort });
  const client = new DynamoDBClient({ ...cloud.clients, maxAttempts: 1 });
  const ledger = ledgerStore({ client, table: cloud.table, clock: systemClock, ids: randomIds, patienceMilliseconds: 5_000 });
  const material = `RAW-KILLS-${digit}`;
  let numbers = 0;
  const next = () => {
    numbers += 1;
    return String(numbers).padStart(4, "0");
  };
  const newCase = (): Case => {
    const log = createSentLog();
    return {
      log,
      send: async (...planned) => {
        await Promise.all(planned.map((each) => fromErp(installation, log, `msg-kills-${digit}-${next()}`, [each])));
      },
      findings: async () => [...(await leftOpen(installation, log)), ...compareBooks(log.taken(), booksOf(installation, log.taken()))],
    };
  };

  const known = newCase();
  await known.send(...cloud.settings.sites.map(({ id }): Planned => ({ from: "erp", fates: ["delivered"], wire: materialOf(id, material) })));
  const failed = await known.findings();
  if (failed.length > 0) throw new Error(`the material of the kills is not known: ${failed.map(({ what }) => what).join("; ")}`);

  return {
    installation,
    ledger,
    newCase,
    order: (site, fates = ["delivered"]) => {
      const number = `20${digit}0${next()}`;
      return { from: "erp", fates, number, wire: orderOf({ site, number, version: 1, materials: [material], quantity: 5 }) };
    },
    newMaterial: (site) => ({ from: "erp", fates: ["delivered"], wire: materialOf(site, `KILL-${digit}-${next()}`) }),
    killDuring: async (name, call, isReached) => {
      const processes = () => functionProcesses(emulatorDirectory, String(cloud.functionNames[name]));
      // Known beforehand: looking for them takes longer than what is to be hit.
      const before = await processes();
      let answered = false;
      const calling = call().finally(() => {
        answered = true;
      });
      while (!answered && !(await isReached()));
      for (const pid of before) killIfThere(pid);
      for (const pid of await processes()) killIfThere(pid);
      const status = await calling;
      return status !== undefined && status < 300 ? "answered" : "killed";
    },
    close: async () => {
      client.destroy();
      await installation.close();
    },
  };
}

async function leftOpen(installation: Installation, log: SentLog): Promise<readonly Finding[]> {
  const end = performance.now() + ENDS_WITHIN_MS;
  for (;;) {
    const stuck = (await askStates(installation, log.taken())).filter(isStuck);
    if (stuck.length === 0 || performance.now() > end) return stuck.map(({ sent, state }) => ({ kind: "stuck", what: `${sent.name}: ${state}` }));
    await delay(500);
  }
}
