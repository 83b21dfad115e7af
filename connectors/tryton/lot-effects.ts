import * as z from "zod";
import type { MaterialLot, TestResult } from "../../core/documents/canonical.ts";
import type { CallOutcome } from "../../core/effects/outcomes.ts";
import type { EffectCall } from "../../core/effects/target-system.ts";
import { compareDecimals } from "../../core/quantities/decimals.ts";
import { bookMoves } from "./book-moves.ts";
import type { TrytonClient } from "./client.ts";
import { DecimalText, findEffect, idsOn, type KeyNote, noteEffect, noteReversal, referenceOf, type Undoing } from "./find-effect.ts";
import { dateIn } from "./local-date.ts";
import { findLot } from "./lots.ts";
import { findLocation, findMaterial, locationOf, type Material, readNamed, unitFor } from "./named-things.ts";
import { findCompany } from "./orders.ts";
import { type PlannedMove, stockName } from "./plan-lines.ts";
import { doneOutcome, failureOutcome, outcomes } from "./reasons.ts";
import { RPC } from "./rpc-table.ts";
import { end, go, only, type Step } from "./steps.ts";

const Left = z.object({ left: DecimalText });
const Place = z.object({ id: z.int(), code: z.string().optional() });
const Warehouse = z.object({ id: z.int(), storage: z.int() });
const Use = z.object({ id: z.int() });

type Named = { readonly materialDefinitionId: string; readonly materialLotId: string };
type LotThere = { readonly lot: number; readonly material: Material };

async function lotThere(client: TrytonClient, { materialDefinitionId, materialLotId }: Named, deadline: number): Promise<Step<LotThere>> {
  const material = await findMaterial(client, materialDefinitionId, deadline);
  if (material.kind === "end") return material;
  const name = { number: materialLotId, material: materialDefinitionId, materialId: material.value.id };
  const lot = await findLot(client, name, "known", deadline);
  return lot.kind === "end" ? lot : go({ lot: lot.value, material: material.value });
}

const BLOCKED = "blocked";
const RELEASED = "released";
const ASSEMBLED = "assembled";

/**
 * Tryton has no block on a lot. Its standard way to keep goods from use is a place outside the storage zone, from which nothing is picked: all that lies of the lot in storage is moved there,
 * and back when it is released. Of a lot of which nothing lies in storage any more the note on it is all; one that was not received yet is waited for, since what
 * comes of it would lie in storage, unblocked.
 */
export async function holdLot(client: TrytonClient, call: EffectCall, document: TestResult, action: "block-lot" | "release-lot"): Promise<CallOutcome> {
  const { key, deadline } = call;
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const [noted] = idsOn(found.notes, "lot");
  if (noted !== undefined) return { kind: "applied", reference: referenceOf("lot", noted) };
  const there = await lotThere(client, document, deadline);
  if (there.kind === "end") return there.outcome;
  const received = action === "block-lot" ? await receivedOf(client, there.value.lot, document.materialLotId, deadline) : go(undefined);
  if (received.kind === "end") return received.outcome;
  const moves = await movesOfHold(client, there.value, document, action, deadline);
  if (moves.kind === "end") return moves.outcome;
  const isKnown = idsOn(found.notes, "move").length > 0;
  if (moves.value.length === 0 && !isKnown) return noteOnLot(client, call, there.value.lot, action === "block-lot" ? BLOCKED : RELEASED);
  const plan = async () => go({ side: "internal" as const, order: undefined, moves: moves.value });
  return bookMoves(client, { key, deadline, plan, said: [] });
}

/** Asked before its stock is read: an output's lot is there before the output itself (plan-lines.ts). */
async function receivedOf(client: TrytonClient, lot: number, number: string, deadline: number): Promise<Step<undefined>> {
  const moves = await client.rows("lotReceived", { lot }, deadline, Use);
  if (moves.kind !== "rows") return end(failureOutcome(moves));
  return moves.rows.length === 0 ? end(outcomes.lotNotReceived(number)) : go(undefined);
}

async function noteOnLot(client: TrytonClient, { key, deadline }: EffectCall, lot: number, detail: string): Promise<CallOutcome> {
  return doneOutcome(await noteEffect(client, key, "lot", [{ id: lot, detail }], deadline), referenceOf("lot", lot));
}

