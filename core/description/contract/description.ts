/**
 * ServiceDescription: what one service is, complete and frozen, with every default filled in.
 *
 * Both readers (TOML and upstream's own format) end here; everything behind it (scheduler,
 * launching, control protocol) starts here and never sees a file. Names and defaults follow
 * `docs/settings.md`.
 */
import type { DropInFile } from "./drop_in.ts";
import type { ListenAddress } from "./listen_address.ts";
import type { ConditionGroup } from "../../conditions/condition.ts";
import type { EndStatus } from "../../system/end_statuses.ts";
import type { ServiceName, SignalName } from "../../types.ts";
import type { Problem } from "./problem.ts";
import type { DeviceRule } from "../../sandbox/devices.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";

export type ServiceType = "process" | "bgprocess" | "scripted" | "internal" | "triggered";

/** Dependency kinds that load and start the service they name; `need` is written `depends-on`. */
export type DependencyKind = "need" | "milestone" | "waits-for" | "prepared-by";

/**
 * Whether a service goes on without what it depends on in this way: when that does not start, and
 * when it cannot even be loaded.
 */
export function isSoftKind(kind: DependencyKind): boolean {
  return kind === "waits-for";
}

/**
 * One dependency, in the order of the description (a directory's entries in the place of its line).
 */
export interface Dependency {
  readonly kind: DependencyKind;
  readonly name: ServiceName;
}

/** Where a description came from. */
export interface DescriptionSource {
  /** Path of the file as found: search directory, slash, base name. */
  readonly file: string;
  /** The search directory as configured, perhaps relative. */
  readonly directory: string;
  readonly format: "toml" | "native";
  /** Modification time when read; clients compare it to the nanosecond. */
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
  /** What was put over it, in this order; absent: nothing. */
  readonly dropIns?: readonly DropInFile[] | undefined;
  /** A file that keeps the service from being started; absent: there was none. */
  readonly mask?: string | undefined;
}

/**
 * A service that cannot be loaded and that others depend on softly: it is listed as failed and
 * never starts, until it is mended and loaded again.
 */
export interface BrokenService {
  readonly name: ServiceName;
  /** Its file; `file` is empty when there is none that could be read. */
  readonly source: DescriptionSource;
  /** Why it cannot be loaded: errors, and the warnings that came with them. */
  readonly problems: readonly Problem[];
}

/** How the restart delay grows from one restart in a row to the next. */
export interface RestartBackoff {
  /** The delay is multiplied by this; at least 1. */
  readonly factor: number;
  /** And so much is added. */
  readonly stepMs: number;
  /** It grows up to this. */
  readonly capMs: number;
  /** Each is longer by a part of up to this of it, which is different each time; 0 to 1. */
  readonly jitter: number;
  /** After a run of this length the next restart is the first in a row again. */
  readonly goodRunMs: number;
}

export type RestartMode = "always" | "on-failure" | "never";

/** Old log files are kept as FILE.1 (the youngest) to FILE.N. */
export interface LogRotation {
  /** A file is put aside before it grows beyond this; greater than 0. */
  readonly sizeBytes: number;
  /** Old files that are kept; at least 1. */
  readonly count: number;
}

/** Where output goes. Owner and group: undefined keeps the manager's. Modes are numbers (0o600). */
export type LogTarget =
  | { readonly kind: "none" }
  | {
    readonly kind: "file";
    readonly path: string;
    readonly mode: number;
    readonly uid: number | undefined;
    readonly gid: number | undefined;
    readonly rotation: LogRotation | undefined;
    /** Each line begins with the time. */
    readonly timestamps: boolean;
  }
  | {
    readonly kind: "buffer";
    readonly limitBytes: number;
    /** What stays when it is full. */
    readonly keeps: "newest" | "oldest";
    readonly timestamps: boolean;
  }
  | { readonly kind: "pipe" };

/** Where output goes beside its {@linkcode LogTarget}. */
export interface LogCopies {
  /** Into the log store; undefined: as the manager is told for all. */
  readonly store: boolean | undefined;
  /** How much of it is kept there; undefined: as the manager is told for all. */
  readonly storeBytes: number | undefined;
  /** undefined: not to syslog. */
  readonly syslog: SyslogCopy | undefined;
}

/** How much may be written in an interval; what is not there is as the manager is told for all. */
export interface LogRate {
  /** 0: any number. */
  readonly lines?: number;
  /** 0: any number. */
  readonly bytes?: number;
  readonly intervalMs?: number;
}

