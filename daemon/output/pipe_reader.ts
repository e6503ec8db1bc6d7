/**
 * Reads what services write, and gives it to what takes it: who floods waits, and so do the pipes
 * of a file that can take no more.
 */
import type { Fd, Instant } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { Inbox, INBOX_BYTES } from "../kept/inbox.ts";
import { watchAgain } from "../kept/watch_again.ts";
import type { LogFile } from "./log_file.ts";
import type { LogFiles } from "./log_files.ts";
import type { OutputPipes } from "./output_pipes.ts";
import { OutputPacer } from "./pacer.ts";
import type { OutputPipe } from "./pipe.ts";
import { sizeOf } from "./sink.ts";

/** Who writes this much within a window of the pacer floods; 1.6 MB/s if it goes on. */
const FLOOD_BYTES = 32 * 1024;
/**
 * Reads at the end of a process: enough for the largest pipe that a user may set up, 1 MiB
 * (pipe(7)).
 */
const MOST_DRAIN_READS = 32;

export interface PipeReaderParts {
  readonly platform: Platform;
  readonly pipes: OutputPipes;
  readonly files: LogFiles;
  /** What stands before a line, where a service wants the time. */
  readonly stamp: () => string;
  /** What log buffers hold is to count: what it is of is nowhere else. */
  readonly keepBuffers: () => void;
}

const encoder = new TextEncoder();

export class PipeReader {
  readonly #parts: PipeReaderParts;
  /**
   * One wake-up reads at most what it holds, so that a service that floods its log starves nobody.
   */
  readonly inbox = new Inbox();
  readonly #pacer = new OutputPacer();
  #parkedForFlood: OutputPipe[] = [];
  /** Pipes of which something was dropped that is not told yet. */
  readonly #lossy = new Set<OutputPipe>();

  constructor(parts: PipeReaderParts) {
    this.#parts = parts;
  }

  /** @returns Whether the descriptor is one of the pipes, or a file that one of them leads to. */
  handleDescriptor(descriptor: Fd): boolean {
    const { pipes, files } = this.#parts;
    const pipe = pipes.readFrom(descriptor);
    if (pipe !== undefined) {
      this.#readPaced(pipe);
      return true;
    }
    const file = files.awaiting(descriptor);
    if (file === undefined) return false;
    file.handleWritable();
    this.followFile(file);
    return true;
  }