async function movesOfHold(
  client: TrytonClient,
  { lot, material }: LotThere,
  document: TestResult,
  action: string,
  deadline: number,
): Promise<Step<PlannedMove[]>> {
  const places = await placesOf(client, deadline);
  if (places.kind === "end") return places;
  const { storages, storage, quarantine } = places.value;
  const from = action === "block-lot" ? storages : [quarantine];
  const to = action === "block-lot" ? quarantine : storage;
  const moves: PlannedMove[] = [];
  for (const place of from) {
    const stock = await client.rows("stockByPlace", { lot, place }, deadline, Left);
    if (stock.kind !== "rows") return end(failureOutcome(stock));
    const [row] = stock.rows;
    if (row === undefined || compareDecimals(row.left, "0") <= 0) continue;
    const name = stockName(document.materialDefinitionId, document.materialLotId);
    moves.push({ material: material.id, lot, quantity: row.left, unit: material.unitId, from: place, to, date: undefined, currency: undefined, stock: name });
  }
  return go(moves);
}

type Places = { readonly storages: readonly number[]; readonly storage: number; readonly quarantine: number };

async function placesOf(client: TrytonClient, deadline: number): Promise<Step<Places>> {
  const warehouse = only(await client.rows("warehouses", {}, deadline, Warehouse), outcomes.notCarried("without a warehouse"), () =>
    outcomes.notCarried("for several warehouses"),
  );
  if (warehouse.kind === "end") return warehouse;
  const { storage } = warehouse.value;
  const code = RPC.texts.quarantine;
  const quarantine = await findLocation(client, code, deadline);
  if (quarantine.kind === "end") return quarantine;
  const held = quarantine.value;
  if (held === undefined) return end(outcomes.quarantineUnknown(code));
  const storages = await client.rows("storages", { root: storage }, deadline, Place);
  if (storages.kind !== "rows") return end(failureOutcome(storages));
  return go({ storage, quarantine: held, storages: storages.rows.map(({ id }) => id).filter((id) => id !== held) });
}

/** What a message about a lot asks of the ERP. */
export function postLot(client: TrytonClient, call: EffectCall, document: MaterialLot, tolerance: string): Promise<CallOutcome> {
  switch (document.lotEvent) {
    case "Assembled":
      return assemble(client, call, document);
    case "Inventoried":
      return compare(client, call, document, tolerance);
    case "Moved":
      return move(client, call, document, tolerance);
  }
}

/** The lot is there, or is made; of what it was assembled the ERP knows by its moves. */
async function assemble(client: TrytonClient, call: EffectCall, { materialDefinitionId, materialLotId }: MaterialLot): Promise<CallOutcome> {
  const { key, deadline } = call;
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const [noted] = idsOn(found.notes, "lot");
  if (noted !== undefined) return { kind: "applied", reference: referenceOf("lot", noted) };
  const material = await findMaterial(client, materialDefinitionId, deadline);
  if (material.kind === "end") return material.outcome;
  const name = { number: materialLotId, material: materialDefinitionId, materialId: material.value.id };
  const before = await findLot(client, name, "known", deadline);
  const lot = before.kind === "go" ? before : await findLot(client, name, "made", deadline);
  if (lot.kind === "end") return lot.outcome;
  return noteOnLot(client, call, lot.value, before.kind === "go" ? `${ASSEMBLED} known` : `${ASSEMBLED} made`);
}