/** As what a service's lines come to syslog. */
export interface SyslogCopy {
  readonly identifier: string;
  /** The code of syslog(3), not shifted: 3 is daemon. */
  readonly facility: number;
  /** Of lines that do not say theirs; 0 to 7. */
  readonly level: number;
}

/** How a service uses the console; `runs` and `starts` own it exclusively, `shares` does not. */
export type ConsoleUse = "none" | "shares" | "starts" | "runs";

export type ReadyNotification =
  | { readonly kind: "none" }
  | { readonly kind: "descriptor"; readonly number: number }
  | { readonly kind: "variable"; readonly name: string }
  /** Messages of sd_notify(3) over a socket of the service's own. */
  | { readonly kind: "notify" };

/** Identity of the processes; the group database is asked for `named` users at launch. */
export type RunAs =
  | { readonly kind: "manager" }
  | {
    readonly kind: "named";
    readonly user: string;
    readonly uid: number;
    readonly gid: number;
    /**
     * Supplementary groups of the user when the description was loaded, and those that it adds,
     * without duplicates.
     */
    readonly groups: readonly number[];
  }
  | {
    readonly kind: "numeric";
    readonly uid: number;
    /** Absent: the manager's. */
    readonly gid?: number;
    /** Supplementary ones; absent: none. */
    readonly groups?: readonly number[];
  };

/**
 * What a service changes of the manager's environment (taken anew at every launch), in this order:
 * drop everything not kept when `clear`, remove `unset`, then apply `set`.
 */
export interface EnvironmentChanges {
  /** `!clear` in the environment file: only `keep` is inherited. */
  readonly clear: boolean;
  /** Names inherited although `clear` is set (`!import`). */
  readonly keep: readonly string[];
  readonly unset: readonly string[];
  readonly set: ReadonlyMap<string, string>;
}

/** Half of a resource limit: a number, `unlimited`, or `unchanged`. */
export type LimitValue = bigint | "unlimited" | "unchanged";

/** Resources with limits. */
export const LIMITED_RESOURCES = [
  "nofile",
  "core",
  "data",
  "addrspace",
  "stack",
  "nproc",
  "memlock",
  "fsize",
  "cpu",
  "sigpending",
  "msgqueue",
  "nice",
  "rtprio",
  "rttime",
] as const;

export type LimitedResource = (typeof LIMITED_RESOURCES)[number];

export interface ResourceLimit {
  readonly resource: LimitedResource;
  readonly soft: LimitValue;
  readonly hard: LimitValue;
}

/** One item of `capabilities`: a capability number and the vectors it goes to. */
export interface CapabilityItem {
  readonly capability: number;
  readonly inheritable: boolean;
  readonly ambient: boolean;
  readonly blocked: boolean;
}

/** A text for an interface file of the service's own control group: `memory.max`, `1073741824`. */
export interface CgroupSetting {
  readonly file: string;
  readonly text: string;
}

/** What a child gets besides command, environment and descriptors. Undefined: unchanged. */
export interface ProcessAttributes {
  readonly runAs: RunAs;
  readonly limits: readonly ResourceLimit[];
  readonly umask: number | undefined;
  /** −20 to 19. */
  readonly nice: number | undefined;
  /** Class and level as ioprio_set(2) takes them: class << 13 | level. */
  readonly ioPriority: number | undefined;
  /** −1000 to 1000. */
  readonly oomScoreAdjust: number | undefined;
  /** As written; relative to the manager's own group unless it begins with a slash. */
  readonly runInCgroup: string | undefined;
  readonly capabilities: readonly CapabilityItem[] | undefined;
  /** What is left of the bounding set: bit N is capability N. */
  readonly boundingSet: bigint | undefined;
  /** SECBIT_* bits of prctl(2). */
  readonly secureBits: number | undefined;
  readonly noNewPrivileges: boolean;
  /** utmp id and line, at most 4 and 32 bytes. */
  readonly inittabId: string | undefined;
  readonly inittabLine: string | undefined;
}

/** A socket that is opened for the service and passed to its processes, from descriptor 3 up. */
export interface ListeningSocket {
  readonly address: ListenAddress;
  /** TCP and UDP for stream and datagram of an IP address. */
  readonly type: "stream" | "datagram" | "seqpacket";
  /** In LISTEN_FDNAMES; undefined: none, as in upstream's format. */
  readonly name: string | undefined;
  /** Of the file, if the address is one. */
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
  readonly ipv6Only: boolean;
  /**
   * Calls on it wait, as sd_listen_fds(3) has it; that of socket-listen does not, as upstream has
   * it.
   */
  readonly blocks: boolean;
}

