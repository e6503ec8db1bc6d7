/**
 * A bounded queue in front of one descriptor, so that a reader who does not read (a terminal
 * stopped by Ctrl-S, a full pipe, a dead serial line) can never block the manager.
 *
 * At the bound whole messages are dropped, and one notice takes their place when there is room
 * again.
 */
import type { Fd } from "../../core/types.ts";
import type { Keeper } from "../kept/keeper.ts";
import type { Platform } from "../../platform/mod.ts";

const LIMIT_BYTES = 16 * 1024;
/** So much is gathered at most, in UTF-16 units, before it is written. */
const GATHERED_LENGTH = 4096;
/** A write to a descriptor that may block; see {@linkcode Platform.canWrite}. */
const SHARED_WRITE_BYTES = 256;
const encoder = new TextEncoder();

/**
 * Bytes that wait, and how many messages are lost with them: a notice counts as the messages that
 * it stands for.
 */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly messages: number;
}

/** A stream as another one goes on with it. */
export interface KeptStream {
  readonly fd: Fd | undefined;
  readonly waiting: readonly Waiting[];
  readonly dropped: number;
  readonly isLost: boolean;
  readonly isGood: boolean;
}

export interface OutputStreamOptions {
  /** Told when text begins to wait for the descriptor, and when all of it is out. */
  readonly onIdleChanged?: (isIdle: boolean) => void;
  /** The descriptor may be one that others use too, and that therefore blocks. */
  readonly isShared?: boolean;
  /**
   * The descriptor fails, or has failed (undefined) and there is something to write.
   *
   * @param wasGood It took something since it came.
   * @returns Another one in its place; "later": text waits; undefined: what waits is lost. The old
   * one is the owner's to close.
   */
  readonly replace?: (lost: Fd | undefined, wasGood: boolean) => Fd | "later" | undefined;
  /**
   * Asked before a message while none waits.
   *
   * @returns A better descriptor than the present one, which is the owner's to close; undefined:
   *   there is none.
   */
  readonly renew?: (present: Fd) => Fd | undefined;
  /** What stands before a line of the stream's own. */
  readonly stamp?: () => string;
  /** Several messages may go out in one write: no terminal, and nobody who takes records. */
  readonly isGatherable?: boolean;
}

export class OutputStream {
  readonly #platform: Platform;
  /** Owned by whoever opened the stream; undefined: text waits for `open`. */
  #fd: Fd | undefined;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #isWatched = false;
  #dropped = 0;
  /** It was open, and its owner is asked again for another descriptor. */
  #isLost = false;
  /** The present descriptor took something. */
  #isGood = false;
  #isGathering = false;
  #gathered = "";
  #gatheredMessages = 0;
  readonly #options: OutputStreamOptions;

