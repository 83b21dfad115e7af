import type { Source } from "../../core/settings/settings.ts";
import { type Spoil, UNKNOWN_SENDER } from "./credentials.ts";

/** What may be wrong with what shows who sends, whatever the scheme (classes 38, 43, 45, 77). */

type Scheme = Source["scheme"];

export type SchemeCase = {
  readonly class: string;
  readonly name: string;
  readonly spoil?: Spoil;
  /** What is signed instead of the body that is sent. */
  readonly over?: (body: Uint8Array) => Uint8Array;
  /** Another secret than the right one. */
  readonly stranger?: boolean;
  readonly expected: (scheme: Scheme) => { readonly status: number; readonly code?: string };
};

const unknown = (scheme: Scheme) => ({ status: 401, code: UNKNOWN_SENDER[scheme] });
const taken = () => ({ status: 202 });
const isSigned = (scheme: Scheme): boolean => scheme === "standard-webhooks" || scheme === "hmac-body";
/** Credentials that come twice are nobody's; a signature that comes twice is said to be so. */
const repeated = (scheme: Scheme) => (isSigned(scheme) ? { status: 400, code: "ORL-DOOR-008" } : unknown(scheme));
/** Spaces part one signature from the next. */
const tooMany = (scheme: Scheme) => (scheme === "standard-webhooks" ? { status: 400, code: "ORL-DOOR-011" } : unknown(scheme));
const ofSignatures = (scheme: Scheme) => (isSigned(scheme) ? unknown(scheme) : taken());

/** Not the last letter: of base64 it may stand for nothing. */
const changed: Spoil = (right) => {
  const at = right.length - 10;
  return [right.slice(0, at) + (right.charAt(at) === "a" ? "b" : "a") + right.slice(at + 1)];
};
const latin1 = (body: Uint8Array): Uint8Array => Buffer.from(Buffer.from(body).toString("latin1"), "utf8");

export const SCHEME_CASES: readonly SchemeCase[] = [
  { class: "38", name: "right", expected: taken },
  { class: "38", name: "missing", spoil: () => [], expected: unknown },
  { class: "38", name: "empty", spoil: () => [""], expected: unknown },
  { class: "38", name: "blank", spoil: (right) => [" ".repeat(right.length)], expected: tooMany },
  { class: "38", name: "one letter changed", spoil: changed, expected: unknown },
  { class: "38", name: "cut short", spoil: (right) => [right.slice(0, -4)], expected: unknown },
  { class: "38", name: "too long", spoil: (right) => [`${right}AAAA`], expected: unknown },
  { class: "38", name: "no text of its encoding", spoil: (right) => [`${right.slice(0, -5)}!?*\u00e4ß`], expected: unknown },
  { class: "38", name: "its scheme's word alone", spoil: (right) => [right.replace(/^(v1,|sha256=|\w+ |).*$/, "$1")], expected: unknown },
  { class: "38", name: "of a stranger", stranger: true, expected: unknown },
  { class: "38", name: "over another body", over: () => Buffer.from("<r/>"), expected: ofSignatures },
  { class: "45", name: "over the body decoded and written anew in UTF-8", over: latin1, expected: ofSignatures },
  {
    class: "45",
    name: "over the body in base64, as a gateway hands it over",
    over: (body) => Buffer.from(Buffer.from(body).toString("base64")),
    expected: ofSignatures,
  },
  { class: "45", name: "over the body with its lines ended otherwise", over: (body) => Buffer.concat([body, Buffer.from("\n")]), expected: ofSignatures },
  { class: "43", name: "twice, both right", spoil: (right) => [right, right], expected: repeated },
  { class: "43", name: "twice, one of them right", spoil: (right) => [right, "x"], expected: repeated },
  { class: "77", name: "10 KB long", spoil: (right) => [right + "x".repeat(10_240)], expected: tooMany },
  { class: "64", name: "with a line break", spoil: (right) => [`${right}\r\nx: y`], expected: unknown },
];
