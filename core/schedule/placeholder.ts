/**
 * The description of a placeholder: the record that stands in for a service which is only named by
 * `before`, `after` or `consumer-of` and is not loaded. It can be linked to but never runs.
 */
import type { ServiceDescription } from "../description/description.ts";
import { PLAIN_ATTRIBUTES, type ServiceName } from "../types.ts";

/** An internal service without settings. */
export function placeholderDescription(name: ServiceName): ServiceDescription {
  return {
    ...BLANK,
    name,
  };
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
  command: [],
  stopCommand: [],
  workingDirectory: "/",
  environment: { clear: false, keep: [], unset: [], set: new Map() },
  attributes: PLAIN_ATTRIBUTES,
  dependencies: [],
  after: [],
  before: [],
  chainTo: undefined,
  consumerOf: undefined,
  restart: "never",
  smoothRecovery: false,
  restartDelayMs: 0,
  restartLimitIntervalMs: 0,
  restartLimitCount: 0,
  startTimeoutMs: 0,
  stopTimeoutMs: 0,
  termSignal: "none",
  pidFile: undefined,
  readyNotification: { kind: "none" },
  killTree: false,
  controlGroup: undefined,
  watchdogTimeoutMs: 0,
  log: { kind: "none" },
  console: "none",
  sockets: [],
  startsOnDemand: false,
  options: {
    unmaskInterrupt: false,
    startsRwfs: false,
    startsLog: false,
    passControlSocket: false,
    startInterruptible: false,
    skippable: false,
    signalProcessOnly: false,
    alwaysChain: false,
    killAllOnStop: false,
  },
  enableVia: undefined,
};
