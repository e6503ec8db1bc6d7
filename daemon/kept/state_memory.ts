/**
 * The manager's state outside the heap, as it changes: after each turn of the loop what the turn
 * has changed is put there, and counts at once. Memory that becomes too small is made longer in its
 * place, and where that cannot be, exchanged for larger one, filled first.
 *
 * When there is none to be had, nothing is kept any more, and nothing is found either: an old state
 * would have services started twice.
 */
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { StateKeeper } from "../../core/schedule/state_keeper.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { ExitStatus, Fd, Pid, ServiceId } from "../../core/types.ts";
import type { Failure, KeptMemory, NumberNote, Platform } from "../../platform/mod.ts";
import { EndJournal } from "./end_journal.ts";
import type { FactSource } from "./facts.ts";
import type { Inbox } from "./inbox.ts";
import { type LaunchedAs, type LaunchEnds, LaunchJournal } from "./launch_journal.ts";

/** What it works with. */
export interface StateMemoryParts {
  readonly memory: Pick<KeptMemory, "begin" | "lengthen" | "publish" | "retract">;
  readonly scheduler: Pick<Scheduler, "keepIn">;
  /** How many services there are by now: so much room is taken at first. */
  readonly services: number;
  /** What else is kept. */
  readonly sources: readonly FactSource[];
  /**
   * Likewise, but of this nothing may count before what the scheduler has made of it: a run that
   * has begun, of which the scheduler knows nothing, would be nobody's.
   */
  readonly withScheduler: readonly FactSource[];
  /**
   * Those of them that have to count before a child is made: what it is given, and nobody could
   * tell later whose it is.
   */
  readonly givenToChildren: readonly FactSource[];
  /** Those of them that have to count before more is read: what they are of is nowhere else. */
  readonly read: readonly FactSource[];
  /**
   * Those of the ones with the scheduler that may count by themselves, when nothing has happened
   * since all counted.
   */
  readonly said: readonly FactSource[];
  /** Has a place there, too. */
  readonly inbox: Pick<Inbox, "placeIn" | "stayIn">;
  readonly platform: Pick<Platform, "processClockMs" | "processMaking">;
  /** Called once, when nothing is kept any more. @param why The end of a sentence. */
  readonly lost: (why: string) => void;
}

/** Told of launches, at the moment. */
export interface LaunchNotes {
  /**
   * A child is about to be made.
   *
   * @returns Where its number is to be; undefined: nothing is noted.
   */
  begin(service: ServiceId, role: LaunchedAs, ends: LaunchEnds): NumberNote | undefined;
  /** The child of the launch begun last is there. @param report Where it tells of its program. */
  made(pid: Pid, report: Fd | undefined): void;
  /** There is no child. */
  failed(): void;
}

/** Sizes are multiples of it; one holds a manager with some tens of services. */
const STEP_BYTES = 65_536;

/**
 * What a plain service takes, with its facts and what a turn changes before it counts; those with
 * long descriptions make it grow.
 */
const SERVICE_BYTES = 576;

function roomFor(services: number): number {
  return wholeSteps(STEP_BYTES + services * SERVICE_BYTES);
}

/**
 * By an eighth, in its place: that takes the kernel's pages and nothing else, so no turn takes
 * longer for it, however many services there are.
 */
function lengthened(bytes: number): number {
  return wholeSteps(bytes + (bytes >> 3));
}

/** By half: what is there is moved, so that a service is moved twice at most in the mean. */
function largerThan(bytes: number): number {
  return wholeSteps(bytes + (bytes >> 1));
}

function wholeSteps(bytes: number): number {
  return Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
}

interface Keeping {
  readonly keeper: StateKeeper;
  readonly journal: LaunchJournal;
  readonly ends: EndJournal;
}

export class StateMemory implements LaunchNotes {
  readonly #parts: StateMemoryParts;
  #bytes: number;
  /** undefined: it was lost. */
  #keeping: Keeping | undefined;
  /**
   * By the clock that processes are dated by, when the first launch since all counted was begun; to
   * look at the clock takes a third of what a launch costs here.
   */
  #sinceMs: number | undefined;
  /** Blocks lie in memory that does not count yet. */
  #isMoved = true;

  private constructor(parts: StateMemoryParts, keeping: Keeping, bytes: number) {
    this.#parts = parts;
    this.#keeping = keeping;
    this.#bytes = bytes;
  }

  /**
   * Puts all that there is; from then on a successor finds it.
   *
   * @returns Why it cannot be kept. What was found in the memory is there then still.
   */
  static begin(parts: StateMemoryParts): StateMemory | Failure {
    const { memory, scheduler, sources, services } = parts;
    for (let bytes = roomFor(services);; bytes = largerThan(bytes)) {
      const region = memory.begin(bytes);
      if ("kind" in region) return region;
      const keeper = scheduler.keepIn(region);
      const journal = keeper && LaunchJournal.in(keeper.blocks);
      const ends = keeper && EndJournal.in(keeper.blocks);
      if (keeper === undefined || journal === undefined || ends === undefined) continue;
      if (!parts.inbox.placeIn(keeper.blocks)) continue;
      for (const source of [...sources, ...parts.withScheduler]) source.begin();
      const made = new StateMemory(parts, { keeper, journal, ends }, bytes);
      made.keep();
      return made;
    }
  }

