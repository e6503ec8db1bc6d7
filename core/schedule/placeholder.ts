/**
 * The description of a placeholder: the record that stands in for a service which is only named by
 * `before`, `after` or `consumer-of` and is not loaded, or which cannot be loaded. It can be linked
 * to but never runs.
 */
import type { DescriptionSource, ServiceDescription } from "../description/contract/description.ts";
import {
  NO_CHANGES,
  NO_ITEMS,
  NO_LOG,
  NO_NOTIFICATION,
  NO_OPTIONS,
  NO_REFRESH,
} from "../plain_values.ts";
import { PLAIN_ATTRIBUTES, type ServiceName } from "../types.ts";

/** An internal service without settings. */
export function placeholderDescription(
  name: ServiceName,
  source: DescriptionSource = BLANK.source,
): ServiceDescription {
  return { ...BLANK, name, source };
}

const BLANK: Omit<ServiceDescription, "name"> = {
  source: {
    file: "",
    directory: "",
    format: "native",
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
  },
  type: "internal",
  aliases: NO_ITEMS,
  summary: undefined,
  documentation: NO_ITEMS,
  command: NO_ITEMS,
  stopCommand: NO_ITEMS,
  startPre: NO_ITEMS,
  startPost: NO_ITEMS,
  stopPost: NO_ITEMS,
  refresh: NO_REFRESH,
  workingDirectory: "/",
  environment: NO_CHANGES,
  folders: NO_ITEMS,
  attributes: PLAIN_ATTRIBUTES,
  dependencies: NO_ITEMS,
  after: NO_ITEMS,
  before: NO_ITEMS,
  chainTo: undefined,
  consumerOf: undefined,
  restart: "never",
  smoothRecovery: false,
  restartDelayMs: 0,
  restartLimitIntervalMs: 0,
  restartLimitCount: 0,
  activationLimitCount: 0,
  activationLimitIntervalMs: 0,
  startTimeoutMs: 0,
  stopTimeoutMs: 0,
  termSignal: "none",
  pidFile: undefined,
  readyNotification: NO_NOTIFICATION,
  killTree: false,
  cgroup: undefined,
  sandbox: undefined,
  watchdogTimeoutMs: 0,
  log: NO_LOG,
  console: "none",
  sockets: NO_ITEMS,
  startsOnDemand: false,
  timer: undefined,
  options: NO_OPTIONS,
  enableVia: undefined,
};
