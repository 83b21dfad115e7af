import { AGENT_OPERATIONS } from "./agent-operations.ts";
import { ASKING_OPERATIONS } from "./asking-operations.ts";
import { DOOR_OPERATIONS } from "./door-operations.ts";
import type { Operation } from "./operation.ts";
import { STEERING_OPERATIONS } from "./steering-operations.ts";

/** The whole API, in one table: infra/ takes its routes from it, docs/openapi.json and docs/mes-vendor.html are written from it, tests hold the running API to it. */
export const OPERATIONS: readonly Operation[] = [...DOOR_OPERATIONS, ...AGENT_OPERATIONS, ...ASKING_OPERATIONS, ...STEERING_OPERATIONS];