  /** To be called when a turn of the loop has done all, before it waits. */
  keep(): void {
    const keeping = this.#keeping;
    if (keeping === undefined) return;
    this.#sinceMs = undefined;
    while (!this.#put(keeping, this.#parts.sources, "with-scheduler")) {
      if (!this.#enlarge(keeping)) return;
    }
    this.#commit(keeping);
    keeping.journal.clear();
    keeping.ends.clear();
  }

  /** Whether some more launches can be noted before they count. */
  get hasRoom(): boolean {
    return this.#keeping?.journal.hasRoom ?? true;
  }

  begin(service: ServiceId, role: LaunchedAs, ends: LaunchEnds): NumberNote | undefined {
    const keeping = this.#keeping;
    if (keeping === undefined) return undefined;
    if (keeping.journal.isFull) this.#keepFacts(keeping, this.#parts.sources);
    else if (!this.#areGivenPut()) this.#keepFacts(keeping, this.#parts.givenToChildren);
    this.#sinceMs ??= this.#parts.platform.processClockMs();
    const { platform: { processMaking } } = this.#parts;
    const isNumbered = processMaking.kind === "stub";
    return keeping.journal.begin(service, role, ends, { nowMs: this.#sinceMs, isNumbered });
  }

  made(pid: Pid, report: Fd | undefined): void {
    this.#keeping?.journal.made(pid, report);
  }

  failed(): void {
    this.#keeping?.journal.failed();
  }

  /** What children are given counts from now on as it is, in the middle of a turn. */
  keepGiven(): void {
    if (this.#keeping !== undefined && !this.#areGivenPut()) {
      this.#keepFacts(this.#keeping, this.#parts.givenToChildren);
    }
  }

  /** What was read counts from now on, in the middle of a turn. */
  keepRead(): void {
    if (this.#keeping !== undefined) this.#keepFacts(this.#keeping, this.#parts.read);
  }

  /** What was said counts from now on; nothing else has happened since all counted. */
  keepSaid(): void {
    if (this.#keeping !== undefined) this.#keepFacts(this.#keeping, this.#parts.said);
  }

  /** A child was collected. */
  ended(pid: Pid, status: ExitStatus): void {
    this.#keeping?.ends.note(pid, status);
  }

  #areGivenPut(): boolean {
    const { givenToChildren } = this.#parts;
    for (let at = 0; at < givenToChildren.length; at++) {
      if (givenToChildren[at]?.isPut === false) return false;
    }
    return true;
  }

  /** In the middle of a turn: the scheduler may not be done with what it is at. */
  #keepFacts(keeping: Keeping, sources: readonly FactSource[]): void {
    while (!this.#put(keeping, sources, "facts-only")) {
      if (!this.#enlarge(keeping)) return keeping.journal.clear();
    }
    this.#commit(keeping);
    if (sources === this.#parts.sources) keeping.journal.clear();
  }

  /** @returns False when there is no room left. */
  #put(
    { keeper }: Keeping,
    sources: readonly FactSource[],
    what: "with-scheduler" | "facts-only",
  ): boolean {
    if (what === "with-scheduler") {
      if (!keeper.put() || !putAll(this.#parts.withScheduler, keeper.blocks)) return false;
    }
    return putAll(sources, keeper.blocks);
  }

  #commit({ keeper }: Keeping): void {
    keeper.blocks.commit();
    if (!this.#isMoved) return;
    this.#isMoved = false;
    this.#parts.memory.publish();
  }

  /** @returns False when there is no larger memory: then it was lost. */
  #enlarge({ keeper, journal, ends }: Keeping): boolean {
    if (!this.#isMoved && this.#lengthen(keeper)) return true;
    const { memory, inbox, lost } = this.#parts;
    for (;;) {
      this.#bytes = largerThan(this.#bytes);
      const region = memory.begin(this.#bytes);
      if ("kind" in region) {
        this.#keeping = undefined;
        memory.retract();
        lost(region.message);
        return false;
      }
      this.#isMoved = true;
      if (!keeper.moveTo(region)) continue;
      const { blocks } = keeper;
      if (journal.moveTo(blocks) && ends.moveTo(blocks) && inbox.placeIn(blocks)) return true;
    }
  }

  #lengthen({ blocks }: StateKeeper): boolean {
    const { memory, inbox } = this.#parts;
    const bytes = lengthened(this.#bytes);
    const longer = memory.lengthen(bytes);
    // Where there is no more, there is none for another region either, which says so.
    if (longer === undefined || "kind" in longer) return false;
    this.#bytes = bytes;
    blocks.lengthen(longer);
    inbox.stayIn(blocks);
    return true;
  }
}

/** @returns False when there is no room left. */
function putAll(sources: readonly FactSource[], blocks: KeptBlocks): boolean {
  // By index: without V8's compilers, the other loop takes longer than its body.
  for (let at = 0; at < sources.length; at++) {
    const source = sources[at];
    if (source !== undefined && !source.isPut && !source.put(blocks)) return false;
  }
  return true;
}
