/**
 * The form of a file of the log store: a head, then records, one behind the other.
 *
 * A record is what was read from a service at once, whole and as it came: where one ends is said by
 * its length and never by what is in it. Before each stands the file's marker, eight random bytes
 * that no service knows. Therefore a reader who finds damage (a write that was torn, a block that a
 * power cut left empty) can look for the next record, and nothing that a service wrote can pass for
 * one.
 *
 *     head     0  "dinitlog"    8  u32 version    12  u32 bytes of JSON    16  marker
 *              24  u32 checksum of bytes 8 to 23 and the JSON    28  JSON: SegmentHead
 *     record   0  marker    8  u32 bytes of text    12  u32 checksum of the rest and the length
 *              16  f64 time of day, ms    24  f64 order, µs    32  u8 flags    33  u8 level
 *              34  u16 0    36  text
 *
 * Numbers are little-endian.
 */
import { jsonMembers } from "../text/json_members.ts";

/** CRC-32 as in zlib: of the bytes, going on from that of the bytes before (0: there are none). */
export type Checksum = (bytes: Uint8Array, before: number) => number;

/** Whose output a file has, and of which run of the manager. */
export interface SegmentHead {
  /** Name of the service; of the manager's own lines `dinit`. */
  readonly service: string;
  /** They are lines of the manager itself, whatever services are called. */
  readonly isManager: boolean;
  /** Runs are counted up, so later ones are greater; at least 1. */
  readonly run: number;
  /** 32 hexadecimal digits: what the run is called. */
  readonly runId: string;
  /** Time of day when the file was begun, in milliseconds since 1970. */
  readonly begunMs: number;
}

/** What was written at once. */
export interface StoredRecord {
  /** Time of day when it was read, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Greater than that of all records before in the same run, of all services; microseconds. */
  readonly order: number;
  /** A new process writes: a line that has no end yet is over. */
  readonly beginsLine: boolean;
  /** As syslog(3) has them, 0 to 7; undefined: nobody said. */
  readonly level: number | undefined;
  readonly text: Uint8Array;
}

/** Bytes that no service can know. */
export type Marker = Uint8Array & { readonly length: 8 };

export const MARKER_BYTES = 8;
/** Longer ones are damaged: more is never read from a service at once. */
export const MOST_RECORD_TEXT_BYTES = 64 * 1024;

const MAGIC = new TextEncoder().encode("dinitlog");
const VERSION = 1;
const MOST_HEAD_BYTES = 16 * 1024;
const HEAD = { version: 8, length: 12, marker: 16, checksum: 24, json: 28 } as const;
const RECORD = { length: 8, checksum: 12, time: 16, order: 24, flags: 32, level: 33, text: 36 };
const BEGINS_LINE = 1;
const NO_LEVEL = 255;

/** What a record takes beside its text. */
export const RECORD_OVERHEAD_BYTES = RECORD.text;

/** @throws {Error} When the marker has not its length. */
export function asMarker(bytes: Uint8Array): Marker {
  if (bytes.length !== MARKER_BYTES) throw new Error(`A marker has ${MARKER_BYTES} bytes`);
  return bytes as Marker;
}

/** The first bytes of a file. */
export function headBytes(
  head: SegmentHead,
  marker: Marker,
  checksum: Checksum,
): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(HEAD.json + json.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(HEAD.version, VERSION, true);
  view.setUint32(HEAD.length, json.length, true);
  bytes.set(marker, HEAD.marker);
  bytes.set(json, HEAD.json);
  view.setUint32(HEAD.checksum, headChecksum(bytes, checksum), true);
  return bytes;
}

/** A record. @param text Its memory may be used again afterwards. */
export function recordBytes(
  { timeMs, order, beginsLine, level, text }: StoredRecord,
  marker: Marker,
  checksum: Checksum,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD.text + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set(marker);
  view.setUint32(RECORD.length, text.length, true);
  view.setFloat64(RECORD.time, timeMs, true);
  view.setFloat64(RECORD.order, order, true);
  bytes[RECORD.flags] = beginsLine ? BEGINS_LINE : 0;
  bytes[RECORD.level] = level ?? NO_LEVEL;
  bytes.set(text, RECORD.text);
  view.setUint32(RECORD.checksum, recordChecksum(bytes, checksum), true);
  return bytes;
}

/** How a file begins. */
export interface ReadHead {
  readonly head: SegmentHead;
  readonly marker: Marker;
  /** Where its records begin. */
  readonly length: number;
}

