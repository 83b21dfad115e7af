import { grantItem } from "../../../core/access/grants.ts";
import { ConnectionId } from "../../../core/documents/ids.ts";
import { FOREVER } from "../../../core/lanes/times.ts";
import { itemOf } from "../../../core/ledger/items.ts";
import { masterKey } from "../../../core/ledger/keys.ts";
import type { Write } from "../../../core/ledger/ledger-store.ts";
import type { Settings } from "../../../core/settings/settings.ts";
import { START } from "./scheduler.ts";

/** The token under which a site's MES posts its reports. */
export const tokenOf = (site: string): string => `orl_${site.replace(/[^0-9a-hjkmnp-tv-z]/g, "0").padEnd(26, "0")}`;

/** What stands in the table before the world begins: the MESs' grants, and the materials that each site's MES has long accepted. */
export function firstItems(settings: Settings, materials: readonly string[]): Write[] {
  return settings.sites.flatMap(({ id }): Write[] => {
    const grant = grantItem(tokenOf(id), {
      principal: `MES of ${id}`,
      sites: [id],
      connections: [ConnectionId.parse(`mes-${id}`)],
      types: ["MaterialActual", "SegmentResponse", "TestResult"],
      actions: ["post"],
      expiresAt: FOREVER,
      revoked: false,
    });
    const known = materials.map((material): Write => ({ kind: "put", item: itemOf(masterKey(id, `material:${material}`), { document: "seed", at: START }) }));
    return [{ kind: "put", item: grant }, ...known];
  });
}
