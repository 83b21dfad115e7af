import * as z from "zod";
import type { Json } from "../../core/documents/exact-json.ts";
import { parseExactXml, writeExactXml } from "../../core/documents/exact-xml.ts";
import { SiteId } from "../../core/documents/ids.ts";
import type { MappingContext } from "../../core/documents/source-format.ts";
import type { Clock } from "../../core/ledger/ports.ts";
import { compileTable } from "../../core/mapping/compile.ts";
import { MappingTable } from "../../core/mapping/table.ts";
import { distortedBy, pageAnswer, preventedBy, type SapAnswer, type SapFault } from "./fake-faults.ts";
import material from "./mapping/fake/material.json" with { type: "json" };
import order from "./mapping/fake/order.json" with { type: "json" };
import status from "./mapping/fake/status.json" with { type: "json" };
import workCenter from "./mapping/fake/work-center.json" with { type: "json" };

const tableOf = (file: unknown) => compileTable(MappingTable.parse(file));
const TABLES = { orders: tableOf(order), materials: tableOf(material), workCenters: tableOf(workCenter) };
const STATUS = tableOf(status);

export type FakeComponent = {
  readonly item: string;
  readonly material: string;
  readonly quantity: string;
  readonly unit: string;
  readonly batch?: string;
  readonly storageLocation?: string;
};
export type FakeOperation = {
  readonly number: string;
  readonly text?: string;
  readonly workCenter?: string;
  readonly quantity: string;
  readonly unit: string;
  readonly components: readonly FakeComponent[];
};
export type FakeOrder = {
  readonly number: string;
  readonly plant: string;
  readonly material: string;
  /** The number of 18 characters beside the long one. */
  readonly shortMaterial?: string;
  readonly quantity: string;
  readonly unit: string;
  /** UTC. */
  readonly start: string;
  readonly end: string;
  readonly operations: readonly FakeOperation[];
};
export type FakeMaterial = {
  readonly material: string;
  readonly plant: string;
  readonly unit: string;
  readonly type: string;
  readonly texts: readonly { readonly language: string; readonly text: string }[];
};
export type FakeWorkCenter = {
  readonly number: string;
  readonly plant: string;
  readonly texts: readonly { readonly language: string; readonly text: string }[];
};

/** A status record as the ERP keeps it with the IDoc that it is about. */
const StatusRecord = z.object({
  basicType: z.literal("SYSTAT01"),
  messageType: z.literal("STATUS"),
  sender: z.string(),
  receiver: z.string().optional(),
  documentNumber: z.string(),
  date: z.string(),
  time: z.string(),
  status: z.string(),
  text: z.string().optional(),
  code: z.string().optional(),
  key: z.string().optional(),
});
export type StatusRecord = z.infer<typeof StatusRecord>;

export type FakeSapOptions = {
  readonly clock: Clock;
  /** IANA zone of its dates and times. */
  readonly timeZone: string;
  /** Logical system, as its IDocs name it. */
  readonly sender: string;
  /** The first number of an IDoc is one more. */
  readonly lastDocumentNumber?: number;
  /** Of the messages; none by default, as the plain HTTP port writes. */
  readonly namespace?: string;
};

export interface FakeSap {
  /** Each sends one message, of one IDoc or of several, and answers its XML. */
  release(...orders: readonly FakeOrder[]): string;
  /** @throws NoSuchOrder */
  change(number: string, change: Partial<Omit<FakeOrder, "number">>): string;
  /** @throws NoSuchOrder */
  remove(number: string): string;
  sendMaterials(...materials: readonly FakeMaterial[]): string;
  removeMaterial(material: FakeMaterial): string;
  sendWorkCenters(...workCenters: readonly FakeWorkCenter[]): string;
  /** The number of the newest IDoc that carried this order, material or work centre. */
  documentNumberOf(object: string): string;
  /** Takes a message that was posted to it. */
  receive(body: Uint8Array): SapAnswer;
  /** Of one of its IDocs, in the order they came. */
  statusesOf(documentNumber: string): readonly StatusRecord[];
  /** Of all its IDocs, in the order they came. */
  statuses(): readonly StatusRecord[];
  /** An IDoc of this number went out without its own writing it: what is said of it is entered too. */
  noteSent(documentNumber: string): void;
  /** What was posted and is about no IDoc of its own, or is no status. */
  strays(): readonly string[];
  /** Faults for the next calls, one each. */
  faultNext(...faults: readonly SapFault[]): void;
}

class NoSuchOrder extends Error {}

