import * as fc from "fast-check";
import { expect } from "vitest";
import { CanonicalDocument } from "../../../core/documents/canonical.ts";
import { type Json, parseExactJson, writeExactJson } from "../../../core/documents/exact-json.ts";
import { SiteId } from "../../../core/documents/ids.ts";
import type { MappingContext } from "../../../core/documents/source-format.ts";
import { compileTable } from "../../../core/mapping/compile.ts";
import type { MappingTable } from "../../../core/mapping/table.ts";
import { canonicalArbitrary, type Drawing, type Drawn } from "./canonical-arbitrary.ts";

const SITE = SiteId.parse("suzhou");
const CONTEXT: MappingContext = { site: SITE, timeZone: "UTC", decimalSeparator: ".", codes: [] };

export type TwoWays = {
  readonly toCanonical: MappingTable;
  readonly fromCanonical: MappingTable;
};

export type RoundTrip = Drawing & {
  /** The wire as it is sent and read again (written as XML and parsed, say); absent: as JSON. */
  readonly asSent?: (made: Json) => Json;
  readonly context?: MappingContext;
  readonly runs?: number;
  /** What a document must be to have a form there at all. */
  readonly where?: (document: CanonicalDocument) => boolean;
};

/**
 * Draws canonical documents, writes each by the one table, reads it by the other, and checks that it comes back unchanged, text for text.
 * @returns how many documents were checked
 */
export async function checkRoundTrip({ toCanonical, fromCanonical }: TwoWays, options: RoundTrip = {}): Promise<number> {
  const { asSent = throughJson, context = CONTEXT, runs = 300, where = () => true } = options;
  const [reads, writes] = [compileTable(toCanonical), compileTable(fromCanonical)];
  const site = { hierarchyScope: fc.constant<Drawn>(context.site) };
  let checked = 0;
  await fc.assert(
    fc.property(canonicalArbitrary(toCanonical.documentType, { ...options, members: { ...site, ...options.members } }), (drawn) => {
      const document = CanonicalDocument.parse(drawn);
      fc.pre(where(document));
      const { made, reasons } = writes.make(throughJson(drawn), context);
      expect(reasons).toEqual([]);
      const wire = asSent(made);
      const answer = reads.toCanonical(wire, context);
      if (answer.kind === "invalid") expect(answer.reasons, JSON.stringify(wire)).toEqual([]);
      expect(answer).toEqual({ kind: "canonical", document });
      checked += 1;
    }),
    { numRuns: runs },
  );
  return checked;
}

function throughJson(made: Json): Json {
  const parsed = parseExactJson(new TextEncoder().encode(writeExactJson(made)));
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return parsed.value;
}
