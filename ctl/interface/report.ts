/**
 * What a command has to tell, as data. `ctl/render/` makes text or JSON of it.
 *
 * A command is a generator: it yields reports as things happen, and what it waits for
 * (`ctl/interface/waits.ts`), and returns the exit status.
 */
import type { MeantService } from "../../core/description/mod.ts";
import type { Plan, Remark, ReportedDetails, ReportedStatus } from "../../core/protocol/mod.ts";
import type { StartReport } from "../../core/figures/start_times.ts";
import type {
  ManagerUsage,
  MetricsFormat,
  ServiceUsage,
  UsageOrder,
} from "../../core/figures/usage.ts";
import type { HealthState, ServiceEvent, ServiceState } from "../../core/types.ts";
import type { Received } from "./connection.ts";
import type { ScreenSize } from "./screen.ts";
import type { Wait } from "./waits.ts";

/** Exit status of the process. Only a plan ends with 3. */
export type ExitCode = 0 | 1 | 3;

/** Work that yields reports as things happen, and its waits. */
export type Reporting<Result> = Generator<Report | Wait, Result, Received>;

/** A command at work. */
export type CommandRun = Reporting<ExitCode>;

/** A service as a list shows it. */
export interface ListedService {
  readonly name: string;
  /** undefined: there is a file for it, but it is not loaded. */
  readonly status: ReportedStatus | undefined;
  /** What it is; undefined: it does not say, or nobody asked. */
  readonly summary?: string | undefined;
  /** Its health, and what masks it; undefined: there is nothing of that, or nobody asked. */
  readonly remark?: Remark | undefined;
}

/** A service as `status` shows it. */
export interface ServiceDetails {
  readonly name: string;
  readonly status: ReportedStatus;
  /** undefined: the manager is too old to tell. */
  readonly file: DescriptionFile | undefined;
  /** undefined: upstream's manager does not tell. */
  readonly details: ReportedDetails | undefined;
  /** undefined: the manager does not tell. */
  readonly usage: ServiceUsage | undefined;
  /** Last lines of its output; undefined: not asked for, or not kept by the manager. */
  readonly logLines: readonly string[] | undefined;
}

/** A service with a timer. */
export interface TimedService extends ListedService {
  readonly status: ReportedStatus;
  readonly timer: NonNullable<ReportedDetails["timer"]>;
  readonly lastEnd: ReportedDetails["lastEnd"];
}

export interface DescriptionFile {
  /** Absolute. */
  readonly path: string;
  /** undefined: cannot be told (no such file, or the manager does not say when it read it). */
  readonly isModified: boolean | undefined;
  /** There is no such file now. */
  readonly isMissing: boolean;
}

/** A service in the tree of dependencies; what is below it comes directly behind it. */
export interface TreeRow {
  readonly name: string;
  /** How many are above it. */
  readonly depth: number;
  /** No other one of those directly below the same comes behind it. */
  readonly isLast: boolean;
  /** How the one above depends on it; undefined at the top. */
  readonly link: string | undefined;
  /** undefined: not loaded. */
  readonly status: ReportedStatus | undefined;
  /** "repeated": its own dependencies are shown where it came first. */
  readonly note: "repeated" | "missing" | undefined;
}

/** What a service takes, and what it had taken a moment before. */
export interface ServiceFigures {
  readonly name: string;
  readonly status: ReportedStatus;
  readonly usage: ServiceUsage;
  /** undefined: it was not looked at before. */
  readonly before: ServiceUsage | undefined;
}

/** What `watch` shows of a service. */
export type WatchedEvent = ServiceEvent | Exclude<HealthState, "unknown">;

/** A service in the table of `watch`. */
export interface WatchedService extends ListedService {
  readonly status: ReportedStatus;
  /** What happened to it last since watching began, and the local time of day then. */
  readonly last: { readonly event: WatchedEvent; readonly time: string } | undefined;
  readonly isUnhealthy?: boolean;
}

