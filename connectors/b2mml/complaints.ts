import { isJsonObject, type Json } from "../../core/documents/exact-json.ts";
import { type Complaint, complaintsOf } from "../../core/documents/schema-check.ts";
import { SchemaModel } from "../../core/documents/schema-model.ts";
import { xmlElementsOf } from "../../core/documents/xml-elements.ts";
import v7 from "./schema/v7.json" with { type: "json" };
import v0401 from "./schema/v0401.json" with { type: "json" };

const FILES = [v7, v0401];
const models = new Map<string, SchemaModel>();

/** Of the language of a message that is checked at all; parsed when the first such message comes. */
function modelFor(message: Json): SchemaModel | undefined {
  const { "#element": root, "#namespace": namespace } = isJsonObject(message) ? message : {};
  const file = FILES.find((each) => each.namespace === namespace);
  if (file === undefined || typeof root !== "string" || !Object.hasOwn(file.roots, root)) return undefined;
  const model = models.get(file.namespace) ?? SchemaModel.parse(file);
  models.set(file.namespace, model);
  return model;
}

/** What the published schemas have against what a plant reports (docs/adr/0011); other messages are not checked. */
export function b2mmlComplaints(message: Json, text: string): readonly Complaint[] {
  const model = modelFor(message);
  return model === undefined ? [] : complaintsOf(model, xmlElementsOf(text));
}
