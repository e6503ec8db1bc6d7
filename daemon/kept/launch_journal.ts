/**
 * Launches, noted at the moment: before a child is made, and with its number, which the kernel puts
 * there before the child begins. So a manager that dies in between leaves a word about a child that
 * nobody else knows yet. Where children are made in another way the number is noted when the child
 * is there; of one that has none the kernel is asked which children were made since then.
 *
 * The notes lie in one block that is written in place, each by a last store that makes it count.
 * After the turn they are of no use any more: then processes are facts of their own.
 */
import type { ProcessRole } from "../../core/event.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { Fd, Pid, ServiceId } from "../../core/types.ts";
import type { NumberNote } from "../../platform/mod.ts";
import { JournalBlock } from "./journal_block.ts";

/** A turn launches a few; when there are more, facts are put in between. */
const PLACES = 128;
/**
 * Eight bytes: when; four each: service, PID, what for (0: nothing is noted here), descriptors (0:
 * there is none); behind them the address of the notification socket, of characters that take one
 * byte, and zeros.
 */
const PLACE_BYTES = 104;
const SERVICE = 2;
const PID = 3;
const ROLE = 4;
const REPORT = 5;
const READINESS = 6;
const NOTIFY = 7;
const CONTROL = 8;
/** The kernel notes the PID: where it has not, there is no process. */
const IS_NUMBERED = 9;
const ADDRESS_AT = 40;
const ADDRESS_BYTES = PLACE_BYTES - ADDRESS_AT;
const ROLES: readonly (LaunchedAs | undefined)[] = [undefined, "start", "stop", "errand"];

/** An errand is beside a service's processes: it is noted so that it is taken for none of them. */
export type LaunchedAs = ProcessRole | "errand";

/** The manager's ends of what a process was given to talk to it. */
export interface LaunchEnds {
  /** Read end of the readiness pipe. */
  readonly readiness: Fd | undefined;
  /** Socket on which the process tells about itself, and its address. */
  readonly notify: { readonly fd: Fd; readonly address: string } | undefined;
  /** Near end of a control connection. */
  readonly control: Fd | undefined;
}

/** A launch that was under way when its manager died. */
export interface NotedLaunch {
  readonly service: ServiceId;
  readonly role: ProcessRole;
  /** By the clock that processes are dated by, in milliseconds: the child is not older. */
  readonly sinceMs: number;
  /** undefined: there is no child, or nobody knows. At most the last one has none. */
  readonly pid: Pid | undefined;
  /** A child would have a number. */
  readonly isNumbered: boolean;
  /** On which the child tells whether it has executed its program; not known without its number. */
  readonly report: Fd | undefined;
  readonly ends: LaunchEnds;
}

export class LaunchJournal {
  readonly #block: JournalBlock;
  #count = 0;

  private constructor(block: JournalBlock) {
    this.#block = block;
  }

  /** It counts from the next commit on. @returns undefined when there is no room. */
  static in(blocks: KeptBlocks): LaunchJournal | undefined {
    const block = JournalBlock.in(blocks, "launches", PLACES * PLACE_BYTES);
    return block === undefined ? undefined : new LaunchJournal(block);
  }

  /** Whether a turn of launches can be noted yet. */
  get hasRoom(): boolean {
    return this.#count < PLACES / 2;
  }

  /** Whether nothing more can be noted. */
  get isFull(): boolean {
    return this.#count === PLACES;
  }

  /**
   * A child is about to be made.
   *
   * @param nowMs By the clock that processes are dated by.
   * @param isNumbered Its number is going to be where this says.
   */
  begin(
    service: ServiceId,
    role: LaunchedAs,
    ends: LaunchEnds,
    { nowMs, isNumbered }: { readonly nowMs: number; readonly isNumbered: boolean },
  ): NumberNote {
    const { words, doubles } = this.#block.blocks;
    const at = this.#block.at + this.#count * PLACE_BYTES;
    const word = at >> 2;
    const { readiness, notify, control } = ends;
    doubles[at >> 3] = nowMs;
    words[word + SERVICE] = service;
    words[word + PID] = 0;
    words[word + REPORT] = 0;
    words[word + READINESS] = readiness ?? 0;
    words[word + NOTIFY] = notify?.fd ?? 0;
    words[word + CONTROL] = control ?? 0;
    words[word + IS_NUMBERED] = isNumbered ? 1 : 0;
    if (notify !== undefined) this.#noteAddress(at + ADDRESS_AT, notify.address);
    words[word + ROLE] = ROLES.indexOf(role);
    this.#count++;
    return { words, at: word + PID };
  }

