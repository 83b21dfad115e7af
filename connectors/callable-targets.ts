import type { TargetSystem } from "../core/effects/target-system.ts";
import type { Clock, Secrets } from "../core/ledger/ports.ts";
import type { Poller } from "../core/polling/poller.ts";
import type { Connection, Settings } from "../core/settings/settings.ts";
import { pollerOf, targetOf } from "./registry.ts";

class NoCallSecret extends Error {}

/** The pollers of a stage's connections that are polled; the same care for their secrets. */
export function callablePollers(settings: Settings, secrets: Secrets, clock: Clock): (connection: Connection) => Poller {
  const { callSeconds } = settings.limits;
  const allowLoopbackHttp = settings.stage === "local";
  return madeOnce((connection) => pollerOf(connection, { token: () => tokenOf(connection, secrets), clock, allowLoopbackHttp, callSeconds }));
}

function madeOnce<Made>(make: (connection: Connection) => Made): (connection: Connection) => Made {
  const made = new Map<string, Made>();
  return (connection) => {
    const known = made.get(connection.id);
    if (known !== undefined) return known;
    const fresh = make(connection);
    made.set(connection.id, fresh);
    return fresh;
  };
}

/** The targets of a stage, each made once; its token is asked for at each call, so that a rotated one is used at once. */
export function callableTargets(settings: Settings, secrets: Secrets, clock: Clock): (connection: Connection) => TargetSystem {
  const allowLoopbackHttp = settings.stage === "local";
  return madeOnce((connection) => targetOf(connection, { token: () => tokenOf(connection, secrets), clock, allowLoopbackHttp }));
}

async function tokenOf(connection: Connection, secrets: Secrets): Promise<string> {
  if (connection.callSecret === undefined) throw new NoCallSecret(`connection ${connection.id} has no callSecret`);
  const [newest] = await secrets.read(connection.callSecret);
  if (newest === undefined) throw new NoCallSecret(`the secret ${connection.callSecret} holds no value`);
  return newest;
}
