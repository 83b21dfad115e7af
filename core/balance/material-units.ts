import { matchNumber } from "../documents/match-key.ts";
import type { MappingAnswer } from "../documents/source-format.ts";
import { readHeader } from "../effects/effect.ts";
import { type Header, MasterSender, parseIfThere } from "../ledger/items.ts";
import { masterKey } from "../ledger/keys.ts";
import type { LedgerStore } from "../ledger/ledger-store.ts";
import { type Fraction, fractionIn, type MaterialUnits, materialUnitsIn } from "../mapping/code-tables.ts";
import { unitFraction } from "../quantities/unit-fractions.ts";
import type { Connection, Settings, Site } from "../settings/settings.ts";
import type { FractionOf } from "./balance.ts";

export type UnitPorts = {
  readonly ledger: LedgerStore;
  readonly settings: Settings;
  readonly map: (header: Header) => Promise<MappingAnswer | undefined>;
};

/**
 * How quantities of these materials are converted: by the plant's own table, else by the units that the material's definition relates, else by the units' definitions.
 * @param materials those that are told of in several units
 */
export async function fractionsOf(ports: UnitPorts, site: Site, connection: Connection, materials: readonly string[]): Promise<FractionOf> {
  const tables = [connection.codes, site.codes].filter((each) => each !== undefined);
  const defined = new Map<string, MaterialUnits>();
  for (const material of materials) {
    const units = await definedUnits(ports, site, material);
    if (units !== undefined) defined.set(material, units);
  }
  return (material, unit, base) => {
    for (const own of [materialUnitsIn(tables, material), defined.get(material)]) {
      const fraction = own === undefined ? undefined : between(own, unit, base);
      if (fraction !== undefined) return fraction;
    }
    return unitFraction(unit, base);
  };
}

/** What the definition that the site's plant has accepted says; each connection may match numbers by a rule of its own. */
async function definedUnits({ ledger, settings, map }: UnitPorts, site: Site, material: string): Promise<MaterialUnits | undefined> {
  const rules = new Set(settings.connections.filter(({ sites }) => sites.includes(site.id)).map(({ source }) => source.matchKey));
  for (const rule of rules) {
    const known = parseIfThere(MasterSender.pick({ document: true }), await ledger.read(masterKey(site.id, `material:${matchNumber(rule, material)}`)));
    const header = known === undefined ? undefined : await readHeader(ledger, known.document);
    const mapped = header === undefined ? undefined : await map(header);
    if (mapped?.kind !== "canonical" || mapped.document.type !== "MaterialDefinition") continue;
    const { baseUnit, alternativeUnits } = mapped.document;
    const units = alternativeUnits === undefined ? [] : alternativeUnits.map(({ unit, ...fraction }) => [unit, fraction] as const);
    return { plantUnit: baseUnit, decimals: 12, units: Object.fromEntries(units) };
  }
  return undefined;
}

function between(own: MaterialUnits, unit: string, base: string): Fraction | undefined {
  const [from, to] = [inPlantUnit(own, unit), inPlantUnit(own, base)];
  if (from === undefined || to === undefined) return undefined;
  return { numerator: times(from.numerator, to.denominator), denominator: times(from.denominator, to.numerator) };
}

const ONE: Fraction = { numerator: "1", denominator: "1" };
const inPlantUnit = (own: MaterialUnits, unit: string): Fraction | undefined => (unit === own.plantUnit ? ONE : fractionIn(own, unit));
const times = (one: string, other: string): string => String(BigInt(one) * BigInt(other));
