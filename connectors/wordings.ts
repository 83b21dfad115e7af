import type { Wordings } from "../core/effects/wording.ts";
import { PLANT_FORMATS } from "../core/mailbox/bodies.ts";
import { plantWording } from "./plant-formats.ts";
import { wordingOf } from "./registry.ts";

/** What every system is told, for a person to read; an agent's format of a former release is shown as the canonical form. */
export const WORDINGS: Wordings = {
  ofCall: wordingOf,
  ofDelivery: (format, document, delivery) => {
    const known = PLANT_FORMATS.find((each) => each === format);
    return plantWording(known === undefined ? "canonical" : known, document, delivery);
  },
};
