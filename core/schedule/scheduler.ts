/**
 * The scheduler: all records, and the one way in. Events and orders go in with the time, commands
 * come out. It reads no clock and waits for nothing.
 *
 * The rules are in `core/service`, what they have effects on is `pass.ts`; here the parts are put
 * together.
 */
import type { Command, ServiceStatus } from "../command.ts";
import type { BrokenService, ServiceDescription } from "../description/contract/description.ts";
import type { Event, Order, ProbePurpose } from "../event.ts";
import { probeDue } from "../service/health.ts";
import { historyOf, type HistoryView } from "../service/record/history_view.ts";
import { pinChanged } from "../service/pinning.ts";
import { timerFired } from "../service/types/process.ts";
import type { Link, ServiceRecord } from "../service/record/record.ts";
import { statusOf } from "../service/record/status.ts";
import { drain, report } from "../service/step.ts";
import { isPinned } from "../service/record/terms.ts";
import { readState, type StateRefusal } from "../state/reading.ts";
import { KeptBlocks } from "../state/kept_blocks.ts";
import { copyState } from "../state/copy.ts";
import { type Snapshot, takeSnapshot } from "../state/snapshot.ts";
import type { WrittenCounters } from "../state/whole_block.ts";
import { putState, type SchedulerState, writeState } from "../state/writing.ts";
import type { Instant, ServiceId, ShutdownType } from "../types.ts";
import type { LinkView, LoadAnswer, LoadSet, OrderResult, SchedulerApi } from "./api.ts";
import type { InputWatch } from "./input_watch.ts";
import { loadLeavingOut } from "./leave_out.ts";
import { obey } from "./orders.ts";
import type { Pass } from "./pass.ts";
import type { PhaseWatch } from "./phase_watch.ts";
import type { Registry } from "./registry.ts";
import { freshParts, restoredParts, type SchedulerFacts } from "./scheduler_parts.ts";
import type { ShutdownWatch } from "./shutdown/shutdown_watch.ts";
import { StateKeeper } from "./state_keeper.ts";

export type { SchedulerFacts } from "./scheduler_parts.ts";

/** Source: signal(7), "Signal numbering for standard signals", x86 and ARM. */
const LINUX: SchedulerFacts = {
  deliberateSignals: new Set([1, 2, 10, 12, 15]),
  errnoText: (errno) => `error ${errno}`,
  signals: "linux",
  shutdown: { graceMs: undefined, keys: "Ctrl-Alt-Del" },
};

export class Scheduler implements SchedulerApi {
  /** What it decides by besides its state. */
  readonly facts: SchedulerFacts;
  readonly #registry: Registry;
  readonly #pass: Pass;
  readonly #shutdown: ShutdownWatch;
  /** No time limit of a service passes. */
  #isHeld: boolean;
  #watch: InputWatch | undefined;

  /**
   * @param system What differs from Linux, and the words for error numbers.
   * @param state Of an earlier one, which it goes on for; it must not be used any more.
   */
  constructor(system: Partial<SchedulerFacts> = {}, state?: SchedulerState) {
    const facts = { ...LINUX, ...system };
    this.facts = facts;
    const parts = state === undefined ? freshParts(facts) : restoredParts(facts, state);
    this.#registry = parts.registry;
    this.#pass = parts.pass;
    this.#shutdown = parts.shutdown;
    this.#isHeld = state?.counters.isHeld ?? false;
  }

  /**
   * A scheduler that goes on where another was.
   *
   * @param bytes What {@link write} gave, or the memory that the state of another was kept in; of
   * this version or an earlier one.
   * @param system As for the constructor: it is not part of the state.
   */
  static restored(
    bytes: Uint8Array,
    system: Partial<SchedulerFacts> = {},
  ): Scheduler | StateRefusal {
    const read = readState(bytes);
    return read.kind === "state" ? new Scheduler(system, read.state) : read;
  }

