/**
 * One record of utmp and wtmp as glibc lays it out: utmp(5).
 */
import type { Architecture } from "../../ffi/architecture.ts";

/** Types of record: utmp(5). */
export const UTMP_TYPE = { boot: 2, init: 5, login: 6, user: 7, dead: 8 } as const;

/** Where fields begin that are the same everywhere, in bytes. */
const AT = { type: 0, pid: 4, line: 8, id: 40, user: 44, host: 76, session: 336 } as const;
const LENGTH = { line: 32, id: 4, user: 32, host: 256 } as const;

/**
 * Bytes of a record, and where its time is: on x86-64 two 32-bit words, as in 32-bit programs; on
 * aarch64 a whole struct timeval.
 */
const LAYOUT: Readonly<
  Record<Architecture, { readonly bytes: number; readonly time: number; readonly isWide: boolean }>
> = {
  x86_64: { bytes: 384, time: 340, isWide: false },
  aarch64: { bytes: 400, time: 344, isWide: true },
};

/** A record before it is bytes. */
export interface UtmpRecord {
  readonly type: number;
  readonly pid: number;
  readonly line: string;
  readonly id: string;
  readonly user: string;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

/** The bytes of a record; texts are cut to their fields, which need no NUL at the end when full. */
export function encodeUtmp(
  record: UtmpRecord,
  architecture: Architecture,
): Uint8Array<ArrayBuffer> {
  const { bytes: size, time, isWide } = LAYOUT[architecture];
  const bytes = new Uint8Array(new ArrayBuffer(size));
  const view = new DataView(bytes.buffer);
  view.setUint16(AT.type, record.type, true);
  view.setInt32(AT.pid, record.pid, true);
  for (const field of ["line", "id", "user", "host"] as const) {
    bytes.set(new TextEncoder().encode(record[field]).subarray(0, LENGTH[field]), AT[field]);
  }
  const seconds = Math.floor(record.timeMs / 1000);
  const microseconds = Math.floor((record.timeMs % 1000) * 1000);
  if (isWide) {
    view.setBigInt64(time, BigInt(seconds), true);
    view.setBigInt64(time + 8, BigInt(microseconds), true);
  } else {
    view.setUint32(time, seconds, true);
    view.setUint32(time + 4, microseconds, true);
  }
  return bytes;
}

/**
 * Where the record of a terminal is, in bytes from the beginning: by id, else by line; behind the
 * last whole record when there is none.
 */
export function findUtmpSlot(
  file: Uint8Array,
  key: { readonly id: string; readonly line: string },
  architecture: Architecture,
): { readonly offset: number; readonly found: boolean } {
  const { bytes: size } = LAYOUT[architecture];
  const end = Math.floor(file.length / size) * size;
  for (const field of ["id", "line"] as const) {
    if (key[field] === "") continue;
    for (let offset = 0; offset < end; offset += size) {
      const type = readType(file, offset);
      if (type < UTMP_TYPE.init || type > UTMP_TYPE.dead) continue;
      if (readField(file, offset, field) === key[field]) return { offset, found: true };
    }
  }
  return { offset: end, found: false };
}

/** Its type, by what {@link UTMP_TYPE} lists. */
export function readType(file: Uint8Array, offset: number): number {
  return (file[offset] ?? 0) | ((file[offset + 1] ?? 0) << 8);
}

/** A text of it, up to its NUL. */
export function readField(file: Uint8Array, offset: number, field: keyof typeof LENGTH): string {
  const start = offset + AT[field];
  const text = new TextDecoder().decode(file.subarray(start, start + LENGTH[field]));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** The process that it is about. */
export function readPid(file: Uint8Array, offset: number): number {
  return new DataView(file.buffer, file.byteOffset + offset).getInt32(AT.pid, true);
}
