import type { FakeMaterial, FakeOrder, FakeWorkCenter } from "../../connectors/sap-idoc/fake.ts";

/** An order of our own, in the published shape. */
export const ORDER: FakeOrder = {
  number: "000001000123",
  plant: "DM01",
  material: "RING-GOLD-000000000000000000000000018",
  shortMaterial: "RING-GOLD",
  quantity: "80.000",
  unit: "ST",
  start: "2026-11-25T05:00:00Z",
  end: "2026-11-26T13:30:00Z",
  operations: [
    {
      number: "0010",
      text: "Cast",
      workCenter: "CAST-1",
      quantity: "80.000",
      unit: "ST",
      components: [{ item: "0010", material: "000000000000004711", quantity: "1.250", unit: "KG", batch: "B 7" }],
    },
    {
      number: "0020",
      text: "抛光",
      workCenter: "POL-2",
      quantity: "80.000",
      unit: "ST",
      components: [{ item: "0020", material: "WAX", quantity: "350.5", unit: "CM" }],
    },
  ],
};

export const MATERIAL: FakeMaterial = {
  material: "WAX",
  plant: "DM01",
  unit: "M",
  type: "ROH",
  texts: [
    { language: "DE", text: "Wachsdraht" },
    { language: "EN", text: "Wax wire" },
    { language: "ZH", text: "蜡线" },
  ],
};

export const WORK_CENTER: FakeWorkCenter = { number: "CAST-1", plant: "DM01", texts: [{ language: "EN", text: "Casting" }] };
