/**
 * The branded basic types of the whole program, each with the one maker that checks it.
 *
 * A brand costs nothing at run time; it keeps a PID from being passed where a descriptor belongs.
 */

/** Process ID of another process: at least 1. */
export type Pid = number & { readonly __brand: "Pid" };

/** Open file descriptor: at least 0. Whoever holds one in a field named `owned…` closes it. */
export type Fd = number & { readonly __brand: "Fd" };

/** Full service name, with its argument if it has one: `web`, `getty@tty1`. */
export type ServiceName = string & { readonly __brand: "ServiceName" };

/** Number of a service record inside one scheduler; never used again after an unload. */
export type ServiceId = number & { readonly __brand: "ServiceId" };

/**
 * Point on the monotonic clock in milliseconds, with a fraction. Only differences mean anything.
 */
export type Instant = number & { readonly __brand: "Instant" };

/** The systems that the program runs on, by the names of `Deno.build.os`. */
export type System = "linux" | "freebsd" | "darwin";

/** @param name One that is none of ours counts as Linux: there, at least, the rest can be tried. */
export function systemNamed(name: string): System {
  return name === "freebsd" || name === "darwin" ? name : "linux";
}

/** @throws {RangeError} When the number is not a positive whole number. */
export function pid(value: number): Pid {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`Not a process ID: ${value}`);
  return value as Pid;
}

/** @throws {RangeError} When the number is negative or not whole. */
export function fd(value: number): Fd {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`Not a descriptor: ${value}`);
  return value as Fd;
}

/** @throws {RangeError} When the number is not finite. */
export function instant(milliseconds: number): Instant {
  if (!Number.isFinite(milliseconds)) throw new RangeError(`Not an instant: ${milliseconds}`);
  return milliseconds as Instant;
}

/** Makes a record number; only the scheduler numbers its records. */
export function serviceId(value: number): ServiceId {
  return value as ServiceId;
}

/** Ends a `switch` over a union: a case that was forgotten fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`);
}

/** The four states of a service. Numbers of the control protocol: 0, 1, 2, 3 in this order. */
export type ServiceState = "stopped" | "starting" | "started" | "stopping";

/**
 * What happens to a service, as clients are told. Numbers of the control protocol: 0 to 4 in this
 * order.
 */
export type ServiceEvent = "started" | "stopped" | "failed" | "start-cancelled" | "stop-cancelled";

/** What asking a service whether it is well has come to. */
export type HealthState = "unknown" | "healthy" | "unhealthy";

/** Kinds of dependency that a client may make and remove. */
export type RuntimeDependencyKind = "need" | "waits-for" | "milestone";

/** Why a service last stopped. Kept over later starts until another stop sets it. */
export type StopReason =
  | "normal"
  | "dependency-restarted"
  | "dependency-failed"
  | "failed"
  | "exec-failed"
  | "timed-out"
  | "terminated";

/** How a process ended; `none` when no process of the service has ended yet. */
export type ExitStatus =
  | { readonly kind: "none" }
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: number; readonly dumpedCore: boolean };

/** Signal names that a description may hold, without `SIG`. */
export type SignalName =
  | "HUP"
  | "INT"
  | "QUIT"
  | "KILL"
  | "USR1"
  | "USR2"
  | "TERM"
  | "CONT"
  | "STOP"
  | "INFO";

/**
 * Signals that the manager sends of itself: those of descriptions, and what ends a hung process.
 */
export type SentSignal = SignalName | "ABRT";

/**
 * What a child was doing when it could not be made. Numbers as upstream's control protocol has them
 * (its section "Exec stages"); 13 to 17 are not assigned.
 */
export const EXEC_STAGE = {
  arrangeDescriptors: 0,
  buildEnvironment: 1,
  readinessVariable: 2,
  activationSocket: 3,
  controlSocket: 4,
  workingDirectory: 5,
  standardDescriptors: 6,
  cgroup: 7,
  resourceLimits: 8,
  credentials: 9,
  logFile: 10,
  capabilities: 11,
  priority: 12,
  execute: 18,
} as const;

/** One of the numbers of {@link EXEC_STAGE}. */
export type ExecStage = (typeof EXEC_STAGE)[keyof typeof EXEC_STAGE];

/** `ProcessAttributes` of a child that runs as the manager does: everything unchanged. */
export const PLAIN_ATTRIBUTES = {
  runAs: { kind: "manager" },
  limits: [],
  umask: undefined,
  nice: undefined,
  ioPriority: undefined,
  oomScoreAdjust: undefined,
  runInCgroup: undefined,
  capabilities: undefined,
  boundingSet: undefined,
  secureBits: undefined,
  noNewPrivileges: false,
  inittabId: undefined,
  inittabLine: undefined,
} as const;

/** What follows when all services have stopped. */
export type ShutdownType = "remain" | "halt" | "poweroff" | "reboot" | "soft-reboot" | "kexec";

/** Weight of a log line; `none` is a threshold only. */
export type LogLevel = "debug" | "info" | "warn" | "error";
