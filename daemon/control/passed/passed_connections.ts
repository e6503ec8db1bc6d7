/**
 * Control connections that were passed to services, over a crash of the manager: the services have
 * no other way to their manager, and cannot connect anew.
 *
 * What a request has changed and that it was read must count together, so it is looked at first,
 * and read when the turn counts; how far was looked the kernel knows. What is to be written goes
 * through a pipe: it is noted what is in it, and what has left it since has been written.
 */
import type { Fd, ServiceId } from "../../../core/types.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";
import { FACT_KIND, Facts, type FactSource } from "../../kept/facts.ts";
import type { ControlSession } from "../session.ts";
import {
  isKeptWhole,
  type LeftPassed,
  type PassedConnection,
  putHandles,
  putPassed,
} from "./passed_fact.ts";

export type PassedPlatform = Pick<
  Platform,
  "close" | "exactStreams" | "lastResort" | "pipe" | "read" | "waitingBytes" | "write"
>;

/** A pipe has room for 16 pages, each of which may be left half empty. */
const MOST_STAGED_BYTES = 32_768;

export interface PassedOptions {
  readonly platform: PassedPlatform;
  /** What is noted here counts from now on; undefined: nothing is kept. */
  readonly keepNow: (() => void) | undefined;
  /** Closes a descriptor that facts speak of. */
  readonly closeLater: Platform["close"];
}

export class PassedConnections {
  readonly #options: PassedOptions;
  readonly #all = new Map<Fd, PassedConnection>();
  readonly #facts = new Facts(FACT_KIND.passedConnection, this.#all, putPassed);
  readonly #handleFacts = new Facts(FACT_KIND.passedHandles, this.#all, putHandles);
  /** What was noted last of each: changes of its handles, and whether all of it is kept. */
  readonly #noted = new Map<Fd, { readonly handles: number; readonly isWhole: boolean }>();

  constructor(options: PassedOptions) {
    this.#options = options;
  }