  /**
   * All that it is, for {@link restored}: how many services were handled excepted, and what
   * `SchedulerFacts` say.
   */
  write(): Uint8Array {
    return writeState(this.#state());
  }

  /**
   * Puts all that it is into a memory, and notes from now on what changes. One keeper at a time.
   *
   * @returns Undefined when the memory is too small.
   */
  keepIn(memory: Uint8Array): StateKeeper | undefined {
    const blocks = new KeptBlocks(memory);
    if (!putState(blocks, this.#state(), "together")) return undefined;
    blocks.commit();
    return new StateKeeper(blocks, {
      changes: this.#pass.changes,
      console: this.#pass.console,
      shutdown: this.#shutdown,
      counters: () => this.#counters(),
    });
  }

  /** Another that is as this one is, to be asked what it would do. It tells nobody what goes in. */
  copy(): Scheduler {
    return new Scheduler(this.facts, copyState(this.#state()));
  }

  /**
   * The state as it is, put aside for later.
   *
   * @param mostServices Of more there is none: the answer is undefined.
   */
  snapshot(mostServices: number): Snapshot | undefined {
    if (this.#registry.size > mostServices) return undefined;
    return takeSnapshot(this.#state());
  }

  /** From now on this one is told of all that goes in. */
  watchInputs(watch: InputWatch): void {
    this.#watch = watch;
  }

  /** From now on this one is told of the phases that services come to. */
  watchPhases(watch: PhaseWatch): void {
    this.#pass.phases = watch;
  }

  #state(): SchedulerState {
    return {
      services: this.#registry.services(),
      counters: this.#counters(),
      console: this.#pass.console.written(),
      shutdown: this.#shutdown.written(),
    };
  }

  #counters(): WrittenCounters {
    return {
      lastService: this.#registry.lastId,
      lastLink: this.#registry.lastLink,
      nextTimer: this.#pass.deadlines.nextSequence,
      isShuttingDown: this.#pass.isShuttingDown,
      isHeld: this.#isHeld,
    };
  }

  /** Reports about services that are gone, or processes nobody waits for, are ignored. */
  apply(event: Event, now: Instant): readonly Command[] {
    this.#watch?.note(event, now);
    this.#pass.now = now;
    switch (event.kind) {
      case "console-busy":
        this.#pass.console.logBecameBusy();
        break;
      case "console-idle":
        this.#pass.console.logBecameIdle(this.#pass);
        break;
      case "hold":
        this.#isHeld = event.isHeld;
        break;
      case "deadline":
        if (!this.#isHeld) this.#fireDeadlines(now);
        this.#shutdown.runDue();
        break;
      default:
        if (this.#registry.has(event.service)) {
          report(this.#pass, this.#registry.get(event.service), event);
        }
    }
    drain(this.#pass);
    return this.#pass.takeCommands();
  }

  order(order: Order, now: Instant): OrderResult {
    this.#watch?.note(order, now);
    this.#pass.now = now;
    const wasStopping = this.#shutdown.isStopping;
    const answer = obey(this.#pass, this.#registry, order);
    if (order.kind === "shutdown") this.#shutdown.ordered(order, wasStopping);
    return { answer, commands: this.#pass.takeCommands() };
  }

  load(set: LoadSet, now: Instant): LoadAnswer {
    this.#watch?.note(set, now);
    this.#pass.now = now;
    const loaded = loadLeavingOut(this.#registry, set);
    if ("kind" in loaded) return loaded;
    // One that was broken may have been pinned: what it needs now is pinned with it.
    for (const service of loaded.services) {
      if (isPinned(service)) pinChanged(this.#pass, service);
    }
    drain(this.#pass);
    return {
      kind: "loaded",
      services: loaded.services.map((service) => service.id),
      leftOut: loaded.leftOut,
      commands: this.#pass.takeCommands(),
    };
  }

  find(name: string): ServiceId | undefined {
    return this.#registry.findListed(name)?.id;
  }

  fault(service: ServiceId): BrokenService | undefined {
    const { presence } = this.#registry.get(service);
    return presence.kind === "broken" ? presence.fault : undefined;
  }

  list(): readonly ServiceId[] {
    return this.#registry.ids();
  }

  status(service: ServiceId): ServiceStatus {
    return statusOf(this.#registry.get(service), this.#pass.console);
  }

  history(service: ServiceId): HistoryView {
    return historyOf(this.#registry.get(service));
  }

  hasGoneWrong(service: ServiceId): boolean {
    return this.#registry.get(service).hasGoneWrong;
  }

  probeDue(service: ServiceId): ProbePurpose | undefined {
    return probeDue(this.#registry.get(service));
  }

  description(service: ServiceId): ServiceDescription {
    return this.#registry.get(service).description;
  }

  links(service: ServiceId): readonly LinkView[] {
    return this.#registry.get(service).links.filter(isVisible).map(viewOf);
  }

  dependentLinks(service: ServiceId): readonly LinkView[] {
    return this.#registry.get(service).dependents.filter(isVisible).map(viewOf);
  }

  nextDeadline(): Instant | undefined {
    const ofServices = this.#isHeld ? undefined : this.#pass.deadlines.next;
    const ofShutdown = this.#shutdown.next;
    if (ofShutdown === undefined) return ofServices;
    return ofServices === undefined || ofShutdown < ofServices ? ofShutdown : ofServices;
  }

  /** Nothing is launched, at somebody's order. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  get activeCount(): number {
    return this.#pass.activeCount;
  }

  get shutdownType(): ShutdownType | undefined {
    return this.#shutdown.type;
  }

  get wasShutdownForced(): boolean {
    return this.#shutdown.wasForced;
  }

  /** The service that has the console. */
  get consoleOwner(): Readonly<ServiceRecord> | undefined {
    return this.#pass.console.owner;
  }

  /** Who was to be handed the console last, as the command `console` has it. */
  get announcedConsole(): ServiceId | "log" {
    return this.#pass.console.announced?.id ?? "log";
  }

  /** Services that wait for the console; for checks. */
  get consoleQueueLength(): number {
    return this.#pass.console.length;
  }

  /** How many services have been handled on the work lists so far; for measurements. */
  get handledCount(): number {
    return this.#pass.handledCount;
  }

  /** The records themselves. Not to be changed. */
  records(): Iterable<Readonly<ServiceRecord>> {
    return this.#registry.values();
  }

  #fireDeadlines(now: Instant): void {
    for (;;) {
      const service = this.#pass.deadlines.takeDue(now);
      if (service === undefined) return;
      const { timer } = service;
      this.#pass.changes.note(service);
      service.timer = "none";
      if (timer === "none") continue;
      timerFired(this.#pass, service, timer);
      drain(this.#pass);
    }
  }
}

/** Links to a service that is only named and not loaded are not shown. */
function isVisible(link: Link): boolean {
  return link.from.presence.kind !== "named" && link.to.presence.kind !== "named";
}

function viewOf(link: Link): LinkView {
  return { kind: link.kind, from: link.from.id, to: link.to.id, holds: link.holds };
}
