import type { FakeMaterial, FakeOrder } from "../../connectors/sap-idoc/fake.ts";
import type { MaterialDefinition, OperationsRequest } from "../../core/documents/canonical.ts";
import { materialOf, orderOf, padded } from "./documents.ts";
import type { Random } from "./random.ts";

/** What the ERPs of other languages send, in their own terms; numbers begin with 2 and 3 and hold the seed, as those of the first ERP do. */
export type LanguagePlan = {
  readonly sap: {
    readonly materials: readonly FakeMaterial[];
    /** Made, and then changed to another quantity. */
    readonly changed: FakeOrder;
    readonly newQuantity: string;
    /** Made, and then deleted. */
    readonly deleted: FakeOrder;
    /** Refused by the plant. */
    readonly refused: FakeOrder;
  };
  readonly b2mml: {
    readonly material: MaterialDefinition;
    /** To be carried out, and answered by an acknowledgement. */
    readonly processed: OperationsRequest;
    /** As it is now, and answered by a confirmation. */
    readonly synchronised: OperationsRequest;
    /** Refused by the plant. */
    readonly refused: OperationsRequest;
  };
};

export function drawLanguages(random: Random, seed: number): LanguagePlan {
  const digits = String(seed % 10_000).padStart(4, "0");
  // SAP pads a number of digits to 18, and leaves names as they are.
  const wax = `4${digits}1`.padStart(18, "0");
  const ring = `RING-${seed}`;
  const sapOrder = (at: number): FakeOrder => sapOrderOf(padded(`2${digits}00${at}`), ring, wax, random.between(10, 90));
  const powder = `POWDER-${seed}`;
  const isaOrder = (at: number) => orderOf({ site: "suzhou", number: `3${digits}00${at}`, version: 1, materials: [powder], quantity: random.between(10, 900) });
  return {
    sap: {
      materials: [sapMaterialOf(ring, "ST", "FERT", "Gold ring"), sapMaterialOf(wax, "M", "ROH", "Wax wire")],
      changed: sapOrder(1),
      newQuantity: `${random.between(100, 900)}.000`,
      deleted: sapOrder(2),
      refused: sapOrder(3),
    },
    b2mml: { material: materialOf("suzhou", powder), processed: isaOrder(1), synchronised: isaOrder(2), refused: isaOrder(3) },
  };
}

const PLANT = "DM01";

const sapMaterialOf = (material: string, unit: string, type: string, text: string): FakeMaterial => ({
  material,
  plant: PLANT,
  unit,
  type,
  texts: [{ language: "EN", text }],
});

const sapOrderOf = (number: string, material: string, component: string, pieces: number): FakeOrder => ({
  number,
  plant: PLANT,
  material,
  quantity: `${pieces}.000`,
  unit: "ST",
  start: "2026-11-25T05:00:00Z",
  end: "2026-11-26T13:30:00Z",
  operations: [
    {
      number: "0010",
      text: "Cast",
      workCenter: "CAST-1",
      quantity: `${pieces}.000`,
      unit: "ST",
      components: [{ item: "0010", material: component, quantity: `${pieces}.250`, unit: "CM" }],
    },
    { number: "0020", text: "抛光", workCenter: "POL-2", quantity: `${pieces}.000`, unit: "ST", components: [] },
  ],
});
