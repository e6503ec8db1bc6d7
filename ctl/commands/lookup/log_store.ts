/** A log store as a client reads it: files, which its user may read or not. */
import {
  type ReadHead,
  readHead,
  readRecords,
  type StoredRecord,
} from "../../../core/log/store_form.ts";
import {
  MANAGER_FOLDER,
  readSegmentFile,
  type SegmentName,
  serviceFolder,
} from "../../../core/log/store_names.ts";
import { StoredLineReader } from "../../../core/log/stored_lines.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { LogLine, StoredRun } from "../../interface/report.ts";
import { PAUSE, type Waiting } from "../../interface/waits.ts";

/** As the manager's own lines are called. */
export const MANAGER_NAME = "dinit";

/** Of each service no more than this is shown, the newest of it: nobody reads more. */
const MOST_BYTES = 64 * 1024 * 1024;

/** More than a head can have. */
const MOST_HEAD_BYTES = 64 * 1024;

interface StoreFile extends SegmentName {
  readonly path: string;
}

type StoreIo = Pick<ClientIo, "files" | "checksum">;

/** Output of one service in a store, to be read again and again. */
export interface StoredSource {
  readonly service: string;
  /** What has come since the last look; at the first one all that is wanted. */
  read(): Waiting<readonly LogLine[]>;
  /** A line that was begun and not ended. */
  finish(): readonly LogLine[];
}

/** Which of it is wanted. */
export interface StoreChoice {
  /** undefined: all runs. */
  readonly run: number | undefined;
  /** Nothing before is needed; undefined: all is. */
  readonly sinceMs: number | undefined;
  /** So many lines are enough at first, the last ones; undefined: all that are kept. */
  readonly mostLines: number | undefined;
}

export class LogStoreReader {
  readonly directory: string;
  readonly #io: StoreIo;
  readonly #folders: readonly string[];

  private constructor(directory: string, io: StoreIo, folders: readonly string[]) {
    this.directory = directory;
    this.#io = io;
    this.#folders = folders;
  }

  /** @returns Why it cannot be read, if it cannot. */
  static open(directory: string, io: StoreIo): LogStoreReader | string {
    // The manager may not read for its client: this is the first thing that says so.
    io.checksum(new Uint8Array(0), 0);
    const listed = io.files.list(directory);
    if (listed.kind === "unreadable") return listed.why;
    return new LogStoreReader(directory, io, listed.names.toSorted());
  }

  /** Names of services that have something there, the manager's first. */
  *services(): Waiting<readonly string[]> {
    const names: string[] = [];
    for (const folder of this.#folders) {
      yield PAUSE;
      const newest = this.#files(folder).at(-1);
      const head = newest && this.#head(newest);
      if (head !== undefined) names.push(shownName(head));
    }
    return names;
  }

  /** undefined: there is nothing of a service of that name. */
  source(service: string, choice: StoreChoice): StoredSource | undefined {
    const own = serviceFolder(service, this.#io.checksum);
    const folder = service === MANAGER_NAME && this.#folders.includes(MANAGER_FOLDER)
      ? MANAGER_FOLDER
      : service === `${MANAGER_NAME} (service)`
      ? MANAGER_NAME
      : own;
    return this.#folders.includes(folder) && this.#files(folder).length > 0
      ? new FolderSource(service, () => this.#files(folder), choice, this.#io)
      : undefined;
  }

  /** All runs, the oldest first. */
  *runs(): Waiting<readonly StoredRun[]> {
    const runs = new Map<number, StoredRun>();
    const begun = new Map<number, number>();
    const folders = this.#folders.toSorted((one, other) =>
      Number(other === MANAGER_FOLDER) - Number(one === MANAGER_FOLDER)
    );
    for (const folder of folders) {
      const files = this.#files(folder);
      for (const file of files) {
        begun.set(file.run, Math.max(begun.get(file.run) ?? 0, file.begunMs));
        if (runs.has(file.run) && folder !== MANAGER_FOLDER) continue;
        yield PAUSE;
        const read = this.#read(file);
        if (read === undefined) continue;
        const before = runs.get(file.run);
        runs.set(file.run, {
          run: file.run,
          runId: read.head.head.runId,
          firstMs: before?.firstMs ?? read.head.head.begunMs,
          lastMs: Math.max(before?.lastMs ?? 0, read.lastMs),
        });
      }
    }
    return [...runs.values()]
      .map((run) => ({ ...run, lastMs: Math.max(run.lastMs, begun.get(run.run) ?? 0) }))
      .toSorted((one, other) => one.run - other.run);
  }

  #files(folder: string): readonly StoreFile[] {
    const path = `${this.directory}/${folder}`;
    const listed = this.#io.files.list(path);
    if (listed.kind === "unreadable") return [];
    return listed.names.toSorted().flatMap((name) => {
      const segment = readSegmentFile(name);
      return segment === undefined ? [] : [{ ...segment, path: `${path}/${name}` }];
    });
  }

  #head({ path }: StoreFile): ReadHead | undefined {
    const file = this.#io.files.readEnd(path, MOST_BYTES);
    return file && readHead(file.bytes, this.#io.checksum);
  }

  #read({ path }: StoreFile): { readonly head: ReadHead; readonly lastMs: number } | undefined {
    const { files, checksum } = this.#io;
    const file = files.readEnd(path, MOST_BYTES);
    const head = file && readHead(file.bytes, checksum);
    if (file === undefined || head === undefined) return undefined;
    const { marker, length } = head;
    const { records } = readRecords(file.bytes, length, { marker, checksum });
    return { head, lastMs: records.at(-1)?.timeMs ?? head.head.begunMs };
  }
}

