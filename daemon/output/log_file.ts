/**
 * A log file that the manager writes for one or several services: appends, rotates, and never
 * waits.
 *
 * A file that somebody has moved or removed is made anew, so that nothing is written to where
 * nobody looks.
 *
 * What cannot be written is either kept, bounded, until the reader of a FIFO takes it (then the
 * service's pipe is not read meanwhile), or, on a full or broken disk, dropped by whole lines and
 * counted; the count goes into the file as soon as something can be written again.
 */
import { bytesForFile, oldFileEndings } from "../../core/log/rotation.ts";
import type { Fd } from "../../core/types.ts";
import type { Failure, FileIdentity, OpenedLogFile, Platform } from "../../platform/mod.ts";
import type { Keeper } from "../kept/keeper.ts";
import { watchAgain } from "../kept/watch_again.ts";
import type { LogFileTarget } from "./log_file_target.ts";

/** Beyond this, nothing more is taken until some of it is written. */
const QUEUE_BYTES = 256 * 1024;
/**
 * A path that leads to another file each time (its inode numbers do not last, say) is not followed
 * further.
 */
const MOST_REPLACEMENTS = 8;
const LINE_FEED = 10;
const LINE_END = Uint8Array.of(LINE_FEED);
const encoder = new TextEncoder();

interface Lost {
  lines: number;
  readonly why: string;
}

/** What a log file needs of its surroundings. */
export interface LogFileOptions {
  /** Gets a sentence when lines begin to be lost, or a file cannot be put aside. */
  readonly warn: (text: string) => void;
  /** What stands before a line of the manager's own. */
  readonly stamp: () => string;
}

interface OpenFile {
  readonly fd: Fd;
  readonly file: FileIdentity;
  sizeBytes: number;
  /** Size at which it is put aside; later than wanted after that has failed. */
  limitBytes: number;
  /** It is not at its path any more, no other can be opened there, and that was reported. */
  isStray: boolean;
}

/** A log file as another one goes on with it. */
export interface KeptLogFile {
  readonly target: LogFileTarget;
  readonly file: OpenFile | undefined;
  readonly isInLine: boolean;
  readonly queue: readonly Uint8Array<ArrayBuffer>[];
  readonly isWatched: boolean;
  readonly lost: Lost | undefined;
  readonly skipsLine: boolean;
}

export class LogFile {
  readonly #platform: Platform;
  readonly #options: LogFileOptions;
  #target: LogFileTarget;
  #file: OpenFile | undefined;
  #isInLine = false;
  /** Whose line was accepted without its end. */
  #unended: object | undefined;
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #isWatched = false;
  #lost: Lost | undefined;
  /** The beginning of a line was dropped, so the rest of it goes too. */
  #skipsLine = false;

  constructor(platform: Platform, target: LogFileTarget, options: LogFileOptions) {
    this.#platform = platform;
    this.#target = target;
    this.#options = options;
  }

  /**
   * Opens the file, anew if it is open: somebody may have moved it. The old one stays on failure.
   */
  open(target: LogFileTarget): Failure | undefined {
    const opened = this.#platform.openLogFile(target.path, target);
    if (opened.kind === "failure") return opened;
    this.#closeFile();
    this.#target = target;
    this.#use(opened);
    this.#flush();
    return undefined;
  }

