import type { CanonicalDocument } from "../core/documents/canonical.ts";
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