/** The plant's count against the ERP's stock: equal, or a person's decision. Nothing is changed but the note that it was compared. */
async function compare(client: TrytonClient, call: EffectCall, document: MaterialLot, tolerance: string): Promise<CallOutcome> {
  const { deadline, key } = call;
  const found = await findEffect(client, key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  const [noted] = idsOn(found.notes, "lot");
  if (noted !== undefined) return { kind: "applied", reference: referenceOf("lot", noted) };
  const { quantity, storageLocation, materialDefinitionId: code } = document;
  if (quantity === undefined) return outcomes.fieldMissing("/quantity", "count");
  const there = await lotThere(client, document, deadline);
  if (there.kind === "end") return there.outcome;
  const { lot, material } = there.value;
  const counted = await quantityIn(client, { material: code, lot: document.materialLotId, ...quantity }, material, tolerance, deadline);
  if (counted.kind === "end") return counted.outcome;
  const places = await placesOf(client, deadline);
  if (places.kind === "end") return places.outcome;
  const place = storageLocation === undefined ? go(places.value.storage) : await placeNamed(client, storageLocation, deadline);
  if (place.kind === "end") return place.outcome;
  return compareAt(client, call, { ...document, counted: counted.value, unit: material.unit }, lot, place.value);
}

type Compared = MaterialLot & { readonly counted: string; readonly unit: string };

async function compareAt(client: TrytonClient, call: EffectCall, compared: Compared, lot: number, place: number): Promise<CallOutcome> {
  const { counted, unit, materialDefinitionId, materialLotId } = compared;
  const stock = await client.rows("stockByPlace", { lot, place }, call.deadline, Left);
  if (stock.kind !== "rows") return failureOutcome(stock);
  const left = stock.rows[0]?.left;
  if (left === undefined) return failureOutcome({ kind: "unsure", why: "no stock was answered" });
  if (compareDecimals(left, counted) === 0) return noteOnLot(client, call, lot, `counted ${counted} ${unit}`);
  return outcomes.stockDiffers(stockName(materialDefinitionId, materialLotId), left, counted, unit);
}

type Counted = { readonly material: string; readonly lot: string; readonly value: string; readonly unit: string };

/** In the material's own unit. */
async function quantityIn(client: TrytonClient, counted: Counted, material: Material, tolerance: string, deadline: number): Promise<Step<string>> {
  const unit = unitThere(counted.unit);
  if (unit === undefined) return end(outcomes.unitUnknown(counted.unit));
  const wanted = { material: counted.material, lot: counted.lot, quantity: counted.value, unit };
  const named = await readNamed(client, [wanted], deadline);
  if (named.kind === "end") return named;
  const booked = unitFor(named.value, wanted, material, tolerance, "own");
  return booked.kind === "end" ? booked : go(booked.value.quantity);
}

async function placeNamed(client: TrytonClient, code: string, deadline: number): Promise<Step<number>> {
  const found = await findLocation(client, code, deadline);
  if (found.kind === "end") return found;
  return found.value === undefined ? end(outcomes.locationUnknown(code)) : go(found.value);
}

/** Their symbol of a unit. */
function unitThere(code: string): string | undefined {
  const { units = {} } = RPC.codes;
  return Object.keys(units).find((symbol) => units[symbol] === code);
}

async function move(client: TrytonClient, call: EffectCall, document: MaterialLot, tolerance: string): Promise<CallOutcome> {
  const { quantity, fromStorageLocation: from, storageLocation: to } = document;
  if (quantity === undefined) return outcomes.fieldMissing("/quantity", "movement");
  if (from === undefined) return outcomes.fieldMissing("/fromStorageLocation", "movement");
  if (to === undefined) return outcomes.fieldMissing("/storageLocation", "movement");
  const { key, deadline } = call;
  const plan = async () => {
    const planned = await planMove(client, document, { quantity, from, to }, tolerance, deadline);
    return planned.kind === "end" ? planned : go({ side: "internal" as const, order: undefined, moves: [planned.value] });
  };
  return bookMoves(client, { key, deadline, plan, said: [quantity.value] });
}

type Way = { readonly quantity: { readonly value: string; readonly unit: string }; readonly from: string; readonly to: string };

async function planMove(client: TrytonClient, document: MaterialLot, way: Way, tolerance: string, deadline: number): Promise<Step<PlannedMove>> {
  const { materialDefinitionId: code, materialLotId, actualTime } = document;
  const there = await lotThere(client, document, deadline);
  if (there.kind === "end") return there;
  const unit = unitThere(way.quantity.unit);
  if (unit === undefined) return end(outcomes.unitUnknown(way.quantity.unit));
  const wanted = { material: code, lot: materialLotId, quantity: way.quantity.value, unit };
  const named = await readNamed(
    client,
    [
      { ...wanted, location: way.from },
      { ...wanted, location: way.to },
    ],
    deadline,
  );
  if (named.kind === "end") return named;
  const quantity = unitFor(named.value, wanted, there.value.material, tolerance);
  if (quantity.kind === "end") return quantity;
  const from = locationOf(named.value, way.from);
  if (from.kind === "end") return from;
  const to = locationOf(named.value, way.to);
  if (to.kind === "end") return to;
  const company = await findCompany(client, deadline);
  if (company.kind === "end") return company;
  const date = dateIn(actualTime, company.value.timeZone);
  const ends = { from: from.value, to: to.value, date, currency: undefined, stock: stockName(code, materialLotId) };
  return go({ material: there.value.material.id, lot: there.value.lot, ...quantity.value, ...ends });
}

/** A lot that was made for it goes, where nothing was done with it; a comparison or a hold without stock leaves only its note. */
export async function reverseOnLot(client: TrytonClient, undo: Undoing, note: KeyNote, lotNumber: string): Promise<CallOutcome> {
  const { deadline } = undo;
  const reference = referenceOf("lot", note.id);
  if (note.detail === `${ASSEMBLED} made`) {
    const used = await client.rows("lotMoves", { lot: note.id }, deadline, Use);
    if (used.kind !== "rows") return failureOutcome(used);
    if (used.rows.length > 0) return outcomes.lotInUse(lotNumber);
  }
  const found = await findEffect(client, undo.key, deadline);
  if (found.kind === "failed") return failureOutcome(found.failure);
  if (found.notes.length > 0) return { kind: "applied", reference };
  return doneOutcome(await noteReversal(client, undo, "lot", [note.id]), reference);
}