/** A line of a service's output. */
export interface LogLine {
  readonly service: string;
  /** Milliseconds since 1970; undefined: no line up to this one tells. */
  readonly timeMs: number | undefined;
  /** Without the time that stood before it, and the level. */
  readonly text: string;
  /** As syslog(3) has them, 0 to 7; undefined: it does not tell. */
  readonly level?: number | undefined;
  /** Of a line in a log store: its place among all of them. */
  readonly stored?: { readonly run: number; readonly order: number };
}

/** A run of a manager, in a log store. */
export interface StoredRun {
  readonly run: number;
  readonly runId: string;
  /** Times of day, in milliseconds since 1970. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Why a service could not be loaded. */
export type LoadFault = "no-description" | "description-error" | "load-error";

/** What an order makes of a service in the end. */
export type OrderVerb = "start" | "stop" | "restart" | "wake" | "release";

/** What helps with a failed start. */
export interface FailureHint {
  /** The end of its output; empty: there is none, or the manager keeps none. */
  readonly lastLines: readonly string[];
}

/** Reports about one service that was ordered to start or stop. */
export type OrderReport =
  /** Came to be so while waiting. */
  | {
    readonly kind: "reached";
    readonly service: string;
    readonly state: "started" | "stopped";
  }
  /** Was so before. */
  | {
    readonly kind: "already";
    readonly service: string;
    readonly state: "started" | "stopped";
  }
  /** Came to be so within the request. */
  | {
    readonly kind: "at-once";
    readonly service: string;
    readonly state: "started" | "stopped" | "restarted";
  }
  /** Not waited for. */
  | { readonly kind: "issued"; readonly service: string; readonly verb: OrderVerb }
  /** Released, but it stays up for what depends on it. */
  | { readonly kind: "stays-up"; readonly service: string }
  | {
    readonly kind: "start-failed";
    readonly service: string;
    /** As the event told it; undefined from managers before 0.16. */
    readonly status: ReportedStatus | undefined;
    /** undefined: upstream's manager does not tell. */
    readonly details: ReportedDetails | undefined;
    /** For a person at a terminal; undefined: there is none. */
    readonly hint: FailureHint | undefined;
  }
  | { readonly kind: "cancelled"; readonly service: string; readonly what: "start" | "stop" }
  | {
    readonly kind: "held-by-dependents";
    readonly service: string;
    readonly verb: OrderVerb;
    readonly dependents: readonly string[];
  }
  | { readonly kind: "pinned"; readonly service: string; readonly pin: "started" | "stopped" }
  /** Restart of a service that is not started. */
  | { readonly kind: "not-started"; readonly service: string; readonly isIgnored: boolean }
  | { readonly kind: "no-active-dependents"; readonly service: string }
  | { readonly kind: "shutting-down"; readonly service: string }
  | { readonly kind: "file-changed"; readonly service: string };

export type Report =
  | OrderReport
  | {
    readonly kind: "load-failed";
    readonly service: string;
    readonly fault: LoadFault;
    /** What is wrong, each perhaps of several lines; empty when the manager does not tell. */
    readonly causes: readonly string[];
    /** Directories in which its description was looked for; empty when unknown. */
    readonly searched: readonly string[];
    /** What may have been meant, where there is no description. */
    readonly meant: MeantService | undefined;
  }
  | { readonly kind: "not-loaded"; readonly service: string }
  /** A pattern that fits no loaded service. */
  | { readonly kind: "no-match"; readonly pattern: string }
  | {
    readonly kind: "service-done";
    readonly service: string;
    readonly done:
      | ("unpinned" | "unloaded" | "reloaded" | "refreshed")
      | ("enabled" | "disabled" | "masked" | "unmasked");
  }
  | {
    readonly kind: "dependency-changed";
    readonly from: string;
    readonly to: string;
    readonly change: "added" | "removed";
  }
  | { readonly kind: "list"; readonly services: readonly ListedService[] }
  | {
    readonly kind: "status";
    readonly services: readonly ServiceDetails[];
    /** Others were told of before. */
    readonly hasEarlier?: true;
  }
  | { readonly kind: "timers"; readonly services: readonly TimedService[] }
  /** For scripts. `names`: of properties; none: all. */
  | {
    readonly kind: "properties";
    readonly services: readonly ServiceDetails[];
    readonly names: readonly string[];
    readonly valuesOnly: boolean;
  }
  /** A file as it is. */
  | { readonly kind: "file-text"; readonly path: string; readonly bytes: Uint8Array }
  /** Each row is made when it is taken. */
  | { readonly kind: "tree"; readonly rows: Iterable<TreeRow> }
  | { readonly kind: "plan"; readonly plan: Plan }
  /** How long services took to start. */
  | { readonly kind: "blame"; readonly starts: StartReport }
  /** Which services determined when this one was up. */
  | { readonly kind: "critical-path"; readonly starts: StartReport; readonly service: string }
  | { readonly kind: "boot-chart"; readonly starts: StartReport }
  /** What services take. */
  | {
    readonly kind: "top";
    readonly services: readonly ServiceFigures[];
    readonly manager: ManagerUsage;
    readonly sort: UsageOrder;
    /** undefined: there is no end to it. */
    readonly size: ScreenSize | undefined;
    /** Another one will be drawn over it. */
    readonly isPassing: boolean;
  }
  | {
    readonly kind: "metrics";
    readonly services: readonly Omit<ServiceFigures, "before">[];
    readonly manager: ManagerUsage;
    readonly starts: StartReport;
    readonly format: MetricsFormat;
  }
  /** An answer in one word; --quiet leaves it out. */
  | { readonly kind: "word"; readonly word: string }
  /** Answer of is-started and is-failed. */
  | { readonly kind: "state-name"; readonly state: ServiceState }
  /** Output of a service as it is. */
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  /** Lines of several services, or chosen ones. */
  | {
    readonly kind: "log-lines";
    readonly lines: readonly LogLine[];
    readonly showsNames: boolean;
  }
  /** Runs in a log store; the last one is under way, or was the last. */
  | { readonly kind: "boots"; readonly runs: readonly StoredRun[]; readonly current: number }
  /** The whole buffer of a service; says so if its end is cut off. */
  | { readonly kind: "log-buffer"; readonly bytes: Uint8Array }
  | { readonly kind: "signal-names"; readonly signals: readonly SignalRow[] }
  | {
    readonly kind: "happened";
    readonly service: string;
    readonly event: ServiceEvent;
    readonly status: ReportedStatus | undefined;
  }
  | {
    readonly kind: "health-changed";
    readonly service: string;
    readonly state: HealthState;
    readonly why: string;
  }
  /** The state of all that is watched. */
  | {
    readonly kind: "table";
    readonly services: readonly WatchedService[];
    readonly size: ScreenSize;
    /** Another one will be drawn over it. */
    readonly isPassing: boolean;
  }
  /** A line on a terminal that another one is drawn over; `waiting-over` takes it away. */
  | {
    readonly kind: "waiting";
    readonly lead: string;
    readonly elapsedMs: number;
    /** Who is at work meanwhile; undefined: the manager does not tell. */
    readonly cause: { readonly name: string; readonly usage: ServiceUsage } | undefined;
  }
  | { readonly kind: "waiting-over" }
  /** What is to be told when Ctrl-C ends the wait; undefined: there is none any more. */
  | { readonly kind: "interruptible"; readonly text: string | undefined }
  /** A line of success that says what goes on. */
  | { readonly kind: "progress"; readonly text: string }
  /** Something a person should know, which changes nothing. Without prefix. */
  | { readonly kind: "remark"; readonly text: string }
  /** What went wrong and what to do, a line each. Without prefix. `causes`: as in "load-failed". */
  | {
    readonly kind: "error";
    readonly lines: readonly string[];
    readonly causes?: readonly string[];
  };

export interface SignalRow {
  readonly name: string;
  readonly number: number;
}
