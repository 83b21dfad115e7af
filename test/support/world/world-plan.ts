import type { CommandName } from "../../../core/lanes/notices.ts";
import type { AgentHabits } from "./agent.ts";
import type { Rates } from "./faults.ts";
import type { PlannedSend } from "./sender.ts";
import type { SettingsVariant } from "./world-settings.ts";

/** What a person who resolves has entered in the ERP first, or names: the document's own posting; the same, taken back since; one for another order; the posting of another document; a number that is none. */
export type Entry = "right" | "reversed" | "wrong" | "foreign" | "none";

export type PlannedCommand = {
  readonly at: number;
  readonly document: string;
  readonly command: CommandName;
  /** Of `resolve`. */
  readonly entry?: Entry;
  /** Of `resolve`: on the person's word where the ERP cannot be asked. */
  readonly unchecked?: true;
};

/** Everything that makes one schedule. Times are milliseconds from the world's start. */
export type WorldPlan = {
  readonly seed: number;
  readonly settings: SettingsVariant;
  /** What the ERP's connector declares. */
  readonly erp: { readonly lookup: boolean; readonly idempotent: boolean };
  readonly knownMaterials: readonly string[];
  readonly sends: readonly PlannedSend[];
  readonly rates: Rates;
  /** Of an answer of the API, on its way to the caller. */
  readonly lossRate: number;
  /** By site. */
  readonly habits: Readonly<Record<string, AgentHabits>>;
  readonly commands: readonly PlannedCommand[];
  /** What happens to the longest running execution then. */
  readonly blows: readonly { readonly at: number; readonly kind: "vanishes" | "aborted" }[];
  /**
   * Documents whose notices of a kind kill advance-lane, so many times: after the n-th call of a port (0: as soon as a start is counted), where it reads the document, or before
   * it makes it wait or settles it; after that its message may be lost, too.
   */
  readonly curses?: readonly {
    readonly document: string;
    readonly notice: "document" | "wake" | "finished";
    readonly call: number | "map" | "wait" | "settle";
    readonly times: number;
    readonly thenLost?: true;
  }[];
  /** The MES has lost its memory of delivery numbers. */
  readonly plantForgets?: boolean;
  readonly erpDown: readonly (readonly [number, number])[];
  /** From then on nothing goes wrong any more. */
  readonly healAt: number;
  /** After the healing the systems refuse nothing any more, and an operator replays what is parked. */
  readonly mends: boolean;
};
