/**
 * What the manager knows beside its scheduler, written down as it changes: one block for each fact,
 * a process for example, or a descriptor and what it is. A part of the manager has its facts in a
 * map by their numbers, and notes the numbers of those that come, change or go; after the turn
 * these are written, all at once with what the scheduler has changed.
 */
import { putCheckedJson, putCheckedText, readCheckedText } from "../../core/state/json_block.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../core/state/kept_form.ts";
import type { Kept } from "../../core/state/kept_reading.ts";
import { readTaggedText, taggedText } from "./encoding.ts";

/**
 * Kinds of blocks, from `FIRST_OTHER_KIND` of `core/state/kinds.ts` on. The numbers stay as they
 * are: newer versions read them.
 */
export const FACT_KIND = {
  /** Launches since the last turn, by `launch_journal.ts`; number 0. */
  launches: 16,
  /** By PID. */
  process: 17,
  /** Daemons whose end nobody reports, by service. */
  unwatchedDaemon: 18,
  /** Pipes on which services say that they are ready, by descriptor. */
  readiness: 19,
  /** Notification sockets, by descriptor. */
  speaker: 20,
  /** What services said last of their status, by service. */
  statusText: 21,
  /** Activation sockets, by service. */
  socket: 22,
  /** Activation sockets that the manager watches, by descriptor. */
  demand: 23,
  /** The control socket; number 0. */
  listener: 24,
  /** The manager's environment; number 0. */
  environment: 25,
  /** Pipes of services' output, by their read ends. */
  output: 26,
  /** Children that were collected since the last turn, by `end_journal.ts`; number 0. */
  ends: 27,
  /** Children on their way to their programs, by the descriptors of their reports. */
  launch: 28,
  /** What does not change while a manager is there; number 0. */
  manager: 29,
  /** What services with kill-tree and no cgroup are known to have made, by service. */
  tree: 30,
  /** What is left of services with kill-tree and is being ended, by service. */
  treeEnding: 31,
  /** What the log said last about services that were wrong. */
  fault: 32,
  /** Who is recorded in utmp; number 0. */
  logins: 33,
  /** What the manager's own end depends on; number 0. */
  ending: 34,
  /** The manager's own cgroup, in which those of services are; number 0. */
  cgroupRoot: 35,
  /** Where it is still to be reported that the control socket can be used; number 0. */
  readyDescriptor: 36,
  /** Processes of launches that nobody asked for, and that are being ended, by PID. */
  leftover: 37,
  /** What was read and not written yet, by `inbox.ts`; number 0. */
  inbox: 38,
  /** Runs of services with a timer, by service. */
  timer: 39,
  /** When services were started, by service; as earlier versions wrote it. */
  startTexts: 40,
  /** Likewise, as rows of numbers (`time/start_fact.ts`). */
  starts: 41,
  /** Log buffers, by the read ends of their pipes (`output/kept_buffers.ts`). */
  buffer: 42,
  /** Pieces of what is in them. */
  bufferText: 43,
  /** Which run of the manager this is in the log store; number 0. */
  logStore: 44,
  /** Processes that were made for probes, by PID. */
  probeChild: 45,
  /** Control connections that were passed to services, by descriptor. */
  passedConnection: 46,
  /** Their handles. */
  passedHandles: 47,
  /** What a report tells, by `reports/kept_history.ts`; number 0. */
  history: 48,
  /** The state before a half of it, by the half. */
  historyState: 49,
  /** Pieces of what went in. */
  historyInputs: 50,
  /** What has gone in in the turn under way; number 0. */
  historyTurn: 51,
} as const;

/** Somebody who has facts. */
export interface FactSource {
  /** Whether nothing has changed since it was put last. */
  readonly isPut: boolean;
  /** From now on changes are noted, and all that there is by now counts as changed. */
  begin(): void;
  /**
   * Puts what has changed.
   *
   * @returns False when there is no room left: then it can be put again elsewhere.
   */
  put(blocks: KeptBlocks): boolean;
}

/** Puts one fact. @returns False when there is no room left. */
export type FactWriter<Fact> = (
  blocks: KeptBlocks,
  kind: BlockKind,
  number: number,
  fact: Fact,
) => boolean;

/** For data that JSON has a form for. */
export function putPlain(
  blocks: KeptBlocks,
  kind: BlockKind,
  number: number,
  fact: unknown,
): boolean {
  return putCheckedJson(blocks, kind, number, fact);
}

/** For all that `encoding.ts` knows but bytes; takes several times as long. */
export function putTagged(
  blocks: KeptBlocks,
  kind: BlockKind,
  number: number,
  fact: unknown,
): boolean {
  return putCheckedText(blocks, kind, number, taggedText(fact));
}

/** The facts of one kind. */
export class Facts<Fact> implements FactSource {
  readonly #kind: BlockKind;
  readonly #all: ReadonlyMap<number, Fact>;
  readonly #write: FactWriter<Fact>;
  readonly #changed = new Set<number>();
  #isNoting = false;

  /** @param all As they are at any time; the owner changes them. */
  constructor(kind: BlockKind, all: ReadonlyMap<number, Fact>, write: FactWriter<Fact> = putPlain) {
    this.#kind = kind;
    this.#all = all;
    this.#write = write;
  }

  get isPut(): boolean {
    return this.#changed.size === 0;
  }

  /** The fact with this number has come, changed or gone. */
  note(number: number): void {
    if (this.#isNoting) this.#changed.add(number);
  }

  begin(): void {
    this.#isNoting = true;
    for (const number of this.#all.keys()) this.#changed.add(number);
  }

  put(blocks: KeptBlocks): boolean {
    for (const number of this.#changed) {
      const fact = this.#all.get(number);
      const hasRoom = fact === undefined
        ? blocks.remove(this.#kind, number)
        : this.#write(blocks, this.#kind, number, fact);
      if (!hasRoom) return false;
    }
    this.#changed.clear();
    return true;
  }
}

/** What was found of a kind. */
export interface FoundFacts<Fact> {
  readonly facts: ReadonlyMap<number, Fact>;
  /** Numbers of those that were damaged after they were written. */
  readonly damaged: readonly number[];
}

/**
 * Reads the facts that {@linkcode putPlain} or {@linkcode putTagged} wrote. What they hold is
 * believed: each has a check.
 */
export function readFacts<Fact>(kept: Kept, kind: BlockKind): FoundFacts<Fact> {
  const facts = new Map<number, Fact>();
  const damaged: number[] = [];
  for (const [number, contents] of kept.get(kind) ?? []) {
    const text = readCheckedText(contents);
    const fact = text === undefined ? undefined : readTaggedText(text);
    if (fact === undefined) damaged.push(number);
    else facts.set(number, fact.value as Fact);
  }
  return { facts, damaged };
}