  /** For {@linkcode adopt}. */
  keep(keeper: Keeper): KeptLogFile {
    if (this.#file !== undefined) keeper.descriptor(this.#file.fd);
    return {
      target: this.#target,
      file: this.#file,
      isInLine: this.#isInLine,
      queue: this.#queue,
      isWatched: this.#isWatched,
      lost: this.#lost,
      skipsLine: this.#skipsLine,
    };
  }

  /**
   * Goes on where another one was.
   *
   * @param unended Whose line was accepted without its end.
   */
  adopt(kept: KeptLogFile, unended: object | undefined): void {
    this.#target = kept.target;
    this.#file = kept.file;
    this.#isInLine = kept.isInLine;
    this.#queue = [...kept.queue];
    this.#queuedBytes = kept.queue.reduce((sum, { length }) => sum + length, 0);
    this.#lost = kept.lost;
    this.#skipsLine = kept.skipsLine;
    this.#unended = unended;
    this.#isWatched = kept.isWatched;
    if (this.#file === undefined || !kept.isWatched) return;
    watchAgain(this.#platform, this.#file.fd, { read: false, write: true });
  }

  /** How long it is, be it open or not; −1: it is not there. */
  get sizeBytes(): number {
    if (this.#file !== undefined) return this.#file.sizeBytes;
    const status = this.#platform.fileStatus(this.#target.path, "followed");
    return "kind" in status ? -1 : status.sizeBytes;
  }

  /** The writer whose line was accepted without its end. */
  get unended(): object | undefined {
    return this.#unended;
  }

  /** False while so much waits that the service should wait too. */
  get canTake(): boolean {
    return this.#queuedBytes < QUEUE_BYTES;
  }

  /** The descriptor that is watched until it can be written to: see {@link handleWritable}. */
  get awaited(): Fd | undefined {
    return this.#isWatched ? this.#file?.fd : undefined;
  }

  /**
   * Appends the text, whose memory may be used again afterwards.
   *
   * @param writer Whose text it is: what another writes begins on a line of its own.
   */
  append(text: Uint8Array<ArrayBuffer>, writer: object = this): void {
    if (this.#unended !== undefined && this.#unended !== writer) this.#take(LINE_END);
    this.#take(text);
    this.#unended = text[text.length - 1] === LINE_FEED ? undefined : writer;
  }

  #take(text: Uint8Array<ArrayBuffer>): void {
    if (this.#queue.length > 0) return this.#enqueue(text.slice());
    if (this.#file === undefined) {
      const failure = this.open(this.#target);
      if (failure !== undefined) return this.#drop(text, failure);
    } else {
      this.#followPath(this.#file);
    }
    this.#put(text);
  }

  /** Ends a line that was left unfinished. */
  endLine(): void {
    if (this.#isInLine || this.#skipsLine) this.#take(LINE_END);
    this.#unended = undefined;
  }

  /** Somebody may have moved the file, or made it shorter. */
  #followPath(file: OpenFile): void {
    const { path } = this.#target;
    const sizeBytes = this.#platform.sizeAtPath(file.file, path);
    if (sizeBytes !== undefined) {
      file.sizeBytes = sizeBytes;
      return;
    }
    const opened = this.#platform.openLogFile(path, this.#target);
    if (opened.kind === "log-file") return this.#replaceBy(opened);
    if (file.isStray) return;
    file.isStray = true;
    const why = `it was moved or removed, and cannot be opened anew: ${opened.message}`;
    this.#options.warn(`The log file "${path}" is written to where it is now: ${why}`);
  }

  #replaceBy(opened: OpenedLogFile): void {
    this.#closeFile();
    this.#use(opened);
    this.#isInLine = false;
  }

  /** The awaited descriptor is ready. */
  handleWritable(): void {
    this.#flush();
  }

  /**
   * Tells what was lost, if that is possible now, and closes the file until there is more to be
   * written.
   */
  rest(): void {
    if (this.#queue.length > 0) return;
    if (this.#skipsLine && this.#lost !== undefined) this.#lost.lines++;
    this.#skipsLine = false;
    if (this.#file !== undefined) this.#writeLost();
    this.#closeFile();
  }

  /** Closes the file; what waits is lost. */
  close(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#closeFile();
  }

  #use({ fd, file, isRegular, sizeBytes }: OpenedLogFile): void {
    const limitBytes = isRegular ? this.#target.rotation?.sizeBytes ?? Infinity : Infinity;
    this.#file = { fd, file, sizeBytes, limitBytes, isStray: false };
  }

  #closeFile(): void {
    if (this.#file === undefined) return;
    this.#watch(false);
    this.#platform.close(this.#file.fd);
    this.#file = undefined;
  }

  #flush(): void {
    while (this.#queue.length > 0) {
      const head = this.#queue.shift() as Uint8Array<ArrayBuffer>;
      this.#queuedBytes -= head.length;
      if (this.#put(head) === "waits") return;
    }
    this.#watch(false);
  }

  #put(text: Uint8Array<ArrayBuffer>): "done" | "waits" {
    let rest = this.#withoutSkipped(text);
    const unwritten = this.#writeLost();
    if (unwritten !== undefined) {
      this.#drop(rest, unwritten);
      return "done";
    }
    let replacements = 0;
    while (rest.length > 0) {
      const file = this.#file;
      if (file === undefined) return "done";
      const count = bytesForFile(rest, { ...file, isInLine: this.#isInLine });
      if (count === 0) {
        if (replacements === MOST_REPLACEMENTS) {
          this.#growOn(file, "its path leads to another file each time it is looked at");
        } else if (this.#rotate(file) === "replaced") {
          replacements++;
        }
        continue;
      }
      const written = this.#platform.write(file.fd, rest.subarray(0, count));
      if (written === "again") {
        this.#queue.unshift(rest.slice());
        this.#queuedBytes += rest.length;
        this.#watch(true);
        return "waits";
      }
      if (typeof written === "object") {
        this.#drop(rest, written);
        return "done";
      }
      this.#isInLine = rest[written - 1] !== LINE_FEED;
      file.sizeBytes += written;
      rest = rest.subarray(written);
    }
    return "done";
  }

  #withoutSkipped(text: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (!this.#skipsLine) return text;
    const end = text.indexOf(LINE_FEED);
    if (end === -1) return text.subarray(text.length);
    this.#skipsLine = false;
    if (this.#lost !== undefined) this.#lost.lines++;
    return text.subarray(end + 1);
  }

  #enqueue(text: Uint8Array<ArrayBuffer>): void {
    this.#queue.push(text);
    this.#queuedBytes += text.length;
  }

  /** Every line whose end is dropped counts as lost, even if its beginning was written. */
  #drop(text: Uint8Array, failure: Failure): void {
    if (this.#lost === undefined) {
      const { path } = this.#target;
      this.#options.warn(
        `Cannot write to the log file "${path}": ${failure.message}; lines are dropped until it can ` +
          "be written again",
      );
      this.#lost = { lines: 0, why: failure.message };
    }
    if (text.length === 0) return;
    for (let at = text.indexOf(LINE_FEED); at !== -1; at = text.indexOf(LINE_FEED, at + 1)) {
      this.#lost.lines++;
    }
    this.#skipsLine = text[text.length - 1] !== LINE_FEED;
  }

  /**
   * Writes how much was lost, once the last lost line has ended. @returns Why that is still
   * impossible.
   */
  #writeLost(): Failure | undefined {
    const file = this.#file;
    const lost = this.#lost;
    if (file === undefined || lost === undefined || this.#skipsLine) return undefined;
    const lines = lost.lines === 1 ? "1 line was" : `${lost.lines} lines were`;
    const start = this.#isInLine ? "\n" : "";
    const notice = `${start}${this.#options.stamp()}dinit: ${lines} lost: ${lost.why}\n`;
    const bytes = encoder.encode(notice);
    const written = this.#platform.write(file.fd, bytes);
    if (typeof written === "object") return written;
    const count = written === "again" ? 0 : written;
    file.sizeBytes += count;
    if (count > 0) this.#isInLine = count < bytes.length;
    if (count < bytes.length) {
      return { kind: "failure", call: "write", errno: 0, message: lost.why };
    }
    this.#lost = undefined;
    return undefined;
  }

  /**
   * @returns "replaced": somebody has moved it, and what is to be written goes to where it belongs.
   */
  #rotate(present: OpenFile): "rotated" | "replaced" | "grows-on" {
    const { path, rotation } = this.#target;
    if (rotation === undefined) return "grows-on";
    const oldNames = oldFileEndings(rotation.count);
    const names = { file: present.file, oldNames };
    const rotated = this.#platform.rotateLogFile(path, this.#target, names);
    const isReplaced = rotated.kind === "replaced";
    const opened = isReplaced ? this.#platform.openLogFile(path, this.#target) : rotated;
    if (opened.kind === "failure") {
      this.#growOn(present, opened.message);
      return "grows-on";
    }
    this.#replaceBy(opened);
    return isReplaced ? "replaced" : "rotated";
  }

  /** The next size at which it is put aside is as much again. */
  #growOn(file: OpenFile, why: string): void {
    const { path, rotation } = this.#target;
    this.#options.warn(`Cannot rotate the log file "${path}": ${why}; it grows on`);
    file.limitBytes = file.sizeBytes + (rotation?.sizeBytes ?? Infinity);
  }

  #watch(wanted: boolean): void {
    const file = this.#file;
    if (file === undefined || wanted === this.#isWatched) return;
    const { poller } = this.#platform;
    this.#isWatched = wanted;
    if (!wanted) return poller.unwatch(file.fd);
    const failure = poller.watch(file.fd, { read: false, write: true });
    if (failure === undefined) return;
    this.#isWatched = false;
    for (const text of this.#queue) this.#drop(text, failure);
    this.#queue = [];
    this.#queuedBytes = 0;
  }
}