  constructor(platform: Platform, options: OutputStreamOptions = {}) {
    this.#platform = platform;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** Begins to write to the descriptor, which is non-blocking; what waited goes out first. */
  open(descriptor: Fd): void {
    this.#fd = descriptor;
    this.#isLost = false;
    this.#isGood = false;
    this.#flush();
  }

  /**
   * The descriptor that could not be opened is asked for with the next message, as one that was
   * lost.
   */
  awaitReplacement(): void {
    this.#isLost = true;
  }

  /**
   * Stops writing; text waits until the next `open`. @returns The descriptor, for its owner to
   * close.
   */
  close(): Fd | undefined {
    this.release();
    const descriptor = this.#fd;
    if (descriptor !== undefined && this.#isWatched) this.#platform.poller.unwatch(descriptor);
    this.#isWatched = false;
    this.#fd = undefined;
    return descriptor;
  }

  /** Where it is, with the descriptor: for {@linkcode adopt}. */
  keep(keeper: Keeper): KeptStream {
    this.release();
    if (this.#fd !== undefined) keeper.descriptor(this.#fd);
    return {
      fd: this.#fd,
      waiting: this.#queue,
      dropped: this.#dropped,
      isLost: this.#isLost,
      isGood: this.#isGood,
    };
  }

  /** Goes on where another stream was. What waits goes out when the descriptor takes it. */
  adopt({ fd, waiting, dropped, isLost, isGood }: KeptStream): void {
    // What was said meanwhile comes behind it.
    this.#queue = [...waiting, ...this.#queue];
    this.#queuedBytes = this.#queue.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.#dropped += dropped;
    this.#isLost = isLost;
    this.#isGood = isGood;
    this.#fd = fd;
    if (this.#queue.length > 0) this.#watch(true);
  }

  /**
   * From now on messages wait for {@linkcode release}, if the stream is such a one: of those of a
   * turn of the loop there is one write, and one look whether the file is in its place.
   *
   * @param isGathering False: each is written at once again.
   */
  gather(isGathering: boolean): void {
    this.release();
    this.#isGathering = isGathering && this.#options.isGatherable === true;
  }

  /** Writes what was gathered. */
  release(): void {
    if (this.#gatheredMessages === 0) return;
    const [text, messages] = [this.#gathered, this.#gatheredMessages];
    this.#gathered = "";
    this.#gatheredMessages = 0;
    this.#write(text, messages);
  }

  /** Writes, or queues, the message; drops it whole when the queue is full. */
  write(text: string): void {
    if (!this.#isGathering) return this.#write(text, 1);
    this.#gathered += text;
    this.#gatheredMessages++;
    if (this.#gathered.length > GATHERED_LENGTH) this.release();
  }

  /** @param messages So many are in the text. */
  #write(text: string, messages: number): void {
    const bytes = encoder.encode(text);
    // First, for there may be no room until somebody takes what waits.
    if (this.#isLost && this.#replace(undefined)) this.#flush();
    if (this.#queuedBytes + bytes.length > LIMIT_BYTES) {
      this.#dropped += messages;
      return;
    }
    if (this.#dropped > 0 && this.#queuedBytes < LIMIT_BYTES / 2) this.#noteDropped();
    if (this.#fd !== undefined && this.isIdle) {
      this.#fd = this.#options.renew?.(this.#fd) ?? this.#fd;
    }
    this.#enqueue(bytes, messages);
    if (!this.#isWatched) this.#flush();
  }

  /**
   * Tries again what waits: the end of a session cuts a terminal off, and FreeBSD then forgets that
   * anybody watches it (knlist_clear of sys/kern/kern_event.c).
   */
  tryAgain(): void {
    if (!this.#isWatched) return;
    this.#watch(false);
    this.#flush();
  }

  /**
   * To be called when the descriptor is ready. @returns Whether the descriptor is this stream's.
   */
  handleDescriptor(descriptor: Fd): boolean {
    if (descriptor !== this.#fd) return false;
    this.#flush();
    return true;
  }

  #noteDropped(): void {
    const count = this.#dropped;
    this.#dropped = 0;
    const what = count === 1 ? "1 message was" : `${count} messages were`;
    const stamp = this.#options.stamp?.() ?? "";
    const notice = `${stamp}dinit: ${what} dropped: the output did not take more\n`;
    this.#enqueue(encoder.encode(notice), count);
  }

  /** What waits is lost; the next message that can be written is preceded by how much that was. */
  #drop(): void {
    for (const { messages } of this.#queue) this.#dropped += messages;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#watch(false);
  }

  #enqueue(bytes: Uint8Array, messages: number): void {
    this.#queue.push({ bytes, messages });
    this.#queuedBytes += bytes.length;
  }

  #flush(): void {
    if (this.#fd === undefined) return;
    while (this.#queue.length > 0) {
      const head = this.#queue[0] as Waiting;
      const written = this.#writeSome(this.#fd, head.bytes);
      if (written === "again") return this.#watch(true);
      if (typeof written !== "number") {
        if (this.#replace(this.#fd)) continue;
        if (this.#isLost) return;
        // Supervision goes on without a log that cannot be written.
        this.#drop();
        return;
      }
      this.#isGood = true;
      this.#queuedBytes -= written;
      if (written < head.bytes.length) {
        this.#queue[0] = { ...head, bytes: head.bytes.subarray(written) };
        continue;
      }
      this.#queue.shift();
      if (this.#queue.length === 0 && this.#dropped > 0) this.#noteDropped();
    }
    this.#watch(false);
  }

  #writeSome(descriptor: Fd, bytes: Uint8Array): ReturnType<Platform["write"]> {
    if (!this.#options.isShared) return this.#platform.write(descriptor, bytes);
    if (!this.#platform.canWrite(descriptor)) return "again";
    return this.#platform.write(descriptor, bytes.subarray(0, SHARED_WRITE_BYTES));
  }

  /** @returns Whether there is another descriptor to write to. */
  #replace(lost: Fd | undefined): boolean {
    this.#watch(false);
    const replacement = this.#options.replace?.(lost, this.#isGood);
    this.#isGood = false;
    if (replacement === undefined) return false;
    this.#isLost = replacement === "later";
    this.#fd = replacement === "later" ? undefined : replacement;
    return !this.#isLost;
  }

  #watch(wanted: boolean): void {
    if (this.#fd === undefined || wanted === this.#isWatched) return;
    if (wanted) {
      // epoll refuses regular files, which are always ready: then the next write tries again.
      const failure = this.#platform.poller.watch(this.#fd, { read: false, write: true });
      this.#isWatched = failure === undefined;
    } else {
      this.#platform.poller.unwatch(this.#fd);
      this.#isWatched = false;
    }
    this.#options.onIdleChanged?.(!this.#isWatched);
  }
}
