/**
 * UN/ECE Recommendation 20, the short part that plants use, and the names systems write for them. A name with two meanings is not here: SAP's `ST`
 * is a piece, Recommendation 20's is a sheet; it parks until its connection says which.
 */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  H87: ["pc", "pcs", "PC", "PCS", "PCE", "Stk", "Stück", "piece", "pieces"],
  EA: ["ea", "each"],
  C62: [],
  PR: [],
  SET: ["set"],
  DZN: [],
  KGM: ["kg", "KG", "Kg"],
  GRM: ["g"],
  MGM: ["mg"],
  TNE: ["t", "TO"],
  LBR: ["lb"],
  LTR: ["l", "L"],
  MLT: ["ml", "ML"],
  HLT: ["hl"],
  MTR: ["m"],
  CMT: ["cm"],
  MMT: ["mm"],
  KMT: ["km"],
  MTK: ["m2", "m²", "M2"],
  MTQ: ["m3", "m³", "M3"],
  SEC: ["s"],
  MIN: ["min"],
  HUR: ["h"],
  DAY: ["d"],
  KWH: ["kWh"],
  // Of process parameters.
  C26: ["ms"],
  "4H": ["µm"],
  CEL: ["°C"],
  KEL: ["K"],
  FAH: ["°F"],
  BAR: ["bar"],
  MBR: ["mbar"],
  PAL: ["Pa"],
  KPA: ["kPa"],
  MPA: ["MPa"],
  NEW: ["N"],
  B47: ["kN"],
  NU: ["Nm"],
  RPM: ["rpm"],
  HTZ: ["Hz"],
  VLT: ["V"],
  AMP: ["A"],
  WTT: ["W"],
  KWT: ["kW"],
  JOU: ["J"],
  P1: ["%"],
};

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(UNITS).flatMap(([code, names]) => [code, ...names].map((name): [string, string] => [name, code])),
);

/** The code of Recommendation 20 for a unit as sent; undefined where it is not known: never guessed, upper and lower case are not one (`mg`, `Mg`). */
export const unitCodeOf = (name: string): string | undefined => BY_NAME.get(name);

export const UNIT_CODES: readonly string[] = Object.keys(UNITS);
export const UNIT_NAMES: readonly string[] = [...BY_NAME.keys()];
