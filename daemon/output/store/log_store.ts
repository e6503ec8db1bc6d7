/**
 * The log store: what services write, and the manager itself, on disk, bounded, over boots.
 *
 * What is read from a service at once is one write(2), before it counts as taken: whatever becomes
 * of the manager, it is either still in what outlives it (`kept/inbox.ts`) or with the kernel.
 * Nothing is ever waited for to be on the disk.
 *
 * Until its place is there (a `/var` that is mounted in the middle of the boot) records wait in
 * memory, bounded.
 */
import {
  type Checksum,
  readHead,
  readRecords,
  type StoredRecord,
} from "../../../core/log/store_form.ts";
import {
  segmentBytes,
  segmentMs,
  segmentsToRemove,
  type StoreLimits,
} from "../../../core/log/store_limits.ts";
import { MANAGER_FOLDER, readSegmentFile, serviceFolder } from "../../../core/log/store_names.ts";
import type { Instant, ServiceName } from "../../../core/types.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";
import { giveToGroup, makeStoreFolder } from "./store_folder.ts";
import { type GrowingSegment, isBehind, SegmentWriter } from "./segment_writer.ts";
import { type StoreKey, WaitingRecords } from "./waiting_records.ts";

/** Which run of the manager it is, in the store's order; `id` is what people call it. */
export interface StoreRun {
  /** 0: none was begun yet. */
  readonly run: number;
  readonly runId: string;
}

/** What a store goes on with where another manager was. */
export interface KeptStore extends StoreRun {
  readonly waiting: ReturnType<WaitingRecords["keep"]>;
}

export interface LogStoreParts {
  readonly platform: Platform;
  readonly directory: string;
  /** Folders above it are made, too: nothing is going to be mounted there. */
  readonly makesParents: boolean;
  readonly limits: StoreLimits;
  readonly checksum: Checksum;
  /** Of the run that begins, if none is kept. */
  readonly runId: string;
  readonly wallClock: () => number;
  /** Of its files and folders; undefined: the manager's own. Asked when it is opened. */
  readonly group?: () => number | undefined;
  /** Gets a sentence. */
  readonly warn: (text: string) => void;
  /** Told which run was begun. */
  readonly begun: (run: StoreRun) => void;
}

/** What is put into it. */
export type NewRecord = Pick<StoredRecord, "text" | "level" | "beginsLine">;

/** No file of a store is longer. */
const MOST_READ_BYTES = 16 * 1024 * 1024;
/** Between two attempts to write where the last one has failed. */
const RETRY_MS = 1000;

export class LogStore {
  readonly #parts: LogStoreParts;
  readonly #writers = new Map<StoreKey, SegmentWriter>();
  readonly #shares = new Map<string, number>();
  readonly #waiting = new WaitingRecords();
  #run: StoreRun;
  /** Records are not written before this is so. */
  #mayOpen = false;
  #isOpen = false;
  #segments: GrowingSegment[] = [];
  #bytes = 0;
  #order = 0;
  /** Why nothing can be written; undefined: it can. */
  #fault: string | undefined;
  #retryAt = 0 as Instant;
  /** Whose members may read it; undefined: the manager's own. */
  #gid: number | undefined;
  /** All is to stop: the file of the manager's own lines is closed after each. */
  closesOwn = false;

  constructor(parts: LogStoreParts, run: StoreRun | undefined) {
    this.#parts = parts;
    this.#run = run ?? { run: 0, runId: parts.runId };
  }

  /** Its place is there: what waits is written, as far as that can be. */
  becomeAvailable(): void {
    this.#mayOpen = true;
    this.#retryAt = 0 as Instant;
    this.#tryOpen();
  }

  /** @param bytes How much of a service's output is kept; undefined: as usual. */
  setShare(service: ServiceName, bytes: number | undefined): void {
    const folder = this.#folderOf(service);
    if (bytes === undefined) this.#shares.delete(folder);
    else this.#shares.set(folder, bytes);
  }

