import type { CanonicalDocument } from "../core/documents/canonical.ts";
import type { Wording } from "../core/effects/wording.ts";
import type { PlantFormat } from "../core/mailbox/bodies.ts";
import type { DocumentWriter } from "../core/mailbox/lease.ts";
import { plantMessageOf, plantPlacesOf } from "./b2mml/plant-message.ts";

/** A document that the format asked for cannot carry: a person's task, until when the delivery waits in its mailbox. */
class NotWritable extends Error {
  override readonly name = "NotWritable";
}

const WRITERS: Readonly<Record<PlantFormat, DocumentWriter<CanonicalDocument | string>>> = {
  canonical: (document) => document,
  "b2mml-v7": (document, { id, now }) => {
    const written = plantMessageOf(document, { id, createdAt: new Date(now).toISOString() });
    if (written.kind === "written") return written.xml;
    throw new NotWritable(`${written.reason.code}: ${written.reason.message}: ${written.reason.text}`);
  },
};

/** Where each canonical value stands in what the plant gets; of canonical JSON, where it stands. */
export const plantPlaces = (format: PlantFormat, document: CanonicalDocument): ReadonlyMap<string, readonly string[]> | "same" => {
  if (format === "canonical") return "same";
  const places = Map.groupBy(plantPlacesOf(document), ({ canonical }) => canonical);
  return new Map([...places].map(([canonical, found]) => [canonical, found.map(({ target }) => target)]));
};

export const plantWriterOf = (format: PlantFormat): DocumentWriter<CanonicalDocument | string> => WRITERS[format];

/** A delivery's document as its agent gets it; what the format cannot carry is not said. */
export function plantWording(format: PlantFormat, document: CanonicalDocument, { id, now }: { readonly id: string; readonly now: number }): Wording {
  if (format === "canonical") return { kind: "said", text: JSON.stringify(document), complete: true };
  const written = plantMessageOf(document, { id, createdAt: new Date(now).toISOString() });
  return written.kind === "written" ? { kind: "said", text: written.xml, complete: true } : { kind: "unsaid", reason: written.reason };
}
