/**
 * What the control connections need of the manager: an interface, so that a session can be tested,
 * and fuzzed, without processes and files.
 */
import type { Answer, Order } from "../../core/event.ts";
import type { AskedOrder, Plan, ReportedDetails } from "../../core/protocol/mod.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { StartReport } from "../../core/figures/start_times.ts";
import type { ManagerUsage, ServiceUsage } from "../../core/figures/usage.ts";
import type { Pid, ServiceId } from "../../core/types.ts";

/** The part of the scheduler that only answers questions. */
export type ServiceQueries = Pick<SchedulerApi, "find" | "list" | "status" | "description">;

export type LoadOutcome =
  | { readonly kind: "loaded"; readonly service: ServiceId }
  /** No directory has a description of that name. */
  | { readonly kind: "not-found" }
  /** A line of its own description is wrong. */
  | ({ readonly kind: "description-error" } & Refusal)
  /** Anything else: a dependency missing or faulty, a cycle, an unreadable file. */
  | ({ readonly kind: "load-error" } & Refusal);

/** Why something was not done. */
export interface Refusal {
  /** A fault each, perhaps of several lines, in the words of the log. */
  readonly faults: readonly string[];
}

export type ReloadOutcome = { readonly kind: "done" } | ({ readonly kind: "refused" } & Refusal);

/** What came of a refresh. `why`: a sentence without its end. */
export type Refreshed =
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly why: string };

/** Where descriptions are looked for, in order. */
export interface SearchPath {
  /** What relative directories are relative to; absolute, empty if unknown. */
  readonly workingDirectory: string;
  readonly directories: readonly string[];
}

export interface ControlHost {
  readonly services: ServiceQueries;

  /**
   * Gives the order and carries out all commands that come of it, `notify` and `forget` through the
   * control server, before it returns. What comes of those commands (a child that could not execute
   * its program, say) reaches the scheduler only afterwards; `spawned` alone may be applied at
   * once.
   */
  order(order: Order): Answer;

  /** Loads a description that is not loaded yet, with its dependencies. Starts nothing. */
  load(name: string): LoadOutcome;

  /**
   * Reads the description again and puts it in place; the reasons of a refusal go to the log, too.
   */
  reload(service: ServiceId): ReloadOutcome;

  /**
   * The same for several services, in one step; those that are not loaded are loaded before. Each
   * name counts once.
   */
  reloadTogether(names: readonly string[]): ReloadOutcome;

  /** What would come of the orders; nothing of it is done. */
  plan(orders: readonly AskedOrder[]): Plan;

  /** What the scheduler was given last, so that it can be replayed. */
  report(): string;

  /** When services were started, and what they wait for. */
  starts(): StartReport;

  /** What a service takes of the machine now. */
  usage(service: ServiceId): ServiceUsage;

  /** What the manager takes itself. */
  managerUsage(): ManagerUsage;

  /** Contents of the log buffer; undefined when the service has none by its type or `log-type`. */
  readLog(service: ServiceId, clear: boolean): Uint8Array | undefined;

  /** What is known of a service beyond its status. */
  details(service: ServiceId): ReportedDetails;

  /**
   * Sends a signal to the one process, not its group. The number comes from a client and may be
   * anything; 0 only asks whether the process exists. `bad-number` is the kernel's EINVAL.
   */
  signal(pid: Pid, signal: number): "sent" | "bad-number" | "failed";

  /**
   * Sets (or with undefined: unsets) a variable for processes launched and descriptions loaded from
   * now on. Bytes that are not UTF-8 come as `core/text/byte_text.ts` says.
   *
   * @returns Whether the name had a value before, set or inherited.
   */
  setEnvironment(name: string, value: string | undefined): boolean;

  /**
   * `NAME=VALUE` each: inherited ones in their order, changed in place, then those that were added.
   */
  listEnvironment(): readonly string[];

  searchPath(): SearchPath;

  /**
   * Has a service read its own configuration again.
   *
   * @param done Called later, and only if the answer is "later".
   */
  refresh(service: ServiceId, done: (outcome: Refreshed) => void): Refreshed | "later";

  /**
   * Has another program take the manager's place. What comes of it is answered by
   * `ControlServer.answerAwaiting`, perhaps of that program's.
   *
   * @param program Absolute path; undefined: the manager's own.
   * @returns Why nothing will come of it, a sentence.
   */
  reexec(program: string | undefined): string | undefined;
}
