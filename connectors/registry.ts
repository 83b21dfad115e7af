import type { EffectCall, TargetSystem } from "../core/effects/target-system.ts";
import type { Wording } from "../core/effects/wording.ts";
import type { TableFormat } from "../core/mapping/format.ts";
import { tableFormat } from "../core/mapping/table-set.ts";
import type { Poller } from "../core/polling/poller.ts";
import type { Connection } from "../core/settings/settings.ts";
import { b2mmlComplaints } from "./b2mml/complaints.ts";
import { B2MML_TABLES } from "./b2mml/format.ts";
import { b2mmlWording, createB2mmlTarget } from "./b2mml/target-system.ts";
import type { CallParts, Connector } from "./connector.ts";
import { PLAIN_JSON_TABLES } from "./plain-json/format.ts";
import { createPlainJsonTarget, plainJsonWording } from "./plain-json/target-system.ts";
import { TABLE_SETS, tellingSet } from "./rest/table-sets.ts";
import { createRestTarget, restWording } from "./rest/target-system.ts";
import { SAP_IDOC_TABLES } from "./sap-idoc/format.ts";
import { createSapIdocTarget, sapIdocWording } from "./sap-idoc/target-system.ts";
import { TRYTON_TABLES } from "./tryton/format.ts";
import { createTrytonPoller } from "./tryton/poller.ts";
import { trytonWording } from "./tryton/post-effect.ts";
import { createTrytonTarget } from "./tryton/target-system.ts";

const PLAIN_JSON: Connector = {
  system: "plain-json",
  source: (tables) => tableFormat([PLAIN_JSON_TABLES], tables),
  createTarget: (url, parts) => createPlainJsonTarget({ url, ...parts }),
  wording: plainJsonWording,
};

const REST: Connector = {
  system: "rest",
  source: (tables) => tableFormat(TABLE_SETS, tables),
  createTarget: (url, parts, connection) => {
    const { tables, target } = tellingSet(TABLE_SETS, connection.tables);
    return createRestTarget({ url, ...parts, connection, tables, target });
  },
  wording: (call, connection) => restWording(connection, tellingSet(TABLE_SETS, connection.tables), call),
};

const TRYTON: Connector = {
  system: "tryton",
  source: (tables) => tableFormat([TRYTON_TABLES], tables),
  createTarget: (url, parts, { remainderTolerance }) =>
    createTrytonTarget({ url, ...parts, ...(remainderTolerance === undefined ? {} : { remainderTolerance }) }),
  wording: trytonWording,
  createPoller: (url, parts) => createTrytonPoller({ url, ...parts }),
};

const B2MML: Connector = {
  system: "b2mml",
  source: (tables) => tableFormat([B2MML_TABLES], tables, b2mmlComplaints),
  createTarget: (url, parts) => createB2mmlTarget({ url, ...parts }),
  wording: (call, _connection, at) => b2mmlWording(call, at),
};

const SAP_IDOC: Connector = {
  system: "sap-idoc",
  source: (tables) => tableFormat([SAP_IDOC_TABLES], tables),
  createTarget: (url, parts, { callScheme, source }) =>
    createSapIdocTarget({ url, ...parts, scheme: callScheme === undefined ? "bearer" : callScheme, timeZone: source.timeZone }),
  wording: (call, { source }, at) => sapIdocWording(call, source.timeZone, at),
};

const CONNECTORS: Readonly<Record<Connection["system"], Connector>> = {
  "plain-json": PLAIN_JSON,
  "sap-idoc": SAP_IDOC,
  b2mml: B2MML,
  rest: REST,
  tryton: TRYTON,
};

const sources = new Map<string, TableFormat>();

/**
 * How a connection's messages are read: by the tables that its settings name, each choice of them made once.
 * @throws TablesRefused where they name one that there is not
 */
export function sourceOf(connection: Connection): TableFormat {
  const { system, tables } = connection;
  const choice = tables === undefined ? system : [system, ...tables].join(" ");
  const known = sources.get(choice);
  if (known !== undefined) return known;
  const source = CONNECTORS[system].source(tables);
  sources.set(choice, source);
  return source;
}

/** What an effect of a connection says there. */
export const wordingOf = (connection: Connection, call: EffectCall, at: number): Wording => CONNECTORS[connection.system].wording(call, connection, at);

class NotCallable extends Error {
  override readonly name = "NotCallable";
}

/**
 * The target of a connection that is called.
 * @throws NotCallable for one without a url: a plant's agent pulls, so asking for it is a defect of ours.
 */
export function targetOf(connection: Connection, parts: CallParts): TargetSystem {
  if (connection.url === undefined) throw new NotCallable(`connection ${connection.id} has no url: it is not called`);
  return CONNECTORS[connection.system].createTarget(connection.url, parts, connection);
}

/**
 * The poller of a connection whose settings say `pollSeconds`.
 * @throws NotCallable for a system that cannot be asked for its orders: the stage's settings are checked for it
 */
export function pollerOf(connection: Connection, parts: CallParts & { readonly callSeconds: number }): Poller {
  const { createPoller } = CONNECTORS[connection.system];
  if (connection.url === undefined || createPoller === undefined) throw new NotCallable(`connection ${connection.id} cannot be polled`);
  return createPoller(connection.url, parts);
}
