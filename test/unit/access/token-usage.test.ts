import { Logger } from "@aws-lambda-powertools/logger";
import { expect, it } from "vitest";
import { tokenUsageOf } from "../../../aws/token-usage.ts";
import { Grant } from "../../../core/access/grants.ts";
import { memoryLedgerStore } from "../../support/memory/ledger-store.ts";
import { doorWorld } from "../door/door-world.ts";

it("a request does not wait for the note of its token's use where the ledger takes long", async () => {
  const { settings, ledger } = await doorWorld();
  const [item] = ledger.all();
  const parts = { settings, surroundings: { region: "eu-central-1", patienceMilliseconds: 1000 }, logger: new Logger({ logLevel: "SILENT" }) };
  const stuck = { ...memoryLedgerStore(), write: () => new Promise<never>(() => undefined) };
  const begun = performance.now();
  await tokenUsageOf(parts, stuck).used(Grant.parse(item));
  expect(performance.now() - begun).toBeLessThan(5000);
});
