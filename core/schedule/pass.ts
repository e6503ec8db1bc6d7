/**
 * The workplace of the rules: both work lists, timers, console and the commands of the present call, and
 * the rules of `core/service` put together. One per scheduler.
 */
import type { Command } from "../command.ts";
import { fail } from "../service/failing.ts";
import { acquire, hold, letGo, retakeDependencies, unhold } from "../service/holding.ts";
import { pinChanged, pinLifted, queuePin } from "../service/pinning.ts";
import type { Link, ServiceRecord, TimerKind } from "../service/record.ts";
import { isPinned } from "../service/terms.ts";
import { beginStart, dependenciesReady, enterStarting } from "../service/starting.ts";
import { started, tell } from "../service/starting.ts";
import { statusOf } from "../service/status.ts";
import { bringDown, bringUp, interrupt } from "../service/step.ts";
import { beginStop, force, restart, stopped } from "../service/stopping.ts";
import type { FailHow, InterruptResult, Work } from "../service/work.ts";
import {
  type Instant,
  instant,
  type LogLevel,
  type ServiceEvent,
  type ServiceState,
} from "../types.ts";
import { ConsoleQueue } from "./console_queue.ts";
import { Deadlines } from "./deadlines.ts";
import { propagate, transition } from "./propagate.ts";
import { WorkList } from "./work_list.ts";

/** What the rules need to know of the system they run on. */
export interface SystemFacts {
  /** Numbers of HUP, INT, USR1, USR2 and TERM: death by one of them is no failure. */
  readonly deliberateSignals: ReadonlySet<number>;
  /** The system's words for an error number, as they stand in the log. */
  readonly errnoText: (errno: number) => string;
}

export class Pass implements Work {
  now: Instant = instant(0);
  isShuttingDown = false;
  readonly deliberateSignals: ReadonlySet<number>;
  readonly errnoText: (errno: number) => string;
  /** Services that are not stopped. */
  activeCount = 0;
  readonly deadlines = new Deadlines();
  readonly console = new ConsoleQueue();
  /** Services handled since the scheduler was made, by either list: the cost of what was done. */
  handledCount = 0;
  #commands: Command[] = [];
  /** Kept back until the end: carrying one out starts another pass, whose events come later than ours. */
  #chains: Command[] = [];
  readonly #propagation = new WorkList("propagationEntries");
  readonly #transitions = new WorkList("transitionEntries");

  constructor(system: SystemFacts) {
    this.deliberateSignals = system.deliberateSignals;
    this.errnoText = system.errnoText;
  }

  /** The commands since the last call, in order. */
  takeCommands(): readonly Command[] {
    const commands = this.#commands;
    if (this.#chains.length > 0) commands.push(...this.#chains);
    this.#commands = [];
    this.#chains = [];
    return commands;
  }

  emit(command: Command): void {
    if (command.kind === "chain") this.#chains.push(command);
    else this.#commands.push(command);
  }

  log(service: ServiceRecord, level: LogLevel, text: string): void {
    this.emit({ kind: "log", level, service: service.id, text });
  }

  notify(service: ServiceRecord, event: ServiceEvent): void {
    this.emit({ kind: "notify", service: service.id, event, status: statusOf(service) });
  }

  queuePropagation(service: ServiceRecord): void {
    this.#propagation.add(service);
  }

  queueTransition(service: ServiceRecord): void {
    this.#transitions.add(service);
  }

  drain(): void {
    for (;;) {
      let service = this.#propagation.take();
      while (service !== undefined) {
        this.handledCount++;
        propagate(this, service);
        service = this.#propagation.take();
      }
      service = this.#transitions.take();
      if (service === undefined) return;
      this.handledCount++;
      transition(this, service);
    }
  }

  setState(service: ServiceRecord, state: ServiceState): void {
    if (service.state === "stopped") this.activeCount++;
    service.state = state;
    service.history.stateSince = this.now;
    if (state === "stopped") this.activeCount--;
  }

  setWaits(link: Link, waits: boolean): void {
    if (link.waits === waits) return;
    link.waits = waits;
    if (link.kind !== "milestone") return;
    // It is a hard link only while it is waited for: pins pass and the way down is barred by no other.
    if (isPinned(link.from)) queuePin(this, link.to);
    if (link.to.transitionEntries > 0) return;
    if (link.to.state === "stopping" && link.to.isWaiting) this.queueTransition(link.to);
  }

  arm(service: ServiceRecord, timer: Exclude<TimerKind, "none">, delayMs: number): void {
    service.timer = timer;
    this.deadlines.set(service, instant(this.now + delayMs));
  }

  disarm(service: ServiceRecord): void {
    service.timer = "none";
    this.deadlines.cancel(service);
  }

  joinConsoleQueue(service: ServiceRecord): void {
    this.console.join(this, service);
  }

  leaveConsoleQueue(service: ServiceRecord): void {
    this.console.leave(service);
  }

  releaseConsole(service: ServiceRecord): void {
    this.console.release(this, service);
  }

  acquire(service: ServiceRecord): void {
    acquire(this, service);
  }

  hold(link: Link): void {
    hold(this, link);
  }

  letGo(service: ServiceRecord, mayStop: boolean): void {
    letGo(this, service, mayStop);
  }

  unhold(link: Link, mayStop: boolean): void {
    unhold(this, link, mayStop);
  }

  retakeDependencies(service: ServiceRecord): void {
    retakeDependencies(this, service);
  }

  beginStart(service: ServiceRecord): void {
    beginStart(this, service);
  }

  enterStarting(service: ServiceRecord): void {
    enterStarting(this, service);
  }

  dependenciesReady(service: ServiceRecord): void {
    dependenciesReady(this, service);
  }

  started(service: ServiceRecord): void {
    started(this, service);
  }

  tell(service: ServiceRecord): void {
    tell(this, service);
  }

  fail(service: ServiceRecord, how: FailHow): void {
    fail(this, service, how);
  }

  force(service: ServiceRecord): void {
    force(this, service);
  }

  beginStop(service: ServiceRecord, isRestart: boolean): void {
    beginStop(this, service, isRestart);
  }

  stopped(service: ServiceRecord): void {
    stopped(this, service);
  }

  restart(service: ServiceRecord): boolean {
    return restart(this, service);
  }

  pinChanged(service: ServiceRecord): void {
    pinChanged(this, service);
  }

  pinLifted(service: ServiceRecord): void {
    pinLifted(this, service);
  }

  bringUp(service: ServiceRecord): void {
    bringUp(this, service);
  }

  bringDown(service: ServiceRecord): void {
    bringDown(this, service);
  }

  interrupt(service: ServiceRecord): InterruptResult {
    return interrupt(this, service);
  }
}
