import type { TargetSystem } from "../core/effects/target-system.ts";
import type { Clock, Secrets } from "../core/ledger/ports.ts";
import type { Connection, Settings } from "../core/settings/settings.ts";
import { targetOf } from "./registry.ts";

class NoCallSecret extends Error {}

/** The targets of a stage, each made once; its token is asked for at each call, so that a rotated one is used at once. */
export function callableTargets(settings: Settings, secrets: Secrets, clock: Clock): (connection: Connection) => TargetSystem {
  const targets = new Map<string, TargetSystem>();
  return (connection) => {
    const known = targets.get(connection.id);
    if (known !== undefined) return known;
    const target = targetOf(connection, { token: () => tokenOf(connection, secrets), clock, allowLoopbackHttp: settings.stage === "local" });
    targets.set(connection.id, target);
    return target;
  };
}

async function tokenOf(connection: Connection, secrets: Secrets): Promise<string> {
  if (connection.callSecret === undefined) throw new NoCallSecret(`connection ${connection.id} has no callSecret`);
  const [newest] = await secrets.read(connection.callSecret);
  if (newest === undefined) throw new NoCallSecret(`the secret ${connection.callSecret} holds no value`);
  return newest;
}