  /** It is there. */
  made(pid: Pid, report: Fd | undefined): void {
    const word = this.#lastWord;
    this.#block.blocks.words[word + REPORT] = report ?? 0;
    this.#block.blocks.words[word + PID] = pid;
  }

  /** There is none. */
  failed(): void {
    this.#block.blocks.words[this.#lastWord + ROLE] = 0;
    this.#count--;
  }

  /** What was noted has become facts, and these count. */
  clear(): void {
    while (this.#count > 0) this.failed();
  }

  /** Goes on in other blocks, which do not count yet. @returns False when there is no room. */
  moveTo(blocks: KeptBlocks): boolean {
    return this.#block.moveTo(blocks);
  }

  #noteAddress(at: number, address: string): void {
    const { bytes } = this.#block.blocks;
    bytes.fill(0, at, at + ADDRESS_BYTES);
    for (let index = 0; index < Math.min(address.length, ADDRESS_BYTES); index++) {
      bytes[at + index] = address.charCodeAt(index);
    }
  }

  get #lastWord(): number {
    return (this.#block.at + (this.#count - 1) * PLACE_BYTES) >> 2;
  }
}

/** Launches of services' own processes, in their order. What cannot be one is passed over. */
export function readLaunches(contents: Uint8Array): readonly NotedLaunch[] {
  return readNoted(contents).flatMap(({ role, ...one }) =>
    role === "errand" ? [] : [{ ...one, role }]
  );
}

/** Processes of errands. Of one that was noted without its number nobody knows. */
export function readErrands(contents: Uint8Array): ReadonlySet<Pid> {
  return new Set(
    readNoted(contents).flatMap(({ role, pid }) =>
      role === "errand" && pid !== undefined ? [pid] : []
    ),
  );
}

type Noted = Omit<NotedLaunch, "role"> & { readonly role: LaunchedAs };

function readNoted(contents: Uint8Array): readonly Noted[] {
  const view = new DataView(contents.slice().buffer);
  const found: Noted[] = [];
  for (let at = 0; at + PLACE_BYTES <= view.byteLength; at += PLACE_BYTES) {
    const role = ROLES[view.getInt32(at + 4 * ROLE, true)];
    const service = view.getInt32(at + 4 * SERVICE, true);
    const pid = view.getInt32(at + 4 * PID, true);
    const sinceMs = view.getFloat64(at, true);
    if (role === undefined || service <= 0 || pid < 0 || !Number.isFinite(sinceMs)) continue;
    const descriptor = (word: number) => {
      const fd = view.getInt32(at + 4 * word, true);
      return fd > 0 ? fd as Fd : undefined;
    };
    const notify = descriptor(NOTIFY);
    found.push({
      service: service as ServiceId,
      role,
      sinceMs,
      pid: pid === 0 ? undefined : pid as Pid,
      isNumbered: view.getInt32(at + 4 * IS_NUMBERED, true) === 1,
      report: descriptor(REPORT),
      ends: {
        readiness: descriptor(READINESS),
        notify: notify && { fd: notify, address: addressAt(view, at + ADDRESS_AT) },
        control: descriptor(CONTROL),
      },
    });
  }
  return found;
}

function addressAt({ buffer }: DataView, at: number): string {
  const bytes = new Uint8Array(buffer as ArrayBuffer, at, ADDRESS_BYTES);
  const end = bytes.indexOf(0);
  return String.fromCharCode(...end < 0 ? bytes : bytes.subarray(0, end));
}
