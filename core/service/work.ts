/**
 * The effects that the rules of one service have while a drain is going on: the work lists, the timer, the
 * console, the commands to the outside. One implementation: `core/schedule/pass.ts`.
 *
 * The rules themselves call each other as functions, in circles where the model has them: letting go stops
 * a service, stopping it lets go of others.
 */
import type { Command } from "../command.ts";
import type { Instant, LogLevel, ServiceEvent } from "../types.ts";
import type { ConsoleQueue } from "./console_queue.ts";
import type { Phase } from "./phase.ts";
import type { ServiceRecord, TimerKind } from "./record.ts";

/** What the rules need to know of the system they run on. */
export interface SystemFacts {
  /** Numbers of HUP, INT, USR1, USR2 and TERM: death by one of them is no failure for `restart = on-failure`. */
  readonly deliberateSignals: ReadonlySet<number>;
  /** The system's words for an error number, as they stand in the log. */
  readonly errnoText: (errno: number) => string;
}

export interface Work {
  /** The time of the event or order that is being worked on. */
  readonly now: Instant;
  /** A shutdown was ordered: nothing is started or chained any more. */
  readonly isShuttingDown: boolean;
  readonly system: SystemFacts;
  readonly console: ConsoleQueue;

  emit(command: Command): void;
  log(service: ServiceRecord, level: LogLevel, text: string): void;
  notify(service: ServiceRecord, event: ServiceEvent): void;
  /** Puts a service on the propagation list: some `pending…` field is set. */
  queuePropagation(service: ServiceRecord): void;
  /** Puts a service on the transition list: it may be able to go on. */
  queueTransition(service: ServiceRecord): void;
  /** Works off both lists. */
  drain(): void;
  setPhase(service: ServiceRecord, phase: Phase): void;
  arm(service: ServiceRecord, timer: Exclude<TimerKind, "none">, delayMs: number): void;
  disarm(service: ServiceRecord): void;
}
