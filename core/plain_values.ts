/**
 * Values that most descriptions have in common. A description refers to these instead of having its
 * own: of a thousand plain services each would take 700 bytes more.
 */
import type {
  EnvironmentChanges,
  LogCopies,
  LogTarget,
  ReadyNotification,
  Refresh,
  ServiceDescription,
  ServiceOptions,
} from "./description/contract/description.ts";
import { PLAIN_ATTRIBUTES } from "./types.ts";

/** A list of nothing. */
export const NO_ITEMS: readonly never[] = Object.freeze([]);

/** The list itself, or the one list of nothing. */
export function shareEmpty<T>(items: readonly T[]): readonly T[] {
  return items.length === 0 ? NO_ITEMS : items;
}

/** The manager's environment as it is. */
export const NO_CHANGES: EnvironmentChanges = Object.freeze({
  clear: false,
  keep: NO_ITEMS,
  unset: NO_ITEMS,
  set: new Map(),
});

export const NO_LOG: LogTarget = Object.freeze({ kind: "none" });
/** As the manager is told for all. */
export const USUAL_COPIES: LogCopies = Object.freeze({
  store: undefined,
  storeBytes: undefined,
  syslog: undefined,
});
export const NO_REFRESH: Refresh = Object.freeze({ kind: "none" });
export const NO_NOTIFICATION: ReadyNotification = Object.freeze({ kind: "none" });

/** No option given. */
export const NO_OPTIONS: ServiceOptions = Object.freeze({
  unmaskInterrupt: false,
  startsRwfs: false,
  startsLog: false,
  passControlSocket: false,
  startInterruptible: false,
  skippable: false,
  signalProcessOnly: false,
  alwaysChain: false,
  killAllOnStop: false,
});

/** An internal service without settings, but for its name. */
export const PLAIN_DESCRIPTION: Omit<ServiceDescription, "name"> = {
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
  conditions: NO_ITEMS,
  assertions: NO_ITEMS,
  requiresMountsFor: NO_ITEMS,
  dependencies: NO_ITEMS,
  conflicts: NO_ITEMS,
  after: NO_ITEMS,
  before: NO_ITEMS,
  chainTo: undefined,
  onFailure: undefined,
  consumerOf: undefined,
  restart: "never",
  successStatus: NO_ITEMS,
  restartPreventStatus: NO_ITEMS,
  restartForceStatus: NO_ITEMS,
  smoothRecovery: false,
  restartDelayMs: 0,
  backoff: undefined,
  restartLimitIntervalMs: 0,
  restartLimitCount: 0,
  activationLimitCount: 0,
  activationLimitIntervalMs: 0,
  startTimeoutMs: 0,
  stopTimeoutMs: 0,
  termSignal: "none",
  pidFile: undefined,
  readyNotification: NO_NOTIFICATION,
  readiness: undefined,
  liveness: undefined,
  killTree: false,
  cgroup: undefined,
  delegate: false,
  oomPolicy: undefined,
  devices: undefined,
  sandbox: undefined,
  watchdogTimeoutMs: 0,
  log: NO_LOG,
  logCopies: USUAL_COPIES,
  logRate: undefined,
  console: "none",
  sockets: NO_ITEMS,
  startsOnDemand: false,
  timer: undefined,
  options: NO_OPTIONS,
  enableVia: undefined,
};

/** The value itself, or the plain one if all its members are the same. */
export function sharePlain<T extends object>(value: T, plain: T): T {
  for (const key of Object.keys(plain) as (keyof T)[]) {
    if (value[key] !== plain[key]) return value;
  }
  return plain;
}
