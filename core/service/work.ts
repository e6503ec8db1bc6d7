/**
 * What the rules of one service may ask for while a drain is going on: the work lists, the timer, the
 * console, the commands to the outside, and the rules of the other files.
 *
 * The rules call each other in circles (letting go stops a service, stopping it lets go of others), so
 * they meet here instead of importing one another; `core/schedule/pass.ts` puts them together. The
 * capitals name the rule as `docs/design/0001-state-model.md` does.
 */
import type { Command } from "../command.ts";
import type { Instant, LogLevel, ServiceEvent } from "../types.ts";
import type { Link, ServiceRecord, TimerKind } from "./record.ts";

export interface Work {
  /** The time of the event or order that is being worked on. */
  readonly now: Instant;
  /** A shutdown was ordered: nothing is started or chained any more. */
  readonly isShuttingDown: boolean;
  /** Signals whose death is no failure for `restart = on-failure`: HUP, INT, USR1, USR2, TERM. */
  readonly deliberateSignals: ReadonlySet<number>;

  /** The system's words for an error number. */
  readonly errnoText: (errno: number) => string;

  emit(command: Command): void;
  log(service: ServiceRecord, level: LogLevel, text: string): void;
  notify(service: ServiceRecord, event: ServiceEvent): void;
  /** Puts a service on the propagation list: some `pending…` field is set. */
  queuePropagation(service: ServiceRecord): void;
  /** Puts a service on the transition list: it may be able to go on. */
  queueTransition(service: ServiceRecord): void;
  /** Works off both lists. */
  drain(): void;
  setState(service: ServiceRecord, state: ServiceRecord["state"]): void;
  setWaits(link: Link, waits: boolean): void;
  arm(service: ServiceRecord, timer: Exclude<TimerKind, "none">, delayMs: number): void;
  disarm(service: ServiceRecord): void;

  joinConsoleQueue(service: ServiceRecord): void;
  leaveConsoleQueue(service: ServiceRecord): void;
  releaseConsole(service: ServiceRecord): void;

  /** ACQUIRE, `holding.ts` */
  acquire(service: ServiceRecord): void;
  /** ACQUIRE by a link that does not hold yet. */
  hold(link: Link): void;
  /** LET-GO, `holding.ts` */
  letGo(service: ServiceRecord, mayStop: boolean): void;
  /** LET-GO by a link that holds. */
  unhold(link: Link, mayStop: boolean): void;
  /** RETAKE, `holding.ts` */
  retakeDependencies(service: ServiceRecord): void;
  /** BEGIN-START, `starting.ts` */
  beginStart(service: ServiceRecord): void;
  /** ENTER-STARTING, `starting.ts` */
  enterStarting(service: ServiceRecord): void;
  /** DEPENDENCIES-READY, `starting.ts` */
  dependenciesReady(service: ServiceRecord): void;
  /** STARTED, `starting.ts` */
  started(service: ServiceRecord): void;
  /** TELL, `starting.ts` */
  tell(service: ServiceRecord): void;
  /** FAIL, `failing.ts` */
  fail(service: ServiceRecord, how: FailHow): void;
  /** FORCE, `stopping.ts` */
  force(service: ServiceRecord): void;
  /** BEGIN-STOP, `stopping.ts` */
  beginStop(service: ServiceRecord, isRestart: boolean): void;
  /** STOPPED, `stopping.ts` */
  stopped(service: ServiceRecord): void;
  /** RESTART-ORDER, `stopping.ts` */
  restart(service: ServiceRecord): boolean;
  /** PIN-CHANGED, `pinning.ts` */
  pinChanged(service: ServiceRecord): void;
  /** PIN-LIFTED, `pinning.ts` */
  pinLifted(service: ServiceRecord): void;
  /** BRING-UP by type, `step.ts` */
  bringUp(service: ServiceRecord): void;
  /** BRING-DOWN by type, `step.ts` */
  bringDown(service: ServiceRecord): void;
  /** INTERRUPT by type, `step.ts` */
  interrupt(service: ServiceRecord): InterruptResult;
}

/** `ended`: the start is broken off; `ending`: the process was told to end and is stopping. */
export type InterruptResult = "not-interruptible" | "ended" | "ending";

/** How a start fails: through a dependency or by itself, and whether the service is down with it. */
export interface FailHow {
  readonly byDependency: boolean;
  readonly thenStop: boolean;
}

export const FAIL_AND_STOP: FailHow = { byDependency: false, thenStop: true };
/** Something of the service still runs; its end gives STOPPED. */
export const FAIL_ONLY: FailHow = { byDependency: false, thenStop: false };
export const FAIL_BY_DEPENDENCY: FailHow = { byDependency: true, thenStop: true };
