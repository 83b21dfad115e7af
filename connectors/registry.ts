import type { TargetSystem } from "../core/effects/target-system.ts";
import type { Connection } from "../core/settings/settings.ts";
import type { CallParts, Connector } from "./connector.ts";
import { plainJsonFormat } from "./plain-json/format.ts";
import { createPlainJsonTarget } from "./plain-json/target-system.ts";
import { trytonFormat } from "./tryton/format.ts";
import { createTrytonTarget } from "./tryton/target-system.ts";

const PLAIN_JSON: Connector = {
  system: "plain-json",
  source: plainJsonFormat,
  createTarget: (url, parts) => createPlainJsonTarget({ url, ...parts }),
};

const TRYTON: Connector = {
  system: "tryton",
  source: trytonFormat,
  createTarget: (url, parts) => createTrytonTarget({ url, ...parts }),
};

const CONNECTORS: Readonly<Record<Connection["system"], Connector>> = { "plain-json": PLAIN_JSON, tryton: TRYTON };

export const connectorOf = (connection: Connection): Connector => CONNECTORS[connection.system];

class NotCallable extends Error {
  override readonly name = "NotCallable";
}

/**
 * The target of a connection that is called.
 * @throws NotCallable for one without a url: a plant's agent pulls, so asking for it is a defect of ours.
 */
export function targetOf(connection: Connection, parts: CallParts): TargetSystem {
  if (connection.url === undefined) throw new NotCallable(`connection ${connection.id} has no url: it is not called`);
  return connectorOf(connection).createTarget(connection.url, parts);
}
