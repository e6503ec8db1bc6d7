/**
 * What a report tells, over a crash of the manager: states of the scheduler, and what went into it
 * after each, up to what was at work when the manager died.
 *
 * An input is noted before it goes in, in a place that counts at once; when the turn counts it is
 * moved to pieces that do from then on. There are two halves, as in the heap
 * (`core/report/input_recorder.ts`). Of a state only what changes is kept: descriptions are in the
 * memory anyway, and where one comes, changes or goes the past begins anew.
 *
 * Blocks: of kind `history` one with, from 0, the turns that count, and of the older half and the
 * newer one their numbers (0: there is none) and their first pieces, and the last piece; of kind
 * `historyState` one for each half, `historyInputs` one for each piece; `historyTurn` has length
 * and number of the turn under way, and its inputs from 16 on.
 */
import { InputRecords, isLeftOut } from "../../core/report/input_records.ts";
import { MOST_SERVICES } from "../../core/report/input_recorder.ts";
import type { Input, InputWatch } from "../../core/schedule/input_watch.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { Instant } from "../../core/types.ts";
import { FACT_KIND, type FactSource } from "../kept/facts.ts";
import { HISTORY_HEAD_BYTES, TURN_HEADER_BYTES } from "./history_form.ts";

/** In each half. */
const INPUTS_OF_A_HALF = 2000;
/** Room for the inputs of a turn; of more the rest is left out, and the past begins anew. */
const TURN_BYTES = 8192;
/** The last piece is written anew until it has so many bytes. */
const SHORT_PIECE_BYTES = 1024;

interface Half {
  readonly number: number;
  readonly firstPiece: number;
}

interface Past {
  readonly older: Half | undefined;
  readonly newer: Half;
  /** Of the newer half. */
  readonly inputs: number;
  readonly lastPiece: number;
  /** Of the last piece. */
  readonly contents: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array(0);

export class KeptHistory implements FactSource, InputWatch {
  readonly #scheduler: Pick<Scheduler, "snapshot">;
  #turn: Turn | undefined;
  #turnAt = 0;
  #turns = 1;
  #inputs = 0;
  #isNoting = false;
  #beginsAnew = true;
  #past: Past | undefined;

  /** @param scheduler Whose inputs they are. */
  constructor(scheduler: Pick<Scheduler, "snapshot">) {
    this.#scheduler = scheduler;
  }

  get isPut(): boolean {
    return this.#inputs === 0 && !this.#beginsAnew;
  }

