/**
 * A bounded queue in front of one descriptor, so that a reader who does not read (a terminal stopped by
 * Ctrl-S, a full pipe, a dead serial line) can never block the manager.
 *
 * At the bound whole messages are dropped, and one notice takes their place when there is room again.
 */
import type { Fd } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";

const LIMIT_BYTES = 16 * 1024;
/** A write to a descriptor that may block; see {@linkcode Platform.canWrite}. */
const SHARED_WRITE_BYTES = 256;
const encoder = new TextEncoder();

export interface OutputStreamOptions {
  /** Told when text begins to wait for the descriptor, and when all of it is out. */
  readonly onIdleChanged?: (isIdle: boolean) => void;
  /** The descriptor may be one that others use too, and that therefore blocks. */
  readonly isShared?: boolean;
  /** The descriptor fails. @returns Another one in its place, which the stream is not to close. */
  readonly replace?: (lost: Fd) => Fd | undefined;
}

export class OutputStream {
  readonly #platform: Platform;
  /** Owned by whoever opened the stream; undefined: text waits for `open`. */
  #fd: Fd | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isWatched = false;
  #dropped = 0;
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
    this.#flush();
  }

  /** Stops writing; text waits until the next `open`. @returns The descriptor, for its owner to close. */
  close(): Fd | undefined {
    const descriptor = this.#fd;
    if (descriptor !== undefined && this.#isWatched) this.#platform.poller.unwatch(descriptor);
    this.#isWatched = false;
    this.#fd = undefined;
    return descriptor;
  }

  /** Writes, or queues, the message; drops it whole when the queue is full. */
  write(text: string): void {
    const bytes = encoder.encode(text);
    if (this.#queuedBytes + bytes.length > LIMIT_BYTES) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0 && this.#queuedBytes < LIMIT_BYTES / 2) this.#noteDropped();
    this.#enqueue(bytes);
    if (!this.#isWatched) this.#flush();
  }

  /** Forgets what has not been written. */
  discard(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#watch(false);
  }

  /** To be called when the descriptor is ready. @returns Whether the descriptor is this stream's. */
  handleDescriptor(descriptor: Fd): boolean {
    if (descriptor !== this.#fd) return false;
    this.#flush();
    return true;
  }

  #noteDropped(): void {
    const notice = `dinit: ${this.#dropped} messages were dropped: the output was not read\n`;
    this.#dropped = 0;
    this.#enqueue(encoder.encode(notice));
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #flush(): void {
    if (this.#fd === undefined) return;
    while (this.#queue.length > 0) {
      const head = this.#queue[0] as Uint8Array;
      const written = this.#writeSome(this.#fd, head);
      if (written === "again") return this.#watch(true);
      if (typeof written !== "number") {
        if (this.#replace(this.#fd)) continue;
        // Nobody can be told of a log that cannot be written; supervision goes on without it.
        this.discard();
        return;
      }
      this.#queuedBytes -= written;
      if (written < head.length) this.#queue[0] = head.subarray(written);
      else this.#queue.shift();
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
  #replace(lost: Fd): boolean {
    this.#watch(false);
    const replacement = this.#options.replace?.(lost);
    if (replacement === undefined) return false;
    this.#fd = replacement;
    return true;
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
