/**
 * The effects that the rules of one service have while a drain is going on: the work lists, the
 * timer, the console, the commands to the outside. One implementation: `core/schedule/pass.ts`.
 *
 * The rules themselves call each other as functions, in circles where the model has them: letting
 * go stops a service, stopping it lets go of others.
 */
import type { Command } from "../../command.ts";
import type { SignalNumbering } from "../../system/end_statuses.ts";
import type { Instant, LogLevel, ServiceEvent, ServiceState } from "../../types.ts";
import type { Changes } from "./changes.ts";
import type { ConsoleQueue } from "./console_queue.ts";
import type { PhasesOf } from "../record/phase.ts";
import type { ServiceRecord, TimerKind } from "../record/record.ts";
import type { WorkList } from "./work_list.ts";

/** What the rules need to know of the system they run on. */
export interface SystemFacts {
  /**
   * Numbers of HUP, INT, USR1, USR2 and TERM: death by one of them is no failure for `restart =
   * on-failure`.
   */
  readonly deliberateSignals: ReadonlySet<number>;
  /** The system's words for an error number, as they stand in the log. */
  readonly errnoText: (errno: number) => string;
  /** Which numbers signals have. */
  readonly signals: SignalNumbering;
}

export interface Work {
  /** The time of the event or order that is being worked on. */
  readonly now: Instant;
  /** A shutdown was ordered: nothing is started or chained any more. */
  readonly isShuttingDown: boolean;
  readonly system: SystemFacts;
  readonly console: Readonly<ConsoleQueue>;
  /** Services of which some `pending…` field is set. */
  readonly propagation: WorkList;
  /** Services that may be able to go on with their start or stop. */
  readonly transitions: WorkList;
  /** Whoever writes a field of a record or link says so here; `enter`, `arm` and `disarm` do. */
  readonly changes: Changes;
  /** Services handled so far, by either list: the cost of what was done. */
  handledCount: number;

  /** Services that it must not be up with. */
  conflictsOf(service: ServiceRecord): readonly ServiceRecord[];
  emit(command: Command): void;
  log(service: ServiceRecord, level: LogLevel, text: string): void;
  notify(service: ServiceRecord, event: ServiceEvent): void;
  /** Makes state and phase, which has to be one of that state, those of the service. */
  enter<State extends ServiceState>(
    service: ServiceRecord,
    state: State,
    phase: PhasesOf[State],
  ): void;
  arm(service: ServiceRecord, timer: Exclude<TimerKind, "none">, delayMs: number): void;
  disarm(service: ServiceRecord): void;
}
