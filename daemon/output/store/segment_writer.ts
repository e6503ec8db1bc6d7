/** Writes the files of one folder of the log store, one behind the other. */
import { droppedNote } from "../../../core/log/dropped_note.ts";
import {
  asMarker,
  type Checksum,
  headBytes,
  type Marker,
  MARKER_BYTES,
  recordBytes,
  type SegmentHead,
  type StoredRecord,
} from "../../../core/log/store_form.ts";
import type { StoredSegment } from "../../../core/log/store_limits.ts";
import { segmentFile } from "../../../core/log/store_names.ts";
import type { Fd } from "../../../core/types.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";

/** A file, as it grows. */
export type GrowingSegment = { -readonly [Key in keyof StoredSegment]: StoredSegment[Key] };

export interface SegmentWriterParts {
  readonly platform: Pick<Platform, "openLogFile" | "write" | "close" | "removeFile">;
  readonly checksum: Checksum;
  readonly directory: string;
  readonly folder: string;
  readonly head: Omit<SegmentHead, "begunMs">;
  /** Of the first file. */
  readonly number: number;
  readonly limitBytes: () => number;
  readonly limitMs: number;
  /** Of the files; undefined: the manager's own group. */
  readonly gid: number | undefined;
  /** Makes the folder. */
  readonly makeFolder: () => Failure | undefined;
  /** A file was made. */
  readonly begun: (segment: GrowingSegment) => void;
}

/** Whoever may read logs of the folder's group can read them: the folder is open to it, too. */
const MODE = 0o640;
/** Somebody who makes files of these names all the time gets no more attention than this. */
const MOST_NAMES = 8;
/** Bytes of a file, in a {@linkcode SegmentWriter.position}. */
const POSITION_UNIT = 2 ** 33;

export class SegmentWriter {
  readonly #parts: SegmentWriterParts;
  #number: number;
  #segment: GrowingSegment | undefined;
  #marker: Marker = newMarker();
  #fd: Fd | undefined;
  #lost = { bytes: 0, lines: 0 };

  constructor(parts: SegmentWriterParts) {
    this.#parts = parts;
    this.#number = parts.number;
  }

  /** Greater after each record. */
  get position(): number {
    return this.#number * POSITION_UNIT + (this.#segment?.sizeBytes ?? 0);
  }

  /** @returns Bytes by which its files have grown. */
  write(record: StoredRecord): number | Failure {
    const { bytes, lines } = this.#lost;
    if (bytes === 0) return this.#append(record);
    const note = { ...record, text: droppedNote({ bytes, lines }), beginsLine: true };
    const noted = this.#append(note);
    if (typeof noted !== "number") return noted;
    this.#lost = { bytes: 0, lines: 0 };
    const written = this.#append({ ...record, beginsLine: true });
    return typeof written === "number" ? noted + written : written;
  }

  /** It cannot be written; the next one that can is preceded by how much that was. */
  lose({ text }: StoredRecord): void {
    this.#lost.bytes += text.length;
    for (let at = text.indexOf(0x0a); at !== -1; at = text.indexOf(0x0a, at + 1)) {
      this.#lost.lines++;
    }
  }