/** undefined: it is no file of a store, or its head is damaged or not whole. */
export function readHead(bytes: Uint8Array, checksum: Checksum): ReadHead | undefined {
  if (bytes.length < HEAD.json || !isAt(bytes, 0, MAGIC)) return undefined;
  const view = viewOf(bytes);
  const jsonLength = view.getUint32(HEAD.length, true);
  const length = HEAD.json + jsonLength;
  if (view.getUint32(HEAD.version, true) !== VERSION) return undefined;
  if (jsonLength > MOST_HEAD_BYTES || bytes.length < length) return undefined;
  const whole = bytes.subarray(0, length);
  if (view.getUint32(HEAD.checksum, true) !== headChecksum(whole, checksum)) return undefined;
  const head = headOf(new TextDecoder().decode(whole.subarray(HEAD.json)));
  const marker = asMarker(bytes.slice(HEAD.marker, HEAD.marker + MARKER_BYTES));
  return head === undefined ? undefined : { head, marker, length };
}

/** Records that were found. */
export interface ReadRecords {
  readonly records: readonly StoredRecord[];
  /** Where to go on when the file has grown: behind the last whole record. */
  readonly end: number;
  /** Bytes before that which are no records. */
  readonly damagedBytes: number;
}

/**
 * Reads records, and passes over what is damaged between them. What is behind the last whole one is
 * left: it may not be written to its end yet. Their texts are part of the given bytes.
 *
 * @param from Where a record begins, or anywhere in the file.
 */
export function readRecords(
  bytes: Uint8Array,
  from: number,
  { marker, checksum }: { readonly marker: Marker; readonly checksum: Checksum },
): ReadRecords {
  const records: StoredRecord[] = [];
  const view = viewOf(bytes);
  let damagedBytes = 0;
  let end = from;
  for (let at = from; at !== -1;) {
    const length = recordLength(bytes, at, { view, marker, checksum });
    if (length === undefined) {
      at = nextMarker(bytes, at + 1, marker);
      continue;
    }
    damagedBytes += at - end;
    records.push(recordAt(bytes, at, length, view));
    at += length;
    end = at;
  }
  return { records, end, damagedBytes };
}

/** undefined: there is no whole record. */
function recordLength(
  bytes: Uint8Array,
  at: number,
  { view, marker, checksum }: {
    readonly view: DataView;
    readonly marker: Marker;
    readonly checksum: Checksum;
  },
): number | undefined {
  if (at + RECORD.text > bytes.length || !isAt(bytes, at, marker)) return undefined;
  const textLength = view.getUint32(at + RECORD.length, true);
  const length = RECORD.text + textLength;
  if (textLength > MOST_RECORD_TEXT_BYTES || at + length > bytes.length) return undefined;
  const said = view.getUint32(at + RECORD.checksum, true);
  return said === recordChecksum(bytes.subarray(at, at + length), checksum) ? length : undefined;
}

function recordAt(bytes: Uint8Array, at: number, length: number, view: DataView): StoredRecord {
  const level = bytes[at + RECORD.level] ?? NO_LEVEL;
  return {
    timeMs: view.getFloat64(at + RECORD.time, true),
    order: view.getFloat64(at + RECORD.order, true),
    beginsLine: ((bytes[at + RECORD.flags] ?? 0) & BEGINS_LINE) !== 0,
    level: level > 7 ? undefined : level,
    text: bytes.subarray(at + RECORD.text, at + length),
  };
}

function headChecksum(head: Uint8Array, checksum: Checksum): number {
  const first = checksum(head.subarray(HEAD.version, HEAD.checksum), 0);
  return checksum(head.subarray(HEAD.json), first);
}

function recordChecksum(record: Uint8Array, checksum: Checksum): number {
  const first = checksum(record.subarray(RECORD.length, RECORD.checksum), 0);
  return checksum(record.subarray(RECORD.time), first);
}

/** −1: there is none. */
function nextMarker(bytes: Uint8Array, from: number, marker: Marker): number {
  const first = marker[0] ?? 0;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (isAt(bytes, at, marker)) return at;
  }
  return -1;
}

function isAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  if (at + part.length > bytes.length) return false;
  for (let index = 0; index < part.length; index++) {
    if (bytes[at + index] !== part[index]) return false;
  }
  return true;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

function headOf(text: string): SegmentHead | undefined {
  const { service, isManager, run, runId, begunMs } = jsonMembers(text) ?? {};
  const isWhole = typeof service === "string" && typeof isManager === "boolean" &&
    typeof runId === "string" && typeof begunMs === "number" && typeof run === "number" &&
    Number.isSafeInteger(run) && run >= 1;
  return isWhole ? { service, isManager, run, runId, begunMs } : undefined;
}
