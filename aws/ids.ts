import { randomBytes } from "node:crypto";
import type { Ids } from "../core/ledger/ports.ts";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 26 characters of Crockford base32 from the system's random source: 130 bits nobody can guess. */
export const randomIds: Ids = { next: () => Array.from(randomBytes(26), (byte) => ALPHABET.charAt(byte & 31)).join("") };
