/**
 * The records of who is logged in (utmp) and who was (wtmp), as glibc lays them out: utmp(5).
 *
 * utmp holds one record for each terminal, found again by its id, or else by its line, and changed in
 * place; wtmp only grows. No lock is taken: PID 1 must not wait for whoever holds one, and a record is
 * written in one go.
 */
import { type Fd, type Pid } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import type { Failure, LoginRecord } from "../interface.ts";
import { type Architecture, FILE } from "./abi.ts";
import { openAppend, openFile, readFile } from "./files.ts";
import { failure, kernel } from "./kernel.ts";
import { close, write } from "./streams.ts";

/** Types of record: utmp(5). */
const TYPE = { boot: 2, init: 5, login: 6, user: 7, dead: 8 } as const;

/** Where fields begin that are the same everywhere, in bytes. */
const AT = { type: 0, pid: 4, line: 8, id: 40, user: 44, host: 76, session: 336 } as const;
const LENGTH = { line: 32, id: 4, user: 32, host: 256 } as const;

/**
 * Bytes of a record, and where its time is: on x86-64 two 32-bit words, as in 32-bit programs; on aarch64 a
 * whole struct timeval.
 */
const LAYOUT: Readonly<
  Record<Architecture, { readonly bytes: number; readonly time: number; readonly isWide: boolean }>
> = {
  x86_64: { bytes: 384, time: 340, isWide: false },
  aarch64: { bytes: 400, time: 344, isWide: true },
};

const MOST_BYTES = 4 * 1024 * 1024;
const PATHS = { utmp: "/var/run/utmp", wtmp: "/var/log/wtmp" };

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
 * Where the record of a terminal is, in bytes from the beginning: by id, else by line; behind the last whole
 * record when there is none.
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
      if (type < TYPE.init || type > TYPE.dead) continue;
      if (readField(file, offset, field) === key[field]) return { offset, found: true };
    }
  }
  return { offset: end, found: false };
}

function readType(file: Uint8Array, offset: number): number {
  return (file[offset] ?? 0) | ((file[offset + 1] ?? 0) << 8);
}

function readField(file: Uint8Array, offset: number, field: keyof typeof LENGTH): string {
  const start = offset + AT[field];
  const text = new TextDecoder().decode(file.subarray(start, start + LENGTH[field]));
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/**
 * Writes what happened into utmp and wtmp. A file that is missing is left so, but for utmp at boot.
 *
 * @param release Release of the kernel, for the boot record.
 * @returns ENOENT when utmp is missing, EACCES when it is not ours to write, EROFS.
 */
export function recordLogin(
  record: LoginRecord,
  options: { readonly release: string; readonly timeMs: number; readonly paths?: typeof PATHS },
): Failure | undefined {
  const { paths = PATHS, timeMs, release } = options;
  if (record.kind === "boot") {
    const boot = encode({
      type: TYPE.boot,
      pid: 0,
      line: "~",
      id: "~~",
      user: "reboot",
      host: release,
      timeMs,
    });
    appendTo(paths.wtmp, boot);
    return replace(paths.utmp, boot);
  }
  const file = readFile(paths.utmp, MOST_BYTES);
  if (file.kind === "failure") return file;
  const { offset, found } = findUtmpSlot(file.bytes, record, Deno.build.arch);
  const isOwn = found && readPid(file.bytes, offset) === record.pid;
  const type = readType(file.bytes, offset);
  if (record.kind === "started") {
    // The program may have been quicker and said already that it waits for a login.
    if (isOwn && (type === TYPE.login || type === TYPE.user)) return undefined;
    const { id, line, pid } = record;
    return writeAt(
      paths.utmp,
      offset,
      encode({ ...EMPTY, type: TYPE.init, pid, id, line, timeMs }),
    );
  }
  // Another process has the terminal by now.
  if (!isOwn) return undefined;
  const id = readField(file.bytes, offset, "id");
  const line = readField(file.bytes, offset, "line");
  const dead = encode({ ...EMPTY, type: TYPE.dead, pid: record.pid, id, line, timeMs });
  // last(1) tells the end of a login by this.
  appendTo(paths.wtmp, dead);
  return writeAt(paths.utmp, offset, dead);
}

const EMPTY = { user: "", host: "" };

function encode(record: UtmpRecord): Uint8Array<ArrayBuffer> {
  return encodeUtmp(record, Deno.build.arch);
}

function readPid(file: Uint8Array, offset: number): Pid | number {
  return new DataView(file.buffer, file.byteOffset + offset).getInt32(AT.pid, true);
}

function appendTo(path: string, bytes: Uint8Array<ArrayBuffer>): void {
  const probe = openFile(path, FILE.O_WRONLY);
  if (typeof probe !== "number") return;
  close(probe);
  const fd = openAppend(path, 0o664);
  if (typeof fd !== "number") return;
  write(fd, bytes);
  close(fd);
}

function replace(path: string, bytes: Uint8Array<ArrayBuffer>): Failure | undefined {
  const fd = openFile(path, FILE.O_WRONLY | FILE.O_CREAT | FILE.O_TRUNC, 0o664);
  return typeof fd === "number" ? writeAndClose(fd, bytes) : fd;
}

function writeAt(
  path: string,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
): Failure | undefined {
  const fd = openFile(path, FILE.O_WRONLY);
  if (typeof fd !== "number") return fd;
  const calls = kernel();
  if (calls.numbers(calls.abi.calls.lseek, fd, offset, 0, 0, 0, 0) >= 0) {
    return writeAndClose(fd, bytes);
  }
  const problem = failure("lseek", lastErrno(calls));
  close(fd);
  return problem;
}

function writeAndClose(fd: Fd, bytes: Uint8Array<ArrayBuffer>): Failure | undefined {
  const result = write(fd, bytes);
  close(fd);
  return typeof result === "object" ? result : undefined;
}