  note(input: Input, now: Instant): void {
    if (!this.#isNoting || this.#turn === undefined) return;
    if (this.#inputs === 0) this.#turn.begin(this.#turns);
    this.#inputs++;
    if (isLeftOut(input) || !this.#turn.append(input, now)) this.#beginsAnew = true;
    if (isLeftOut(input)) this.#turn.append(input, now);
  }

  begin(): void {
    this.#isNoting = true;
    this.#beginsAnew = true;
    this.#past = undefined;
  }

  /**
   * Goes there, where it counts from the next commit on; what the turn has noted goes along.
   *
   * @returns False when there is no room.
   */
  placeIn(blocks: KeptBlocks): boolean {
    const at = blocks.begin(FACT_KIND.historyTurn, 0, TURN_BYTES);
    if (at < 0) return false;
    const bytes = blocks.bytes.subarray(at, at + TURN_BYTES);
    bytes.fill(0);
    const next = new Turn(bytes);
    next.adopt(this.#turn);
    this.#turn = next;
    this.#turnAt = at;
    return true;
  }

  /** Stays where it is, in memory of which there is more now. */
  stayIn({ bytes }: KeptBlocks): void {
    this.#turn?.useIn(bytes.subarray(this.#turnAt, this.#turnAt + TURN_BYTES));
  }

  put(blocks: KeptBlocks): boolean {
    if (this.isPut) return true;
    const next = this.#beginsAnew ? this.#anew(blocks) : this.#longer(blocks);
    if (next === undefined || !this.#putHead(blocks, next)) return false;
    this.#past = next;
    this.#turns++;
    this.#inputs = 0;
    this.#beginsAnew = false;
    return true;
  }

  /** @returns undefined when there is no room. */
  #anew(blocks: KeptBlocks): Past | undefined {
    const past = this.#past;
    if (past !== undefined) {
      const first = past.older ?? past.newer;
      if (!drop(blocks, first, past.lastPiece + 1)) return undefined;
      if (past.older !== undefined && !dropState(blocks, past.newer)) return undefined;
    }
    const newer = {
      number: (past?.newer.number ?? 0) + 1,
      firstPiece: (past?.lastPiece ?? 0) + 1,
    };
    if (!this.#putState(blocks, newer)) return undefined;
    return { older: undefined, newer, inputs: 0, lastPiece: newer.firstPiece, contents: NOTHING };
  }

  #longer(blocks: KeptBlocks): Past | undefined {
    const past = this.#past;
    if (past === undefined) return undefined;
    const longer = this.#withTurn(blocks, past);
    if (longer === undefined || longer.inputs < INPUTS_OF_A_HALF) return longer;
    const { older, newer, lastPiece } = longer;
    if (older !== undefined && !drop(blocks, older, newer.firstPiece)) return undefined;
    const next = { number: newer.number + 1, firstPiece: lastPiece + 1 };
    if (!this.#putState(blocks, next)) return undefined;
    const contents = NOTHING;
    return { older: newer, newer: next, inputs: 0, lastPiece: next.firstPiece, contents };
  }

  #withTurn(blocks: KeptBlocks, past: Past): Past | undefined {
    const added = this.#turn?.contents ?? NOTHING;
    const isFull = past.contents.length + added.length > SHORT_PIECE_BYTES;
    const isNew = isFull && past.contents.length > 0;
    const lastPiece = past.lastPiece + (isNew ? 1 : 0);
    const before = isNew ? 0 : past.contents.length;
    const contents = new Uint8Array(before + added.length);
    if (!isNew) contents.set(past.contents);
    contents.set(added, before);
    if (!blocks.put(FACT_KIND.historyInputs, lastPiece, contents)) return undefined;
    return { ...past, lastPiece, contents, inputs: past.inputs + this.#inputs };
  }

  #putState(blocks: KeptBlocks, { number }: Half): boolean {
    const snapshot = this.#scheduler.snapshot(MOST_SERVICES);
    return snapshot === undefined ||
      blocks.put(FACT_KIND.historyState, number, snapshot.blocks.committed());
  }

  #putHead(blocks: KeptBlocks, { older, newer, lastPiece }: Past): boolean {
    const at = blocks.begin(FACT_KIND.history, 0, HISTORY_HEAD_BYTES);
    if (at < 0) return false;
    const { words } = blocks;
    const word = at >> 2;
    words[word] = this.#turns;
    words[word + 1] = older?.number ?? 0;
    words[word + 2] = older?.firstPiece ?? 0;
    words[word + 3] = newer.number;
    words[word + 4] = newer.firstPiece;
    words[word + 5] = lastPiece;
    return true;
  }
}

/** The inputs of the turn under way. */
class Turn {
  #bytes: Uint8Array;
  #words: Int32Array;
  #records: InputRecords;

  /** In memory that is zero. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, 2);
    this.#records = new InputRecords(bytes.subarray(TURN_HEADER_BYTES));
  }

  /** The same memory, seen anew. */
  useIn(bytes: Uint8Array): void {
    const { length } = this.#records;
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, 2);
    this.#records = new InputRecords(bytes.subarray(TURN_HEADER_BYTES));
    this.#records.length = length;
  }

  begin(number: number): void {
    this.#words[0] = 0;
    this.#words[1] = number;
    this.#records.length = 0;
  }

  append(input: Input, now: Instant): boolean {
    const isThere = this.#records.append(input, now);
    this.#words[0] = this.#records.length;
    return isThere;
  }

  get contents(): Uint8Array {
    return this.#bytes.subarray(TURN_HEADER_BYTES, TURN_HEADER_BYTES + this.#records.length);
  }

  adopt(before: Turn | undefined): void {
    if (before === undefined) return;
    this.#bytes.set(before.#bytes);
    this.#records.length = before.#records.length;
  }
}

function drop(blocks: KeptBlocks, half: Half, before: number): boolean {
  for (let piece = half.firstPiece; piece < before; piece++) {
    if (!blocks.remove(FACT_KIND.historyInputs, piece)) return false;
  }
  return dropState(blocks, half);
}

function dropState(blocks: KeptBlocks, { number }: Half): boolean {
  return blocks.remove(FACT_KIND.historyState, number);
}