  /**
   * When pipes that were parked for flooding are read again, or it is to be told how much was
   * dropped; undefined: there is nothing of that.
   */
  next(): Instant | undefined {
    let next = this.#parkedForFlood.length > 0 ? this.#pacer.windowEnd : Infinity;
    for (const { limit } of this.#lossy) next = Math.min(next, limit?.due ?? Infinity);
    return next === Infinity ? undefined : next as Instant;
  }

  runDue(now: Instant): void {
    for (const pipe of this.#lossy) if ((pipe.limit?.due ?? 0) <= now) this.tellDropped(pipe);
    if (this.#parkedForFlood.length === 0 || now < this.#pacer.windowEnd) return;
    const parked = this.#parkedForFlood;
    this.#parkedForFlood = [];
    for (const pipe of parked) this.#park(pipe, !canTake(pipe));
  }

  /** Reads what is waiting in a pipe, up to the most that there can be. */
  drain(pipe: OutputPipe): void {
    if (pipe.sink.kind === "none") return;
    for (let reads = 0; reads < MOST_DRAIN_READS; reads++) {
      if (!canTake(pipe) || this.#read(pipe) < INBOX_BYTES) return;
    }
  }

  /**
   * To be called after anything was done with a file: waits for its room where it has none, and
   * reads its pipes only while it can take more.
   */
  followFile(file: LogFile): void {
    const { pipes, files } = this.#parts;
    files.noteAwaited(file);
    const { canTake } = file;
    for (const name of files.servicesOf(file)) {
      const pipe = pipes.of(name);
      if (pipe !== undefined && !this.#parkedForFlood.includes(pipe)) this.#park(pipe, !canTake);
    }
  }

  /** Reads a pipe of another manager from now on, unless its file can take no more. */
  goOn(pipe: OutputPipe): void {
    pipe.isParked = !canTake(pipe);
    watchAgain(this.#parts.platform, pipe.readEnd, { read: !pipe.isParked, write: false });
  }

  /** The log says how much of it was dropped, if anything was. */
  tellDropped(pipe: OutputPipe): void {
    this.#lossy.delete(pipe);
    const notice = pipe.limit?.notice();
    if (notice === undefined || notice.length === 0) return;
    this.#pass(pipe, notice);
    if (pipe.sink.kind === "buffer") this.#parts.keepBuffers();
    else if (pipe.sink.kind === "file") this.followFile(pipe.sink.file);
  }

  /** Something of it may have been dropped. */
  noteLoss(pipe: OutputPipe): void {
    if (pipe.limit?.due === undefined) this.#lossy.delete(pipe);
    else this.#lossy.add(pipe);
  }

  /** The pipe is gone. */
  forget(pipe: OutputPipe): void {
    this.#lossy.delete(pipe);
    this.#parkedForFlood = this.#parkedForFlood.filter((parked) => parked !== pipe);
  }

  /** Gives text to the pipe's sink, with the time if it wants that. */
  fill(pipe: OutputPipe, text: Uint8Array<ArrayBuffer>): void {
    const { pipes, stamp } = this.#parts;
    const { sink, stamper } = pipe;
    const stamped = stamper?.stamp(text, encoder.encode(stamp())) ?? text;
    switch (sink.kind) {
      case "none":
      case "copies":
        break;
      case "buffer":
        sink.buffer.append(stamped);
        pipes.bufferFacts.note(pipe.readEnd);
        break;
      case "file":
        sink.file.append(stamped, pipe);
    }
  }

  #readPaced(pipe: OutputPipe): void {
    const { platform } = this.#parts;
    const begin = platform.now();
    const count = this.#read(pipe);
    const isSpent = this.#pacer.spend(begin, platform.now());
    if (pipe.windowEnd !== this.#pacer.windowEnd) {
      pipe.windowEnd = this.#pacer.windowEnd;
      pipe.windowBytes = 0;
    }
    pipe.windowBytes += count;
    if (isSpent && pipe.windowBytes >= FLOOD_BYTES) {
      this.#park(pipe, true);
      this.#parkedForFlood.push(pipe);
    }
    if (pipe.sink.kind === "file") this.followFile(pipe.sink.file);
  }

  /** @returns Bytes read; 0 when there was nothing. */
  #read(pipe: OutputPipe): number {
    const { inbox } = this;
    const { sink } = pipe;
    const { platform, keepBuffers } = this.#parts;
    const buffer = inbox.begin(pipe.readEnd, sizeOf(sink), pipe.copy?.position ?? -1);
    const count = platform.read(pipe.readEnd, buffer);
    if (typeof count !== "number" || count === 0) {
      inbox.done(0);
      return 0;
    }
    inbox.got(count);
    this.#take(pipe, buffer.subarray(0, count));
    if (sink.kind === "buffer") keepBuffers();
    inbox.done(count);
    return count;
  }

  #take(pipe: OutputPipe, text: Uint8Array<ArrayBuffer>): void {
    const { limit } = pipe;
    if (limit === undefined) return this.#pass(pipe, text);
    this.#pass(pipe, limit.pass(text, this.#parts.platform.now()));
    this.noteLoss(pipe);
  }

  #pass(pipe: OutputPipe, text: Uint8Array<ArrayBuffer>): void {
    if (text.length === 0) return;
    pipe.copy?.take(text);
    this.fill(pipe, text);
  }

  #park(pipe: OutputPipe, isParked: boolean): void {
    const { platform, pipes } = this.#parts;
    if (pipe.isParked === isParked || pipes.readFrom(pipe.readEnd) === undefined) return;
    pipe.isParked = isParked;
    platform.poller.change(pipe.readEnd, { read: !isParked, write: false });
  }
}

function canTake({ sink }: OutputPipe): boolean {
  return sink.kind !== "file" || sink.file.canTake;
}
