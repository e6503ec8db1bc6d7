/**
 * What the rules of `core/service` have effects on: both work lists, timers, console and the
 * commands of the present call. One per scheduler.
 */
import type { Command } from "../command.ts";
import type { Changes } from "../service/effects/changes.ts";
import type { ConsoleQueue } from "../service/effects/console_queue.ts";
import type { Phase, PhasesOf } from "../service/record/phase.ts";
import type { ServiceRecord, TimerKind } from "../service/record/record.ts";
import { statusOf } from "../service/record/status.ts";
import type { SystemFacts, Work } from "../service/effects/work.ts";
import { WorkList } from "../service/effects/work_list.ts";
import {
  type Instant,
  instant,
  type LogLevel,
  type ServiceEvent,
  type ServiceState,
} from "../types.ts";
import type { Deadlines } from "./deadlines.ts";
import type { PhaseWatch } from "./phase_watch.ts";

/** New ones, or those of an earlier scheduler. */
export type PassParts = Pick<Pass, "deadlines" | "console" | "changes" | "conflictsOf">;

export class Pass implements Work {
  now: Instant = instant(0);
  isShuttingDown = false;
  readonly system: SystemFacts;
  /** Services that are not stopped. */
  activeCount = 0;
  readonly deadlines: Deadlines;
  readonly console: ConsoleQueue;
  readonly changes: Changes;
  readonly conflictsOf: (service: ServiceRecord) => readonly ServiceRecord[];
  /** Services handled since the scheduler was made, by either list: the cost of what was done. */
  handledCount = 0;
  /** Told of each phase. */
  phases: PhaseWatch | undefined;
  #commands: Command[] = [];
  /**
   * Kept back until the end: carrying one out starts another pass, whose events come later than
   * ours.
   */
  #chains: Command[] = [];
  readonly propagation = new WorkList("propagationEntries");
  readonly transitions = new WorkList("transitionEntries");

  constructor(system: SystemFacts, parts: PassParts) {
    this.system = system;
    this.deadlines = parts.deadlines;
    this.console = parts.console;
    this.changes = parts.changes;
    this.conflictsOf = parts.conflictsOf;
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
    if (command.kind === "chain" || command.kind === "handle-failure") this.#chains.push(command);
    else this.#commands.push(command);
  }

  log(service: ServiceRecord, level: LogLevel, text: string): void {
    this.emit({ kind: "log", level, service: service.id, text });
  }

  notify(service: ServiceRecord, event: ServiceEvent): void {
    this.emit({
      kind: "notify",
      service: service.id,
      event,
      status: statusOf(service, this.console),
    });
  }

  enter<State extends ServiceState>(
    service: ServiceRecord,
    state: State,
    phase: PhasesOf[State],
  ): void {
    this.changes.note(service);
    const old = service.state;
    // Nobody else writes them; a call less for it counts, without JIT.
    const record: { phase: Phase; state: ServiceState } = service;
    record.phase = phase;
    record.state = state;
    this.phases?.entered(service.id, phase, this.now);
    if (state === old) return;
    service.history.stateSince = this.now;
    if (old === "stopped") this.activeCount++;
    if (state === "stopped") this.activeCount--;
  }

  arm(service: ServiceRecord, timer: Exclude<TimerKind, "none">, delayMs: number): void {
    this.changes.note(service);
    service.timer = timer;
    this.deadlines.set(service, instant(this.now + delayMs));
  }

  disarm(service: ServiceRecord): void {
    if (service.timer === "none") return;
    this.changes.note(service);
    service.timer = "none";
    this.deadlines.cancel(service);
  }
}