/**
 * The run that is meant. @param word undefined or `0`: the current one; `-1`: the one before; or
 * the beginning of what a run is called.
 * @throws {ClientError} When there is none.
 */
export function chosenRun(
  runs: readonly StoredRun[],
  word: string | undefined,
  currentId: string | undefined,
): StoredRun {
  const known = runs.findIndex(({ runId }) => runId === currentId);
  const current = known === -1 ? runs.length - 1 : known;
  if (word === undefined || /^[-+]?\d{1,4}$/.test(word)) {
    const found = runs[current + Number(word ?? 0)];
    if (found !== undefined) return found;
    const count = runs.length === 1 ? "1 is" : `${runs.length} are`;
    throw new ClientError(`there is no boot ${word ?? 0} in the log store: ${count} kept.`);
  }
  const id = word.replaceAll("-", "").toLowerCase();
  const fitting = runs.filter(({ runId }) => runId.startsWith(id));
  const [found] = fitting;
  if (found !== undefined && fitting.length === 1) return found;
  const why = fitting.length > 1 ? "more than one boot begins so" : "no boot is called so";
  throw new ClientError(`cannot tell which boot '${word}' is: ${why}. See --list-boots.`);
}

function shownName({ head: { service, isManager } }: ReadHead): string {
  // Nobody else is to pass for the manager.
  return !isManager && service === MANAGER_NAME ? `${MANAGER_NAME} (service)` : service;
}

/** What is known of a file that is read on. */
interface ReadFile {
  readonly identity: string;
  readonly head: ReadHead;
  end: number;
}

/** What was read from a file. */
interface FileRecords {
  readonly run: number;
  readonly records: readonly StoredRecord[];
}

class FolderSource implements StoredSource {
  readonly service: string;
  readonly #files: () => readonly StoreFile[];
  readonly #choice: StoreChoice;
  readonly #io: StoreIo;
  readonly #known = new Map<string, ReadFile | "damaged">();
  readonly #lines = new StoredLineReader();
  /** Path of the oldest one that was read; "": none was. */
  #oldest = "";
  #isBegun = false;

  constructor(
    service: string,
    files: () => readonly StoreFile[],
    choice: StoreChoice,
    io: StoreIo,
  ) {
    this.service = service;
    this.#files = files;
    this.#choice = choice;
    this.#io = io;
  }

  *read(): Waiting<readonly LogLine[]> {
    const reads = this.#isBegun ? yield* this.#readOn() : yield* this.#readFirst();
    this.#isBegun = true;
    const lines: LogLine[] = [];
    for (const { run, records } of reads) {
      yield PAUSE;
      for (const record of records) {
        for (const line of this.#lines.read(record, run)) lines.push(this.#line(line));
      }
    }
    return lines;
  }

  finish(): readonly LogLine[] {
    return this.#lines.finish().map((line) => this.#line(line));
  }

  /** From the newest file back, as far as is wanted. */
  *#readFirst(): Waiting<readonly FileRecords[]> {
    const { sinceMs, mostLines = Infinity } = this.#choice;
    const reads: FileRecords[] = [];
    let room = MOST_BYTES;
    let lines = -1;
    let next: StoreFile | undefined;
    for (const file of this.#wanted().toReversed()) {
      // What is in a file was written before the next one was begun.
      const isBefore = sinceMs !== undefined && next !== undefined && next.begunMs < sinceMs &&
        next.run === file.run;
      if (isBefore || room <= 0 || lines >= mostLines) break;
      next = file;
      yield PAUSE;
      const read = this.#recordsOf(file);
      reads.unshift(read);
      for (const { text } of read.records) {
        room -= text.length;
        for (let at = text.indexOf(0x0a); at !== -1; at = text.indexOf(0x0a, at + 1)) lines++;
      }
    }
    return reads;
  }

  /** What was added since. */
  *#readOn(): Waiting<readonly FileRecords[]> {
    const files = this.#wanted();
    const reads: FileRecords[] = [];
    for (const [index, file] of files.entries()) {
      // Only the newest of them grows, and one may have come since.
      const isOver = this.#known.has(file.path) && index < files.length - 2;
      if (isOver || file.path < this.#oldest) continue;
      yield PAUSE;
      reads.push(this.#recordsOf(file));
    }
    return reads;
  }

  #wanted(): readonly StoreFile[] {
    const { run } = this.#choice;
    return this.#files().filter((file) => run === undefined || file.run === run);
  }

  #recordsOf(file: StoreFile): FileRecords {
    const { run } = file;
    const known = this.#known.get(file.path);
    if (this.#oldest === "" || file.path < this.#oldest) this.#oldest = file.path;
    if (known === "damaged") return { run, records: [] };
    const { files, checksum } = this.#io;
    const seen = known && { identity: known.identity, from: known.end };
    const read = files.readEnd(file.path, MOST_BYTES, seen);
    if (read === undefined) return { run, records: [] };
    const isSame = known !== undefined && read.identity === known.identity;
    const head = isSame ? known.head : readHead(read.bytes, checksum);
    if (head === undefined) {
      // One that was made just now may have no head yet.
      if (read.bytes.length > MOST_HEAD_BYTES) this.#known.set(file.path, "damaged");
      return { run, records: [] };
    }
    const from = isSame ? 0 : head.length;
    const base = isSame ? known.end : 0;
    const { marker } = head;
    const { records, end } = readRecords(read.bytes, from, { marker, checksum });
    this.#known.set(file.path, { identity: read.identity, head, end: base + end });
    return { run: head.head.run, records };
  }

  #line(
    { timeMs, run, order, level, text }: ReturnType<StoredLineReader["finish"]>[number],
  ): LogLine {
    return { service: this.service, timeMs, text, level, stored: { run, order } };
  }
}
