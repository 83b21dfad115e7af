import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createAgent } from "../../../local/agent.ts";
import { createMesSimulator } from "../../../local/mes-simulator.ts";
import { askWorld, consumptionWire, TOKENS } from "../asking/ask-world.ts";
import { apiServer } from "../cli/api-server.ts";

it("an agent learns what became of what it posted, each result once, over a restart", async () => {
  const world = await askWorld();
  const api = await apiServer(world);
  const folder = mkdtempSync(join(tmpdir(), "orderlane-results-"));
  const start = () =>
    createAgent({
      api: api.url,
      site: "hamburg",
      token: TOKENS.mes,
      memory: join(folder, "agent.sqlite"),
      mes: createMesSimulator({ site: "hamburg", now: () => 0 }),
    });
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    const agent = start();
    await agent.readResults("mes-hamburg", async ({ objectId, state, references }) => void seen.push(`${objectId} ${state} ${references.post}`));
    agent.close();
  };
  try {
    for (let at = 0; at < 130; at += 1) await world.receive("mes-hamburg", consumptionWire(`C${at}`, "1000123"));
    await world.drain();
    await read();
    expect(seen).toHaveLength(130);
    await world.receive("mes-hamburg", consumptionWire("C130", "1000123"));
    await world.drain();
    await read();
    expect(seen).toHaveLength(131);
    expect(seen.at(-1)).toMatch(/^C130 delivered ERP-/);
  } finally {
    await api.close();
    rmSync(folder, { recursive: true });
  }
});
