/**
 * The console as the manager writes to it: taken at the start, opened again when it was lost.
 *
 * Nothing that happens to it may hold the manager up: a terminal stopped by Ctrl-S or a line that
 * nobody reads fills the bounded stream, and what is said while it is gone waits there; it is tried
 * anew with a later message, but not all the time.
 *
 * On FreeBSD it goes each time that a service which had it for its session ends: then it is only to
 * be opened anew.
 */
import { type Fd, fd, type Instant } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";
import type { Keeper } from "../kept/keeper.ts";
import { type KeptStream, OutputStream } from "./stream.ts";

const CONSOLE = "/dev/console";
/** Between two attempts to open a console that fails. */
const REOPEN_PAUSE_MS = 1000;

export class Console {
  readonly stream: OutputStream;
  readonly #platform: Platform;
  /**
   * /dev/console on descriptors 0 to 2 is the manager's to open; otherwise it writes to what it was
   * given.
   */
  readonly #isOwn: boolean;
  #nextAttempt = 0 as Instant;

  /** @param onIdleChanged As for {@linkcode OutputStream}. */
  constructor(platform: Platform, isOwn: boolean, onIdleChanged: (isIdle: boolean) => void) {
    this.#platform = platform;
    this.#isOwn = isOwn;
    this.stream = new OutputStream(platform, {
      onIdleChanged,
      isShared: true,
      replace: (lost, wasGood) => this.#replace(lost, wasGood),
    });
  }

  /**
   * Takes the machine's console and keyboard. What was written before comes out by {@link open}.
   */
  take(): Failure | undefined {
    if (!this.#isOwn) return undefined;
    const failure = this.#platform.openConsole(CONSOLE);
    this.#platform.takeKernelConsole();
    return failure;
  }

  /** For {@linkcode adopt}. */
  keep(keeper: Keeper): KeptStream {
    return this.stream.keep(keeper);
  }

  /** Goes on where another console was, which took 0 to 2 as they are. */
  adopt(kept: KeptStream): void {
    this.stream.adopt(kept);
  }

  /** Begins to write. */
  open(): void {
    const stream = this.#platform.reopenForWriting(fd(1));
    if (typeof stream === "number") this.stream.open(stream);
  }

  /**
   * It is to be there now, to ask somebody: opened anew if it was lost, however short ago that was
   * tried.
   */
  restore(): void {
    const isThere = this.stream.isOpen && this.#platform.descriptorKind(fd(0)) === "terminal";
    if (!this.#isOwn || isThere) return;
    const opened = this.#openAnew();
    if (opened === undefined) return;
    const lost = this.stream.close();
    if (lost !== undefined) this.#platform.close(lost);
    this.stream.open(opened);
  }

  /**
   * The descriptor cannot be written to any more: a terminal that was hung up, a pipe without a
   * reader. One that worked is replaced at once; without that rule one that opens but takes nothing
   * would be opened without end.
   */
  #replace(lost: Fd | undefined, wasGood: boolean): Fd | "later" | undefined {
    if (!this.#isOwn) return undefined;
    if (lost !== undefined) this.#platform.close(lost);
    if (!wasGood && this.#platform.now() < this.#nextAttempt) return "later";
    return this.#openAnew() ?? "later";
  }

  #openAnew(): Fd | undefined {
    this.#nextAttempt = (this.#platform.now() + REOPEN_PAUSE_MS) as Instant;
    if (this.#platform.openConsole(CONSOLE) !== undefined) return undefined;
    const stream = this.#platform.reopenForWriting(fd(1));
    return typeof stream === "number" ? stream : undefined;
  }
}
