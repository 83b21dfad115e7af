import type { TargetSystem } from "../core/effects/target-system.ts";
import type { Connection } from "../core/settings/settings.ts";
import type { CallParts, Connector } from "./connector.ts";
import { plainJsonFormat } from "./plain-json/format.ts";
import { createPlainJsonTarget } from "./plain-json/target-system.ts";
import { sapIdocFormat } from "./sap-idoc/format.ts";
import { createSapIdocTarget } from "./sap-idoc/target-system.ts";

const PLAIN_JSON: Connector = {
  system: "plain-json",
  source: plainJsonFormat,
  createTarget: (url, parts) => createPlainJsonTarget({ url, ...parts }),
};

const SAP_IDOC: Connector = {
  system: "sap-idoc",
  source: sapIdocFormat,
  createTarget: (url, parts, { callScheme, source }) =>
    createSapIdocTarget({ url, ...parts, scheme: callScheme === undefined ? "bearer" : callScheme, timeZone: source.timeZone }),
};

const CONNECTORS: Readonly<Record<Connection["system"], Connector>> = { "plain-json": PLAIN_JSON, "sap-idoc": SAP_IDOC };

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
  return connectorOf(connection).createTarget(connection.url, parts, connection);
}
