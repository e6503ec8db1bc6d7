/** Figures of services and of the manager, as the texts in which they go over the socket: JSON. */
import { type ManagerUsage, NO_USAGE, type ServiceUsage, type Usage } from "../../figures/usage.ts";
import { STATE_NUMBERS } from "../numbers.ts";
import {
  list,
  type Members,
  members,
  numberOf,
  oneOf,
  optional,
  parsed,
  textOf,
} from "./careful_json.ts";

export function usageText(usage: ServiceUsage | ManagerUsage): string {
  return JSON.stringify(usage);
}

/**
 * What {@link usageText} wrote of a service; members that are not known are passed over.
 *
 * @throws {RangeError} When it is none.
 */
export function serviceUsageOf(text: string): ServiceUsage {
  const told = members(parsed(text));
  return {
    ...figuresOf(told),
    source: oneOf(told.source, ["cgroup", "processes", "none"]),
    isPartial: told.isPartial === true,
    atMs: numberOf(told.atMs),
    inStateMs: optional(told.inStateMs, numberOf),
    restarts: numberOf(told.restarts),
    starts: numberOf(told.starts),
    startFailures: numberOf(told.startFailures),
    state: oneOf(told.state, STATE_NUMBERS),
    ...typeof told.isHealthy === "boolean" && { isHealthy: told.isHealthy },
    waitsFor: list(told.waitsFor, textOf),
    usualStartMs: optional(told.usualStartMs, numberOf),
    usualStopMs: optional(told.usualStopMs, numberOf),
  };
}

/** The same of the manager. */
export function managerUsageOf(text: string): ManagerUsage {
  const told = members(parsed(text));
  return {
    ...figuresOf(told),
    version: textOf(told.version),
    pid: numberOf(told.pid),
    descriptors: optional(told.descriptors, numberOf),
    atMs: numberOf(told.atMs),
    ...told.logStore === undefined ? {} : { logStore: logStoreOf(told.logStore) },
  };
}

function logStoreOf(plain: unknown): NonNullable<ManagerUsage["logStore"]> {
  const { directory, runId } = members(plain);
  return { directory: textOf(directory), runId: textOf(runId) };
}

function figuresOf(told: Members): Usage {
  return {
    ...NO_USAGE,
    cpuMs: optional(told.cpuMs, numberOf),
    memoryBytes: optional(told.memoryBytes, numberOf),
    tasks: optional(told.tasks, numberOf),
    readBytes: optional(told.readBytes, numberOf),
    writtenBytes: optional(told.writtenBytes, numberOf),
  };
}
