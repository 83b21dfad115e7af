import { startTryton } from "../../local/tryton/start-tryton.ts";
import { targetAt } from "./consumption.ts";
import { erpByHand } from "./erp-by-hand.ts";
import { startErpProxy } from "./erp-proxy.ts";

export type LiveErp = Awaited<ReturnType<typeof startLiveErp>>;

/** A live Tryton for the tests of one file: a person at its own screens (`hand`), and our target through a proxy that can make trouble. */
export async function startLiveErp(options: Omit<Parameters<typeof startTryton>[0], "log"> = {}) {
  const erp = await startTryton({ log: () => undefined, ...options });
  const hand = await erpByHand(erp);
  const proxy = await startErpProxy(erp);
  return {
    erp,
    hand,
    proxy,
    target: targetAt(proxy.url, erp),
    async stop() {
      await proxy.close();
      await erp.stop();
    },
  };
}
