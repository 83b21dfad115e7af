import * as z from "zod";

/** The canonical document types, in ISA-95 / B2MML V7 words; a `ReasonCode` and a `UnitOfMeasure` have no object there and take their plain names. */
export const DocumentType = z.enum([
  "OperationsRequest",
  "MaterialDefinition",
  "MaterialActual",
  "SegmentResponse",
  "TestResult",
  "MaterialLot",
  "Equipment",
  "ProcessSegment",
  "OperationsDefinition",
  "Person",
  "ReasonCode",
  "UnitOfMeasure",
]);
export type DocumentType = z.infer<typeof DocumentType>;

export const SubjectKind = z.enum(["order", "lot", "material", "equipment", "segment", "definition", "person", "reason", "unit"]);
export type SubjectKind = z.infer<typeof SubjectKind>;

/** What a document of each type is about: its lane is its subject's. */
export const SUBJECT_KINDS: Readonly<Record<DocumentType, SubjectKind>> = {
  OperationsRequest: "order",
  MaterialDefinition: "material",
  MaterialActual: "order",
  SegmentResponse: "order",
  TestResult: "lot",
  MaterialLot: "lot",
  Equipment: "equipment",
  ProcessSegment: "segment",
  OperationsDefinition: "definition",
  Person: "person",
  ReasonCode: "reason",
  UnitOfMeasure: "unit",
};

/** Synchronised first, and what others wait for by name. */
export const isMasterData = (type: DocumentType): boolean => SUBJECT_KINDS[type] !== "order" && SUBJECT_KINDS[type] !== "lot";