/** System states, as texts of the ERP: created is not sent. */
const RELEASED = [{ code: "I0002" }, { code: "I0028" }];
const DELETED = [{ code: "I0002" }, { code: "I0076" }];

/** A stateful ERP that sends IDocs and receives their status: pure but for its own state, in the caller's time. */
export function createFakeSap(options: FakeSapOptions): FakeSap {
  const orders = new Map<string, FakeOrder>();
  const sent = new Map<string, string>();
  const statuses = new Map<string, StatusRecord[]>();
  const entered: StatusRecord[] = [];
  const strays: string[] = [];
  const queue: SapFault[] = [];
  const context: MappingContext = { site: SiteId.parse("none"), timeZone: options.timeZone, decimalSeparator: ".", codes: [] };
  let last = options.lastDocumentNumber === undefined ? 0 : options.lastDocumentNumber;

  const numbered = (object: string) => {
    last += 1;
    const documentNumber = String(last).padStart(16, "0");
    sent.set(object, documentNumber);
    statuses.set(documentNumber, []);
    return { documentNumber, client: "100", sender: options.sender, at: new Date(options.clock.now()).toISOString() };
  };
  const message = (kind: keyof typeof TABLES, idocs: readonly Json[]): string => {
    const { namespace } = options;
    return writeExactXml(TABLES[kind].make({ [kind]: idocs, ...(namespace === undefined ? {} : { namespace }) }, context).made, { indent: 2 });
  };
  const orderIdoc = ({ operations, ...head }: FakeOrder, change: { readonly [name: string]: Json }): Json => ({
    ...numbered(head.number),
    ...head,
    orderType: "PP01",
    sequences: operations.length === 0 ? [] : [{ number: "0", operations: operations.map(operationIdoc) }],
    ...change,
  });
  const known = (number: string): FakeOrder => {
    const found = orders.get(number);
    if (found === undefined) throw new NoSuchOrder(`there is no order ${number}`);
    return found;
  };
  const take = (body: Uint8Array): void => {
    const record = statusIn(body, context);
    const about = record === undefined ? undefined : statuses.get(record.documentNumber);
    if (record === undefined || about === undefined) strays.push(Buffer.from(body).toString("utf8"));
    else {
      about.push(record);
      entered.push(record);
    }
  };

  return {
    release: (...released) => {
      for (const each of released) orders.set(each.number, each);
      return message(
        "orders",
        released.map((each) => orderIdoc(each, { states: RELEASED })),
      );
    },
    change: (number, change) => {
      const changed = { ...known(number), ...change };
      orders.set(number, changed);
      return message("orders", [orderIdoc(changed, { function: "004", states: RELEASED })]);
    },
    remove: (number) => {
      const removed = known(number);
      orders.delete(number);
      return message("orders", [orderIdoc(removed, { states: DELETED })]);
    },
    sendMaterials: (...materials) =>
      message(
        "materials",
        materials.map((each) => ({ ...numbered(each.material), function: "005", ...each })),
      ),
    removeMaterial: (removed) => message("materials", [{ ...numbered(removed.material), ...removed, function: "003" }]),
    sendWorkCenters: (...workCenters) =>
      message(
        "workCenters",
        workCenters.map((each) => ({ ...numbered(each.number), function: "005", ...each })),
      ),
    documentNumberOf: (object) => {
      const found = sent.get(object);
      if (found === undefined) throw new NoSuchOrder(`nothing was sent of ${object}`);
      return found;
    },
    receive: (body) => {
      const fault = queue.shift();
      const prevented = fault === undefined ? undefined : preventedBy(fault);
      if (prevented !== undefined) return prevented;
      if (parseExactXml(body, undefined).kind === "refused") return pageAnswer(500, "the XML cannot be parsed");
      take(body);
      return distortedBy(fault);
    },
    statusesOf: (documentNumber) => statuses.get(documentNumber) ?? [],
    statuses: () => entered,
    noteSent: (documentNumber) => {
      statuses.set(documentNumber, []);
    },
    strays: () => strays,
    faultNext: (...faults) => {
      queue.push(...faults);
    },
  };
}

const operationIdoc = ({ components, ...operation }: FakeOperation): Json => ({
  ...operation,
  components: components.map((component): Json => ({ ...component })),
});

function statusIn(body: Uint8Array, context: MappingContext): StatusRecord | undefined {
  const parsed = parseExactXml(body, undefined);
  if (parsed.kind === "refused") return undefined;
  const { made, reasons } = STATUS.make(parsed.value, context);
  const record = StatusRecord.safeParse(made);
  return reasons.length === 0 && record.success ? record.data : undefined;
}
