/**
 * The console as the manager writes to it: taken at the start, opened again when it was lost.
 *
 * Nothing that happens to it may hold the manager up: a terminal stopped by Ctrl-S or a line that nobody reads
 * fills the bounded stream, and one that is gone is tried anew with a later message, but not all the time.
 */
import { type Fd, fd, type Instant } from "../core/types.ts";
import type { Failure, Platform } from "../platform/mod.ts";
import { OutputStream } from "./output_stream.ts";

const CONSOLE = "/dev/console";
/** Between two attempts to open a console that fails. */
const REOPEN_PAUSE_MS = 1000;

export class Console {
  readonly stream: OutputStream;
  readonly #platform: Platform;
  /** /dev/console on descriptors 0 to 2 is the manager's to open; otherwise it writes to what it was given. */
  readonly #isOwn: boolean;
  #nextAttempt = 0 as Instant;

  /** @param onIdleChanged As for {@linkcode OutputStream}. */
  constructor(platform: Platform, isOwn: boolean, onIdleChanged: (isIdle: boolean) => void) {
    this.#platform = platform;
    this.#isOwn = isOwn;
    this.stream = new OutputStream(platform, {
      onIdleChanged,
      isShared: true,
      replace: (lost) => this.#replace(lost),
    });
  }

  /** Takes the machine's console and keyboard. What was written before comes out by {@link open}. */
  take(): Failure | undefined {
    if (!this.#isOwn) return undefined;
    const failure = this.#platform.openConsole(CONSOLE);
    this.#platform.takeKernelConsole();
    return failure;
  }

  /** Begins to write. */
  open(): void {
    const stream = this.#platform.reopenForWriting(fd(1));
    if (typeof stream === "number") this.stream.open(stream);
  }

  /** The descriptor cannot be written to any more: a terminal that was hung up, a pipe without a reader. */
  #replace(lost: Fd | undefined): Fd | undefined {
    const now = this.#platform.now();
    if (!this.#isOwn || now < this.#nextAttempt) return undefined;
    this.#nextAttempt = (now + REOPEN_PAUSE_MS) as Instant;
    if (this.#platform.openConsole(CONSOLE) !== undefined) return undefined;
    const stream = this.#platform.reopenForWriting(fd(1));
    if (typeof stream !== "number") return undefined;
    if (lost !== undefined) this.#platform.close(lost);
    return stream;
  }
}
