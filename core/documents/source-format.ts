import type { Reason } from "../effects/outcomes.ts";
import type { CodeTables } from "../mapping/code-tables.ts";
import type { CanonicalDocument } from "./canonical.ts";
import type { DocumentType, SubjectKind } from "./document-types.ts";
import type { Json } from "./exact-json.ts";
import type { SiteId } from "./ids.ts";
import type { Complaint } from "./schema-check.ts";

/** What the door reads of a document, and no more (LANES.md 4). */
export type RoutingFields = {
  readonly type: DocumentType;
  /** As sent; matched by the connection's matchKey rule. */
  readonly subject: { readonly kind: SubjectKind; readonly number: string };
  readonly objectId: string;
  readonly version?: string;
  /** The sender's own number of a document without versions, such as a report's (LANES.md 2). */
  readonly ownNumber?: string;
  readonly cancel: boolean;
  /** As sent in the document, when it names one. */
  readonly site?: string;
};

export type RouteAnswer =
  | {
      readonly kind: "routed";
      readonly fields: RoutingFields;
      /** Table and version that read it: in every document's header. */
      readonly mapping: string;
      /** Wire fields that do not count for the digest. */
      readonly volatile: readonly string[];
      /** JSON Pointers within the document of what was read there, or would be. */
      readonly places: { readonly subject: string; readonly object: string; readonly version: string; readonly site: string };
    }
  /** A routing field is missing or not of its kind: 422 with its path (JSON Pointer). */
  | { readonly kind: "unroutable"; readonly path: string; readonly message: string };

export type Media = "json" | "xml";

export type MappingContext = {
  readonly site: SiteId;
  readonly timeZone: string;
  readonly decimalSeparator: "." | ",";
  /** When the document came, in milliseconds; absent where nothing came. */
  readonly receivedAt?: number;
  /** Of the connection, then of its site. */
  readonly codes: readonly CodeTables[];
};

export type MappingAnswer =
  | { readonly kind: "canonical"; readonly document: CanonicalDocument }
  | { readonly kind: "invalid"; readonly reasons: readonly Reason[] };

/** One document of a message. */
export type Part = {
  readonly document: Json;
  /** The key that its line carries itself, when it does. */
  readonly key?: string;
  /** JSON Pointer within the message; empty where the message is the document. */
  readonly path: string;
  /** The document is the message with the other documents left out: what stands there at `path` stands here at `list`. */
  readonly list?: string;
};

export type SplitAnswer =
  /** `isChecked`: what the message's own schema has against it is to be asked. */
  | { readonly kind: "parts"; readonly parts: readonly Part[]; readonly isChecked?: true }
  /** Known, and of a kind that carries no documents: what asks for them, or answers. */
  | { readonly kind: "takes-none"; readonly message: string }
  /** Nothing this connection knows how to read. */
  | { readonly kind: "unknown-form"; readonly message: string };

/** How a connection's system writes its documents. Pure: opens nothing, reads no clock. */
export interface SourceFormat {
  /** What its messages are written in; any other content type is refused (415). */
  readonly accepts: readonly Media[];
  /**
   * The documents of one message in their order. A document of an XML message (exact-xml.ts) is a tree with `#element` and `#namespace`, in whatever envelope
   * `route` and `toCanonical` need: it is kept as a message of one.
   */
  split(message: Json): SplitAnswer;
  route(document: Json): RouteAnswer;
  /** What the message's own schema has against it; absent where none is asked. @param text the message's, decoded */
  complaints?(message: Json, text: string): readonly Complaint[];
  /** JSON Pointers of wire fields that no table knows: let through, and recorded in the header. */
  unknownFields(document: Json): readonly string[];
  toCanonical(document: Json, context: MappingContext): MappingAnswer;
}