  /** Until more is to be written. */
  close(): void {
    if (this.#fd !== undefined) this.#parts.platform.close(this.#fd);
    this.#fd = undefined;
  }

  /** The file is going to be removed. */
  leave(segment: StoredSegment): void {
    if (this.#segment !== segment) return;
    this.#end();
  }

  #append(record: StoredRecord): number | Failure {
    const { platform, checksum } = this.#parts;
    const begun = this.#prepare(record);
    if (typeof begun !== "number") return begun;
    const segment = this.#segment as GrowingSegment;
    const bytes = recordBytes(record, this.#marker, checksum);
    const written = writeAll(platform, this.#fd as Fd, bytes);
    segment.sizeBytes += written.bytes;
    if (written.failure === undefined) return begun + written.bytes;
    // What comes behind a part of a record is found, but this file is not to be the place for it.
    this.#end();
    return written.failure;
  }

  /** Has a file open that has room. @returns Bytes that this took. */
  #prepare({ timeMs, text }: StoredRecord): number | Failure {
    const segment = this.#segment;
    if (segment === undefined) return this.#begin(timeMs);
    const { limitBytes, limitMs } = this.#parts;
    const isFull = segment.sizeBytes + text.length > limitBytes();
    if (isFull || timeMs - segment.begunMs > limitMs) {
      this.#end();
      return this.#begin(timeMs);
    }
    if (this.#fd !== undefined) return 0;
    const opened = this.#open(segment.file);
    if (opened.kind === "log-file" && opened.isRegular && opened.sizeBytes === segment.sizeBytes) {
      this.#fd = opened.fd;
      return 0;
    }
    // It is not what was written here.
    if (opened.kind === "log-file") this.#parts.platform.close(opened.fd);
    this.#end();
    return this.#begin(timeMs);
  }

  #end(): void {
    this.close();
    if (this.#segment !== undefined) this.#number++;
    this.#segment = undefined;
  }

  #begin(timeMs: number): number | Failure {
    const { platform, checksum, head, folder, makeFolder, begun } = this.#parts;
    const made = makeFolder();
    if (made !== undefined) return made;
    for (let attempt = 0; attempt < MOST_NAMES; attempt++) {
      const name = { run: head.run, number: this.#number, begunMs: Math.round(timeMs) };
      const file = segmentFile(name);
      const opened = this.#open(file);
      if (opened.kind === "failure") return opened;
      if (!opened.isRegular || opened.sizeBytes > 0) {
        platform.close(opened.fd);
        this.#number++;
        continue;
      }
      this.#marker = newMarker();
      const bytes = headBytes({ ...head, begunMs: timeMs }, this.#marker, checksum);
      const { failure } = writeAll(platform, opened.fd, bytes);
      if (failure !== undefined) {
        platform.close(opened.fd);
        platform.removeFile(this.#pathOf(file));
        return failure;
      }
      this.#fd = opened.fd;
      this.#segment = { ...name, folder, file, sizeBytes: bytes.length };
      begun(this.#segment);
      return bytes.length;
    }
    return TAKEN;
  }

  #open(file: string): ReturnType<Platform["openLogFile"]> {
    const owner = { mode: MODE, uid: undefined, gid: this.#parts.gid };
    return this.#parts.platform.openLogFile(this.#pathOf(file), owner);
  }

  #pathOf(file: string): string {
    const { directory, folder } = this.#parts;
    return `${directory}/${folder}/${file}`;
  }
}

/** What a disk does not take at once it refuses, or takes, when it is asked again. */
function writeAll(
  platform: Pick<Platform, "write">,
  fd: Fd,
  bytes: Uint8Array,
): { readonly bytes: number; readonly failure: Failure | undefined } {
  let count = 0;
  while (count < bytes.length) {
    const written = platform.write(fd, bytes.subarray(count));
    if (typeof written === "object") return { bytes: count, failure: written };
    if (written === "again" || written === 0) return { bytes: count, failure: REFUSED };
    count += written;
  }
  return { bytes: count, failure: undefined };
}

const REFUSED: Failure = {
  kind: "failure",
  call: "write",
  errno: 0,
  message: "it takes nothing",
};

const TAKEN: Failure = {
  kind: "failure",
  call: "open",
  errno: 0,
  message: "there are other files of the same names",
};

/** Where a record may be that was written since. */
export function isBehind(
  { number, sizeBytes }: Pick<StoredSegment, "number" | "sizeBytes">,
  position: number,
): { readonly from: number } | undefined {
  if (number * POSITION_UNIT + sizeBytes <= position) return undefined;
  const isSame = Math.floor(position / POSITION_UNIT) === number;
  return { from: isSame ? position % POSITION_UNIT : 0 };
}

function newMarker(): Marker {
  return asMarker(crypto.getRandomValues(new Uint8Array(MARKER_BYTES)));
}
