import { ACCESS_OPERATIONS } from "./access-operations.ts";
import { AGENT_OPERATIONS } from "./agent-operations.ts";
import { ASKING_OPERATIONS } from "./asking-operations.ts";
import { DOOR_OPERATIONS } from "./door-operations.ts";
import type { Access, Operation } from "./operation.ts";
import { STEERING_OPERATIONS } from "./steering-operations.ts";

/** The whole API, in one table: infra/ takes its routes from it, docs/openapi.json and docs/mes-vendor.html are written from it, tests hold the running API to it. */
export const OPERATIONS: readonly Operation[] = [...DOOR_OPERATIONS, ...AGENT_OPERATIONS, ...ASKING_OPERATIONS, ...STEERING_OPERATIONS, ...ACCESS_OPERATIONS];

/** Whether persons use it, who may come with their AWS identity instead of a token: then it stands under `/aws` too. */
export const isForPersons = (access: Access): boolean => access === "read" || access === "command" || access === "administer";
