import type { CanonicalDocument } from "../core/documents/canonical.ts";
import type { DocumentWriter } from "../core/mailbox/lease.ts";
import { plantMessageOf } from "./b2mml/plant-message.ts";

/** What an agent may ask for its documents in: canonical JSON, or the XML text of B2MML V7. */
export const PLANT_FORMATS = ["canonical", "b2mml-v7"] as const;
export type PlantFormat = (typeof PLANT_FORMATS)[number];

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

export const plantWriterOf = (format: PlantFormat): DocumentWriter<CanonicalDocument | string> => WRITERS[format];
