import { expect, it } from "vitest";
import { MasterAnswer } from "../../../core/asking/answers.ts";
import { ConnectionId } from "../../../core/documents/ids.ts";
import { findDuplicates } from "../../../core/master/duplicates.ts";
import { answerIn, askWorld, materialWire, orderWire } from "../asking/ask-world.ts";

it("a plant's own material goes up to the ERP, the ERP's down to the plant", async () => {
  const world = await askWorld();
  const up = await world.receive("mes-hamburg", materialWire("OWN-1", "1"));
  const down = await world.receive("erp", materialWire("4711", "1"));
  await world.drain();
  expect(await world.headerOf(up)).toMatchObject({ target: "erp", state: "delivered" });
  expect(world.erp.books()).toMatchObject([{ action: "post", document: { type: "MaterialDefinition", id: "OWN-1" } }]);
  expect(await world.headerOf(down)).toMatchObject({ target: "mes-hamburg", state: "delivering" });
  await world.verdict("accepted");
  await world.drain();
  const { entries } = answerIn(MasterAnswer, await world.ask.master("hamburg", { limit: 50 }));
  expect(entries.map(({ matched, connection, description }) => [matched, connection, description])).toEqual([
    ["material:4711", "erp", "bolt"],
    ["material:OWN-1", "mes-hamburg", "bolt"],
  ]);
});

it("a unit is told with what its system means by it: one code with two meanings is to be found", async () => {
  const world = await askWorld({
    settings: (base) => ({
      ...base,
      sites: base.sites.map((site) => ({ ...site, routes: { ...site.routes, UnitOfMeasure: ConnectionId.parse("mes-hamburg") } })),
    }),
  });
  await world.receive("erp", { type: "UnitOfMeasure", id: "ST", version: "1", hierarchyScope: "hamburg", description: "piece", code: "H87" });
  await world.drain();
  await world.verdict("accepted");
  await world.drain();
  const { entries } = answerIn(MasterAnswer, await world.ask.master("hamburg", { limit: 50 }));
  expect(entries).toMatchObject([{ type: "UnitOfMeasure", code: "ST", description: "piece", baseUnit: "H87" }]);
  const [erp] = entries.map(({ type, code, matched, connection, baseUnit }) => ({
    type,
    code,
    matched,
    connection,
    ...(baseUnit === undefined ? {} : { baseUnit }),
  }));
  expect(erp && findDuplicates([erp, { ...erp, connection: "mes-hamburg", baseUnit: "ST" }])).toMatchObject([{ kind: "one-code", why: "units-differ" }]);
});

it("what was waited for and is taken away is waited for again", async () => {
  const world = await askWorld();
  const deliver = async (document: object) => {
    const id = await world.receive("erp", document);
    await world.drain();
    await world.verdict("accepted");
    await world.drain();
    return id;
  };
  expect(await world.headerOf(await deliver(materialWire("4711", "1")))).toMatchObject({ state: "delivered" });
  expect(await world.headerOf(await deliver({ ...materialWire("4711", "2"), state: "Deleted" }))).toMatchObject({ state: "delivered", cancel: true });
  const order = await world.receive("erp", orderWire("1000", "1", ["4711"]));
  await world.drain();
  expect(await world.headerOf(order)).toMatchObject({ state: "waiting", dependsOn: "material:4711" });
  await deliver(materialWire("4711", "3"));
  expect(await world.headerOf(order)).toMatchObject({ state: "delivering" });
});

it("an order waits for a material by the code that the plant knows it under, whatever the ERP calls it", async () => {
  const materials = { codes: { "SAP-4711": "4711", "SAP-12": "12" } };
  const world = await askWorld({
    settings: (base) => ({ ...base, connections: base.connections.map((each) => (each.id === "erp" ? { ...each, codes: { materials } } : each)) }),
  });
  const order = await world.receive("erp", orderWire("1000", "1", ["SAP-4711"]));
  const unknown = await world.receive("erp", orderWire("1001", "1", ["SAP-9"]));
  await world.drain();
  expect(await world.headerOf(order)).toMatchObject({ state: "waiting", dependsOn: "material:4711" });
  expect(await world.headerOf(unknown)).toMatchObject({
    state: "parked",
    reason: { code: "ORL-MAP-017", field: "/materialRequirements/0/materialDefinitionId", text: "SAP-9", message: expect.stringContaining('"materials"') },
  });
  await world.receive("erp", materialWire("SAP-4711", "1"));
  await world.drain();
  await world.verdict("accepted");
  await world.drain();
  expect(await world.headerOf(order)).toMatchObject({ state: "delivering" });
});