  /** @param record Its text's memory may be used again afterwards. */
  write(key: StoreKey, { text, level, beginsLine }: NewRecord): void {
    const { wallClock } = this.#parts;
    const record = { text, level, beginsLine, timeMs: wallClock(), order: this.#nextOrder() };
    // If memory is full there is no better moment.
    if (!this.#mayOpen && !this.#waiting.hasRoomFor(record)) this.becomeAvailable();
    if (!this.#isOpen) this.#tryOpen();
    if (this.#isOpen) this.#put(key, record);
    else this.#waiting.add(key, record);
  }

  /** When what waits is tried again, whether or not more comes; undefined: nothing waits. */
  next(): Instant | undefined {
    return this.#mayOpen && !this.#isOpen && !this.#waiting.isEmpty ? this.#retryAt : undefined;
  }

  runDue(now: Instant): void {
    const next = this.next();
    if (next !== undefined && next <= now) this.#tryOpen();
  }

  /** Closes the file of a service that has stopped. */
  rest(service: ServiceName): void {
    this.#writers.get(service)?.close();
  }

  /** There is no such service any more. */
  forget(service: ServiceName): void {
    this.rest(service);
    this.#writers.delete(service);
  }

  /**
   * How much of a service's output is there: greater after each record. For a manager that comes
   * after a crash.
   */
  positionOf(service: ServiceName): number {
    if (!this.#isOpen) return -1;
    return this.#writerOf(service).position;
  }

  /** Whether a record was written since a manager that died was at that position. */
  hasPassed(service: ServiceName, position: number): boolean {
    if (position < 0) return false;
    const folder = this.#folderOf(service);
    return this.#segments.some((one) =>
      one.folder === folder && one.run === this.#run.run && this.#hasRecord(one, position)
    );
  }

  #hasRecord(segment: GrowingSegment, position: number): boolean {
    const { platform, directory, checksum } = this.#parts;
    const behind = isBehind(segment, position);
    if (behind === undefined) return false;
    const path = `${directory}/${segment.folder}/${segment.file}`;
    const contents = platform.readFile(path, MOST_READ_BYTES);
    if (contents.kind === "failure") return false;
    const { bytes } = contents;
    const head = readHead(bytes, checksum);
    if (head === undefined) return false;
    const from = Math.max(head.length, behind.from);
    return readRecords(bytes, from, { marker: head.marker, checksum }).records.length > 0;
  }

  /** For another one in its place, which gets it as `kept`. */
  keep(): KeptStore {
    return { ...this.#run, waiting: this.#waiting.keep() };
  }

  /** Goes on with what waited with another one. */
  adopt({ waiting }: KeptStore): void {
    this.#waiting.adopt(waiting);
  }

  /** For an end of the manager: what waits has its last chance, and files are closed. */
  finish(): void {
    if (!this.#isOpen && !this.#waiting.isEmpty) this.becomeAvailable();
    for (const writer of this.#writers.values()) writer.close();
  }

  #folderOf(key: StoreKey): string {
    return key === undefined ? MANAGER_FOLDER : serviceFolder(key, this.#parts.checksum);
  }

  /** In microseconds of the manager's clock, which another one in its place goes on with. */
  #nextOrder(): number {
    const now = Math.round(this.#parts.platform.now() * 1000);
    this.#order = Math.max(now, this.#order + 1);
    return this.#order;
  }

  #tryOpen(): void {
    const { platform, begun, runId } = this.#parts;
    if (!this.#mayOpen || this.#isOpen || platform.now() < this.#retryAt) return;
    const failure = this.#open();
    if (failure !== undefined) return this.#failed(failure.message);
    this.#isOpen = true;
    if (this.#run.run === 0) {
      const last = this.#segments.reduce((most, { run }) => Math.max(most, run), 0);
      this.#run = { run: last + 1, runId };
      begun(this.#run);
    }
    this.#tidy();
    const { records, lost } = this.#waiting.take();
    for (const { key, record } of records) this.#put(key, record);
    if (lost.records === 0) return;
    this.#parts.warn(
      `${lost.bytes} bytes of output came before the log store could be written, and are not in it`,
    );
  }

  /** Makes its folder, and looks at what is there. */
  #open(): Failure | undefined {
    const { platform, directory, makesParents } = this.#parts;
    this.#gid = this.#parts.group?.();
    const made = makeStoreFolder(platform, directory, { makesParents, gid: this.#gid });
    if (made !== undefined) return made;
    const folders = platform.readDirectory(directory);
    if (folders.kind === "failure") return folders;
    this.#segments = folders.names.flatMap((folder) => this.#segmentsIn(folder));
    this.#bytes = this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return undefined;
  }

  #segmentsIn(folder: string): GrowingSegment[] {
    const { platform, directory } = this.#parts;
    const files = platform.readDirectory(`${directory}/${folder}`);
    if (files.kind === "failure") return [];
    giveToGroup(platform, `${directory}/${folder}`, "directory", this.#gid);
    return files.names.flatMap((file) => {
      const name = readSegmentFile(file);
      const status = platform.fileStatus(`${directory}/${folder}/${file}`, "itself");
      if (name === undefined || "kind" in status || status.type !== "regular") return [];
      giveToGroup(platform, `${directory}/${folder}/${file}`, "regular", this.#gid);
      return [{ ...name, folder, file, sizeBytes: status.sizeBytes }];
    });
  }

  #put(key: StoreKey, record: StoredRecord): void {
    const { platform, limits } = this.#parts;
    const writer = this.#writerOf(key);
    if (this.#fault !== undefined && platform.now() < this.#retryAt) return writer.lose(record);
    const written = writer.write(record);
    if (typeof written !== "number") {
      writer.lose(record);
      return this.#failed(written.message);
    }
    this.#fault = undefined;
    if (key === undefined && this.closesOwn) writer.close();
    this.#bytes += written;
    if (this.#bytes > limits.totalBytes) this.#tidy();
  }

  #writerOf(key: StoreKey): SegmentWriter {
    const present = this.#writers.get(key);
    if (present !== undefined) return present;
    const { platform, checksum, directory, limits } = this.#parts;
    const folder = this.#folderOf(key);
    const numbers = this.#segments
      .filter((one) => one.folder === folder && one.run === this.#run.run)
      .map(({ number }) => number);
    const writer = new SegmentWriter({
      ...{ platform, checksum, directory, folder },
      head: { service: key ?? "dinit", isManager: key === undefined, ...this.#run },
      number: Math.max(0, ...numbers) + 1,
      limitBytes: () => segmentBytes(limits, this.#shareOf(folder)),
      limitMs: segmentMs(limits),
      gid: this.#gid,
      makeFolder: () =>
        makeStoreFolder(platform, `${directory}/${folder}`, {
          makesParents: false,
          gid: this.#gid,
        }),
      begun: (segment) => {
        this.#segments.push(segment);
        this.#tidy(folder);
      },
    });
    this.#writers.set(key, writer);
    return writer;
  }

  #shareOf(folder: string): number {
    return this.#shares.get(folder) ?? this.#parts.limits.serviceBytes;
  }

  #failed(why: string): void {
    const { platform, directory, warn } = this.#parts;
    this.#retryAt = (platform.now() + RETRY_MS) as Instant;
    if (this.#fault === why) return;
    // First: what is said of it is for the store, too.
    this.#fault = why;
    // File systems are unmounted then, and there is nothing that somebody could do.
    if (this.closesOwn) return;
    const what = this.#isOpen
      ? "output is not kept there until it can be written again"
      : "output waits in memory until it can";
    warn(`Cannot write to the log store "${directory}": ${why}; ${what}`);
  }

  /** Removes what is too much, or too old. @param begun Folder in which there is a new file. */
  #tidy(begun?: string): void {
    const { platform, directory, limits, wallClock } = this.#parts;
    const removed = segmentsToRemove(this.#segments, {
      limits,
      serviceBytesOf: (folder) => {
        const share = this.#shareOf(folder);
        // Room for all that the new file may become.
        return folder === begun ? share - segmentBytes(limits, share) : share;
      },
      nowMs: wallClock(),
    });
    const gone = new Set<unknown>(removed);
    for (const one of removed) {
      for (const writer of this.#writers.values()) writer.leave(one);
      platform.removeFile(`${directory}/${one.folder}/${one.file}`);
    }
    this.#segments = this.#segments.filter((one) => !gone.has(one));
    this.#bytes = this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const folder of new Set(removed.map((one) => one.folder))) {
      if (this.#segments.some((one) => one.folder === folder)) continue;
      platform.removeDirectory(`${directory}/${folder}`);
    }
  }
}