/**
 * When the process of a service is run: at the points in time of any of these. Times that are
 * undefined are not asked for.
 */
export interface TimerDescription {
  /** Calendar expressions in their normal form (`core/calendar`). */
  readonly calendar: readonly string[];
  /** After the machine's boot. */
  readonly afterBootMs: number | undefined;
  /** After the service's start. */
  readonly afterStartMs: number | undefined;
  /** After the last run began; greater than 0. */
  readonly everyMs: number | undefined;
  /** After the last run ended; greater than 0. */
  readonly afterEndMs: number | undefined;
  /** The last run is kept on disk. */
  readonly isPersistent: boolean;
  /** What becomes of points in time at which no run could begin. */
  readonly onMissed: "run" | "skip";
  /** Points of the calendar, and those after boot and start, are later by less than this. */
  readonly randomDelayMs: number;
  /** A run may be later by so much. */
  readonly accuracyMs: number;
}

/** Four or sixteen bytes in network order, or a name in /etc/hosts. */
export type ProbedHost = readonly number[] | string;

/** What is asked whether a service is well. */
export type ProbeTarget =
  /** Exit status 0 within the time. */
  | { readonly kind: "command"; readonly command: readonly string[] }
  /** A connection is taken. */
  | { readonly kind: "tcp"; readonly host: ProbedHost; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  /** An answer to GET with one of these statuses, whose body has this text. */
  | {
    readonly kind: "http";
    readonly url: string;
    readonly host: ProbedHost;
    readonly port: number;
    readonly answer: WantedAnswer;
  }
  /** By a process of our own program, which may wait for a name server. */
  | {
    readonly kind: "https";
    readonly url: string;
    /** Certificates that are trusted besides the usual ones: a path. */
    readonly authorities?: string;
    readonly answer: WantedAnswer;
  }
  /** It was changed within this time. */
  | { readonly kind: "file"; readonly path: string; readonly youngerThanMs: number };

/** Statuses from, to; and a text that the body has within its first 64 kB. */
export interface WantedAnswer {
  readonly statuses: readonly (readonly [from: number, to: number])[];
  readonly contains?: string;
}

/** How often something is asked, and how many answers in a row make a verdict. */
export interface HealthProbe {
  readonly target: ProbeTarget;
  /** Before the first try. */
  readonly delayMs: number;
  /** From the begin of a try to that of the next; greater than 0. */
  readonly intervalMs: number;
  /** A try without an answer within this has failed; greater than 0. */
  readonly timeoutMs: number;
  /** At least 1. */
  readonly successes: number;
  /** 0: however often it fails, it is asked again, and that is no verdict. */
  readonly failures: number;
}

/** What becomes of a service that is not well any more. */
export type UnhealthyAction =
  | { readonly kind: "restart" }
  | { readonly kind: "mark" }
  | { readonly kind: "run"; readonly command: readonly string[] };

export interface LivenessProbe extends HealthProbe {
  readonly action: UnhealthyAction;
}

/** The yes/no options of the `options` setting, the console ones aside. */
export interface ServiceOptions {
  readonly unmaskInterrupt: boolean;
  readonly startsRwfs: boolean;
  readonly startsLog: boolean;
  readonly passControlSocket: boolean;
  readonly startInterruptible: boolean;
  readonly skippable: boolean;
  readonly signalProcessOnly: boolean;
  readonly alwaysChain: boolean;
  readonly killAllOnStop: boolean;
}

/** A command is program and arguments. */
export type Refresh =
  | { readonly kind: "none" }
  | { readonly kind: "signal"; readonly signal: SignalName }
  | { readonly kind: "command"; readonly command: readonly string[] };

/** A command that runs before or after others. */
export interface SideCommand {
  /** Program and arguments. */
  readonly words: readonly string[];
  /** Whatever comes of it, the others follow. */
  readonly mayFail: boolean;
}

/** What a folder is for: that decides where it lies. */
export type FolderKind = "runtime" | "state" | "cache" | "log" | "configuration";

/** A folder that is made before the service's processes are, with their user and group. */
export interface ServiceFolder {
  readonly kind: FolderKind;
  /** Below the place of its kind: one or more names. */
  readonly path: string;
  readonly mode: number;
  /** It stays when the service has stopped. */
  readonly keep: boolean;
}

export interface ServiceDescription {
  readonly name: ServiceName;
  readonly source: DescriptionSource;
  readonly type: ServiceType;
  /** Other names by which it is found. */
  readonly aliases: readonly ServiceName[];
  /** What it is, for people, in a line; undefined: it says nothing. */
  readonly summary: string | undefined;
  /** Where to read about it: addresses such as `man:sshd(8)`. */
  readonly documentation: readonly string[];

  /** Program and arguments; empty when there is none. */
  readonly command: readonly string[];
  readonly stopCommand: readonly string[];
  /** Commands before the own start, after it, and when everything of the service has ended. */
  readonly startPre: readonly SideCommand[];
  readonly startPost: readonly SideCommand[];
  readonly stopPost: readonly SideCommand[];
  /** How a running service is told to read its own configuration again. */
  readonly refresh: Refresh;
  readonly workingDirectory: string;
  readonly environment: EnvironmentChanges;
  readonly folders: readonly ServiceFolder[];
  readonly attributes: ProcessAttributes;

  /** Groups that all have to hold; otherwise the start is skipped. */
  readonly conditions: readonly ConditionGroup[];
  /** The same; otherwise the start fails. */
  readonly assertions: readonly ConditionGroup[];
  /** Absolute paths: what fstab(5) mounts at or above them has to be mounted. */
  readonly requiresMountsFor: readonly string[];

  readonly dependencies: readonly Dependency[];
  /** Services that it must not be up with, whichever of the two says so. */
  readonly conflicts: readonly ServiceName[];
  readonly after: readonly ServiceName[];
  readonly before: readonly ServiceName[];
  readonly chainTo: ServiceName | undefined;
  /** What is started when it has failed. */
  readonly onFailure: ServiceName | undefined;
  readonly consumerOf: ServiceName | undefined;

  readonly restart: RestartMode;
  /** Ends of the main process that count as success, besides status 0. */
  readonly successStatus: readonly EndStatus[];
  /** Ends after which it is never restarted, and those after which it is in any case. */
  readonly restartPreventStatus: readonly EndStatus[];
  readonly restartForceStatus: readonly EndStatus[];
  readonly smoothRecovery: boolean;
  /** Smallest distance between two launches. */
  readonly restartDelayMs: number;
  /** Undefined: the delay is always the same. */
  readonly backoff: RestartBackoff | undefined;
  readonly restartLimitIntervalMs: number;
  /** 0: no limit. */
  readonly restartLimitCount: number;
  /** For services that start on demand; 0: no limit. */
  readonly activationLimitCount: number;
  readonly activationLimitIntervalMs: number;
  /** 0: no limit. */
  readonly startTimeoutMs: number;
  /** 0: no limit. */
  readonly stopTimeoutMs: number;
  readonly termSignal: SignalName | "none";
  readonly pidFile: string | undefined;
  readonly readyNotification: ReadyNotification;
  /** What is asked until the service counts as started; undefined: nothing. */
  readonly readiness: HealthProbe | undefined;
  /** What is asked while it is. */
  readonly liveness: LivenessProbe | undefined;
  /** Longest time between signs of life over the notification socket; 0: none are awaited. */
  readonly watchdogTimeoutMs: number;

  /** When the process has ended, all that is left of what it made is ended too. */
  readonly killTree: boolean;
  /** Present: the service has a control group of its own, with these settings. */
  readonly cgroup: readonly CgroupSetting[] | undefined;
  /** Its own control group belongs to the service's user, who may divide it. */
  readonly delegate: boolean;
  /** What becomes of the others when the kernel ends one for want of memory; undefined: not set. */
  readonly oomPolicy: "continue" | "stop" | "kill" | undefined;
  /** Present: the only devices that the processes may use. */
  readonly devices: readonly DeviceRule[] | undefined;
  /** What the processes are kept from; undefined: nothing. */
  readonly sandbox: Sandbox | undefined;

  readonly log: LogTarget;
  readonly logCopies: LogCopies;
  /** undefined: nothing is said of it. */
  readonly logRate: LogRate | undefined;
  readonly console: ConsoleUse;
  readonly sockets: readonly ListeningSocket[];
  /**
   * The process is launched when something comes in over a socket, or when it is time; until then
   * the service only listens.
   */
  readonly startsOnDemand: boolean;
  /** Present: it is started on demand of the time. There are no sockets then. */
  readonly timer: TimerDescription | undefined;
  readonly options: ServiceOptions;
  /** `[meta] enable-via`, `@meta enable-via`. */
  readonly enableVia: string | undefined;
}