  /** All that is kept of them. */
  get facts(): readonly FactSource[] {
    return [this.#facts, this.#handleFacts];
  }

  /** Keeps one from now on, where the system can. */
  add(fd: Fd, service: ServiceId | undefined, session: ControlSession): void {
    const { platform, keepNow } = this.#options;
    if (keepNow === undefined || platform.exactStreams === undefined) return;
    const made = platform.pipe();
    if (made.kind === "failure") return;
    const { readEnd, writeEnd } = made;
    const counts = { unreadBytes: 0, stagedBytes: 0, wasInterrupted: false };
    const state = { service, session, pipe: { readEnd, writeEnd }, ...counts };
    if (platform.exactStreams.begin(fd) === undefined) return this.#keep(fd, state);
    for (const end of [readEnd, writeEnd]) platform.close(end);
  }

  /**
   * Goes on with one of a manager that has died. Of what counts nothing is read or written.
   *
   * @param isNobodysFault It did not die of what it was at.
   * @returns Why not: the end of a sentence.
   */
  goOn(
    { fd, session: kept, ...left }: LeftPassed,
    session: ControlSession,
    isNobodysFault: boolean,
  ): string | undefined {
    const { exactStreams } = this.#options.platform;
    if (exactStreams === undefined) return "the system cannot tell how far it was read";
    if (kept === undefined) return "its service did not read what was written to it";
    const peekedBytes = exactStreams.peekedBytes(fd);
    // Nothing more is looked at before it is noted that this was read.
    const isAtWork = left.unreadBytes === 0 && peekedBytes > 0;
    if (isAtWork && left.wasInterrupted && !isNobodysFault) {
      return "the manager has crashed twice over a request that came over it";
    }
    if (isAtWork && exactStreams.begin(fd) !== undefined) return "it cannot be read from its start";
    session.adopt(kept);
    const state = {
      ...{ ...left, session },
      unreadBytes: left.unreadBytes === 0 ? 0 : peekedBytes,
      wasInterrupted: isAtWork,
    };
    const stagedBytes = this.#stillStaged(left);
    moved(state, left.stagedBytes - stagedBytes);
    this.#keep(fd, state);
    return undefined;
  }

  has(fd: Fd): boolean {
    return this.#all.has(fd);
  }

  /** The service that has the other end, if that is known. */
  serviceOf(fd: Fd): ServiceId | undefined {
    return this.#all.get(fd)?.service;
  }

  /** Something of it may have changed. */
  note(fd: Fd): void {
    const state = this.#all.get(fd);
    if (state === undefined) return;
    const { session } = state;
    const before = this.#noted.get(fd);
    const now = { handles: session.handleChanges, isWhole: isKeptWhole(session) };
    // What is not kept need not be put again.
    if (before === undefined || before.isWhole || now.isWhole) this.#facts.note(fd);
    if (before?.handles !== now.handles) this.#handleFacts.note(fd);
    this.#noted.set(fd, now);
  }

  noteAll(): void {
    for (const fd of this.#all.keys()) this.note(fd);
  }

  /** As `Platform.read`, but it stays where it is until {@linkcode takeAway}. */
  read(fd: Fd, target: Uint8Array): number | "again" | Failure {
    const state = this.#all.get(fd);
    const { exactStreams } = this.#options.platform;
    if (state === undefined || exactStreams === undefined || state.unreadBytes > 0) return "again";
    const count = exactStreams.peek(fd, target);
    if (typeof count === "number" && count > 0) {
      state.unreadBytes = count;
      this.note(fd);
    }
    return count;
  }

  /** What the session has taken counts: it is read away. @param buffer For as much. */
  takeAway(fd: Fd, buffer: Uint8Array): void {
    const state = this.#all.get(fd);
    if (state === undefined || state.unreadBytes === 0) return;
    this.#options.platform.read(fd, buffer.subarray(0, state.unreadBytes));
    state.unreadBytes = 0;
    state.wasInterrupted = false;
    this.note(fd);
  }

  /** Writes as much as the socket takes. @returns False when the client has gone. */
  write(fd: Fd): boolean {
    const state = this.#all.get(fd);
    const { exactStreams } = this.#options.platform;
    if (state === undefined || exactStreams === undefined) return false;
    for (;;) {
      // What is in the pipe and not noted is nothing to the next manager: so it has to be empty
      // before, and that has to count.
      this.keepNow();
      if (state.stagedBytes === 0) {
        if (state.session.waitingBytes === 0) return true;
        this.#stage(state);
        this.note(fd);
        this.keepNow();
      }
      const count = exactStreams.move(state.pipe.readEnd, fd, state.stagedBytes);
      if (typeof count !== "number") return count === "again";
      moved(state, count);
      this.note(fd);
    }
  }

  /** What was noted counts from now on. */
  keepNow(): void {
    if (!this.#facts.isPut || !this.#handleFacts.isPut) this.#options.keepNow?.();
  }

  /** Closes it. @returns False when it is none of these. */
  close(fd: Fd): boolean {
    const pipe = this.#all.get(fd)?.pipe;
    if (pipe === undefined) return false;
    this.#all.delete(fd);
    this.#noted.delete(fd);
    this.#facts.note(fd);
    this.#handleFacts.note(fd);
    for (const one of [fd, pipe.readEnd, pipe.writeEnd]) {
      this.#options.platform.lastResort.keep(one, false);
      this.#options.closeLater(one);
    }
    return true;
  }

  #keep(fd: Fd, state: PassedConnection): void {
    this.#all.set(fd, state);
    const { pipe: { readEnd, writeEnd } } = state;
    for (const one of [fd, readEnd, writeEnd]) this.#options.platform.lastResort.keep(one, true);
    this.note(fd);
  }

  /** Puts what waits into the pipe, which is empty. */
  #stage(state: PassedConnection): void {
    const { platform } = this.#options;
    for (const packet of state.session.allOutput()) {
      if (state.stagedBytes + packet.length > MOST_STAGED_BYTES && state.stagedBytes > 0) return;
      const count = platform.write(state.pipe.writeEnd, packet);
      if (typeof count === "number") state.stagedBytes += count;
      if (count !== packet.length) return;
    }
  }

  /** @returns How much of what was noted is in the pipe still. What was not noted is dropped. */
  #stillStaged({ pipe: { readEnd }, stagedBytes }: Pick<PassedConnection, "pipe" | "stagedBytes">) {
    const { platform } = this.#options;
    const there = platform.waitingBytes(readEnd);
    if (stagedBytes > 0) return there;
    const dropped = new Uint8Array(there);
    if (there > 0) platform.read(readEnd, dropped);
    return 0;
  }
}

/** So many bytes have left the pipe for the socket. */
function moved(state: PassedConnection, count: number): void {
  state.stagedBytes -= count;
  for (let left = count; left > 0;) {
    const length = Math.min(left, state.session.nextOutput()?.length ?? left);
    state.session.outputWrittenEarly(length);
    left -= length;
  }
}
