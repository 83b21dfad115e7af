import type { Reason } from "../effects/outcomes.ts";
import type { CanonicalDocument, DocumentType } from "./canonical.ts";
import type { Json } from "./exact-json.ts";
import type { SiteId } from "./ids.ts";

/** What the door reads of a document, and no more (LANES.md 4). */
export type RoutingFields = {
  readonly type: DocumentType;
  /** As sent; matched by the connection's matchKey rule. */
  readonly subject: { readonly kind: "order" | "material"; readonly number: string };
  readonly objectId: string;
  readonly version?: string;
  /** The sender's own number of a document without versions, such as a report's (LANES.md 2). */
  readonly ownNumber?: string;
  readonly cancel: boolean;
  /** As sent in the document, when it names one. */
  readonly site?: string;
};

export type RouteAnswer =
  | { readonly kind: "routed"; readonly fields: RoutingFields }
  /** A routing field is missing or not of its kind: 422 with its path (JSON Pointer). */
  | { readonly kind: "unroutable"; readonly path: string; readonly message: string };

export type Media = "json" | "xml";

export type MappingContext = { readonly site: SiteId; readonly timeZone: string };

export type MappingAnswer =
  | { readonly kind: "canonical"; readonly document: CanonicalDocument }
  | { readonly kind: "invalid"; readonly reasons: readonly Reason[] };

/** How a connection's system writes its documents. Pure: opens nothing, reads no clock. */
export interface SourceFormat {
  /** Named in every document's header. */
  readonly mappingVersion: string;
  /** What its messages are written in; any other content type is refused (415). */
  readonly accepts: readonly Media[];
  /**
   * The documents of one message in their order; each with the key its line carries, when it does. A document of an XML message (exact-xml.ts) is a tree with
   * `#element` and `#namespace`, in whatever envelope `route` and `toCanonical` need: it is kept as a message of one.
   */
  split(message: Json): readonly { readonly document: Json; readonly key?: string; readonly path: string }[];
  route(document: Json): RouteAnswer;
  /** JSON Pointers of wire fields that no shape knows: let through, and recorded in the header. */
  unknownFields(document: Json): readonly string[];
  toCanonical(document: Json, context: MappingContext): MappingAnswer;
}
