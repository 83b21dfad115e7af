import { expect, it } from "vitest";
import { CodeTables } from "../../../core/mapping/code-tables.ts";
import { context, converted } from "../mapping/tables.ts";
import { sourceOf } from "../../../connectors/registry.ts";
import { parseExactJson } from "../../../core/documents/exact-json.ts";
import { parseExactXml } from "../../../core/documents/exact-xml.ts";
import { readAll, textOf as ex, bytesOf } from "../connectors/rest-examples.ts";
import { SiteId } from "../../../core/documents/ids.ts";

const withCodes = (...codes: readonly object[]) => ({ ...context, codes: codes.map((one) => CodeTables.parse(one)) });
const J = (o: unknown) => { const p = parseExactJson(Buffer.from(typeof o === "string" ? o : JSON.stringify(o))); if (p.kind === "refused") throw new Error(p.message); return p.value; };
const X = (t: string) => { const p = parseExactXml(Buffer.from(t), undefined); if (p.kind === "refused") throw new Error(p.message); return p.value; };
const units = { "4711": { plantUnit: "MTR", decimals: 3, units: { ROL: { numerator: "100", denominator: "3" } } } };
const inPlant = [{ use: "inPlantUnit", material: "m", unit: "u" }];
const show = (name: string, f: () => unknown) => it(name, () => { let r; try { r = f(); } catch (e) { r = `THROW ${String(e)}`; } console.log(name, "=>", JSON.stringify(r)?.slice(0, 700)); });
show("proto material", () => converted(inPlant, '{"id":"1","v":"5","m":"constructor","u":"KGM"}', withCodes({ materialUnits: units })));
show("proto unit", () => converted(inPlant, '{"id":"1","v":"5","m":"4711","u":"constructor"}', withCodes({ materialUnits: units })));
show("plant unit proto", () => converted([{ use: "plantUnit", material: "m" }], '{"id":"1","v":"KGM","m":"constructor"}', withCodes({ materialUnits: units })));
show("materialUnits second table", () => converted(inPlant, '{"id":"1","v":"5","m":"4711","u":"ROL"}', withCodes({ materialUnits: { "9": units["4711"] } }, { materialUnits: units })));
show("remainder no tolerance", () => converted(inPlant, '{"id":"1","v":"5","m":"4711","u":"ROL"}', withCodes({ materialUnits: units })));
show("total comma", () => converted([{ use: "total" }], '{"id":"1","v":["1,5","2"]}', { ...context, decimalSeparator: "," }));
const plain = sourceOf({ system: "plain-json" } as never);
const order = { type: "OperationsRequest", id: "1", version: "1", hierarchyScope: "suzhou", operationsType: "Production", requestState: "Released", segmentRequirements: [{ id: "10" }, { id: "10" }], materialRequirements: [{ id: "1", materialDefinitionId: "M", materialUse: "Consumed", quantity: { value: "1", unit: "KGM" } }, { id: "1", materialDefinitionId: "M", materialUse: "Consumed", quantity: { value: "1", unit: "KGM" } }] };
show("plain dup lines", () => plain.toCanonical(J(order), context));
show("plain #text", () => plain.toCanonical(J({ ...order, segmentRequirements: [], materialRequirements: [], description: { "#text": "hello" } }), context));
show("plain #text route", () => plain.route(J({ ...order, id: { "#text": "1" } })));
show("plain attr only", () => plain.toCanonical(J({ ...order, segmentRequirements: [], materialRequirements: [], description: { "@x": "hello" } }), context));
show("kingdee dup", () => { const m = JSON.parse(ex("kingdee-production-order.json")); m.Data.FPPBom[0]?.FEntity.push(m.Data.FPPBom[0].FEntity[0]); return readAll("kingdee", Buffer.from(JSON.stringify(m))).map((r) => r.answer); });
show("kingdee bom twice", () => { const m = JSON.parse(ex("kingdee-production-order.json")); const b = m.Data.FPPBom; m.Data.FPPBom = [].concat(b, b); return readAll("kingdee", Buffer.from(JSON.stringify(m))).map((r) => [r.answer.kind, r.answer.kind === "canonical" && (r.answer.document as any).materialRequirements.map((x: any) => x.id)]); });
show("kingdee op dup", () => { const m = JSON.parse(ex("kingdee-production-order.json")); const b = m.Data.FOperPlan; m.Data.FOperPlan = [].concat(b, b); return readAll("kingdee", Buffer.from(JSON.stringify(m))).map((r) => [r.answer.kind, r.answer.kind === "canonical" && (r.answer.document as any).segmentRequirements.map((x: any) => x.id)]); });
show("yonbip dup", () => { const m = JSON.parse(ex("yonbip-production-order.json")); for (const p of [].concat(m.data.orderProduct) as any[]) p.orderMaterial.push(p.orderMaterial[0]); return readAll("yonbip", Buffer.from(JSON.stringify(m))).map((r) => [r.answer.kind, r.answer.kind === "canonical" && (r.answer.document as any).materialRequirements.map((x: any) => x.id)]); });
const ns = "http://www.mesa.org/xml/B2MML";
const msg = (root: string, inside: string) => `<${root} xmlns="${ns}" releaseID="7"><ApplicationArea><CreationDateTime>2026-03-01T12:00:00Z</CreationDateTime><BODID>1</BODID></ApplicationArea><DataArea>${inside}</DataArea></${root}>`;
const b = sourceOf({ system: "b2mml" } as never);
const read = (t: string) => { const s = b.split(X(t)); if (s.kind !== "parts") return s; return s.parts.map((p) => [b.route(p.document), b.toCanonical(p.document, { ...context, site: SiteId.parse("hamburg") })]); };
const sched = `<OperationsSchedule><ID>S</ID><OperationsRequest><ID>A</ID><OperationsType>Production</OperationsType></OperationsRequest></OperationsSchedule>`;
for (const [root, verb] of [["CancelOperationsSchedule", `<Cancel><ActionCriteria><ActionExpression actionCode="Delete">/OperationsSchedule/OperationsRequest/SegmentRequirement[1]</ActionExpression></ActionCriteria></Cancel>`],
  ["CancelOperationsSchedule", `<Cancel><ActionCriteria><ActionExpression>/x/y[1]</ActionExpression></ActionCriteria></Cancel>`],
  ["ProcessOperationsSchedule", `<Process><ActionCriteria><ActionExpression actionCode="Change">/OperationsSchedule/OperationsRequest/SegmentRequirement[1]</ActionExpression></ActionCriteria></Process>`],
  ["SyncOperationsSchedule", `<Sync><ActionCriteria><ActionExpression actionCode="Change">/OperationsSchedule/OperationsRequest/SegmentRequirement[1]</ActionExpression></ActionCriteria></Sync>`],
  ["ChangeOperationsSchedule", `<Change><ActionCriteria><ActionExpression>/OperationsSchedule/OperationsRequest/SegmentRequirement[1]</ActionExpression></ActionCriteria></Change>`],
  ["ChangeOperationsSchedule", `<Change><ActionCriteria><ActionExpression actionCode="delete"/></ActionCriteria></Change>`],
  ["ProcessOperationsSchedule", `<Cancel/>`],
  ["ProcessOperationsSchedule", `<Process/><Sync><ActionCriteria><ActionExpression actionCode="Delete"/></ActionCriteria></Sync>`],
] as const) show(`b2mml ${root} ${verb}`, () => read(msg(root, verb + sched)));
