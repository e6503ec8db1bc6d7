/**
 * The records of who is logged in (utmp) and who was (wtmp): utmp(5).
 *
 * utmp holds one record for each terminal, found again by its id, or else by its line, and changed
 * in place; wtmp only grows. Both are locked meanwhile, as glibc's pututxline(3) does it (a write
 * lock on the whole file), so that a login that is recorded in the same moment is not lost. Nobody
 * waits for a lock here: who finds one tries again.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import type { LoginRecord } from "../../interface/platform.ts";
import { ERRNO } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files, streams } from "../kernel/parts.ts";
import { openLocked } from "./locked_file.ts";
import {
  encodeUtmp,
  findUtmpSlot,
  readField,
  readPid,
  readType,
  UTMP_TYPE,
  type UtmpRecord,
} from "./utmp_record.ts";

const MOST_BYTES = 4 * 1024 * 1024;
const PATHS = { utmp: "/var/run/utmp", wtmp: "/var/log/wtmp" };
const MODE = 0o664;

/** What recording needs besides the record. */
export interface RecordingOptions {
  /** Release of the kernel, for the boot record. */
  readonly release: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly paths?: typeof PATHS;
}

/** Both files, locked. */
interface LoginFiles {
  readonly utmp: Fd;
  /** Undefined: it is not kept on this machine. */
  readonly wtmp: Fd | undefined;
}

/**
 * Writes what happened into utmp and wtmp. A file that is missing is left so, but for utmp at boot.
 *
 * @returns ENOENT when utmp is missing, EACCES when it is not ours to write, EROFS; EAGAIN when
 * another process has one of them locked: nothing was written then.
 */
export function recordLogin(
  record: LoginRecord,
  options: RecordingOptions,
): Failure | undefined {
  const { paths = PATHS } = options;
  const isBoot = record.kind === "boot";
  const wtmp = openLocked(paths.wtmp, "append");
  if (typeof wtmp === "object" && wtmp.errno === ERRNO.EAGAIN) return wtmp;
  const utmp = openLocked(paths.utmp, "update", isBoot ? MODE : undefined);
  const history = typeof wtmp === "number" ? wtmp : undefined;
  try {
    if (typeof utmp === "number") {
      const logins = { utmp, wtmp: history };
      return isBoot ? recordBoot(logins, options) : recordTerminal(record, logins, options);
    }
    if (isBoot && history !== undefined && utmp.errno !== ERRNO.EAGAIN) {
      writeWhole(history, bootRecord(options));
    }
    return utmp;
  } finally {
    // Closing unlocks.
    if (history !== undefined) streams.close(history);
    if (typeof utmp === "number") streams.close(utmp);
  }
}

function recordBoot(logins: LoginFiles, options: RecordingOptions): Failure | undefined {
  const boot = bootRecord(options);
  if (logins.wtmp !== undefined) writeWhole(logins.wtmp, boot);
  if (LINUX.numbers(LINUX.calls.ftruncate, logins.utmp, 0, 0, 0, 0, 0) < 0) {
    return failure("ftruncate", lastErrno(LINUX));
  }
  return writeWhole(logins.utmp, boot);
}

function bootRecord({ release, timeMs }: RecordingOptions): Uint8Array<ArrayBuffer> {
  const type = UTMP_TYPE.boot;
  return encode({ type, pid: 0, line: "~", id: "~~", user: "reboot", host: release, timeMs });
}

function recordTerminal(
  record: Exclude<LoginRecord, { kind: "boot" }>,
  logins: LoginFiles,
  { paths = PATHS, timeMs }: RecordingOptions,
): Failure | undefined {
  const file = files.readFile(paths.utmp, MOST_BYTES);
  if (file.kind === "failure") return file;
  const { offset, found } = findUtmpSlot(file.bytes, record, Deno.build.arch);
  const isOwn = found && readPid(file.bytes, offset) === record.pid;
  const { pid } = record;
  if (record.kind === "started") {
    const type = readType(file.bytes, offset);
    // The program may have been quicker and said already that it waits for a login.
    if (isOwn && (type === UTMP_TYPE.login || type === UTMP_TYPE.user)) return undefined;
    const { id, line } = record;
    const started = encode({ ...NOBODY, type: UTMP_TYPE.init, pid, id, line, timeMs });
    return writeAt(logins.utmp, offset, started);
  }
  // Another process has the terminal by now.
  if (!isOwn) return undefined;
  const id = readField(file.bytes, offset, "id");
  const line = readField(file.bytes, offset, "line");
  const dead = encode({ ...NOBODY, type: UTMP_TYPE.dead, pid, id, line, timeMs });
  // last(1) tells the end of a login by this.
  if (logins.wtmp !== undefined) writeWhole(logins.wtmp, dead);
  return writeAt(logins.utmp, offset, dead);
}

const NOBODY = { user: "", host: "" };

function encode(record: UtmpRecord): Uint8Array<ArrayBuffer> {
  return encodeUtmp(record, Deno.build.arch);
}

function writeAt(fd: Fd, offset: number, bytes: Uint8Array<ArrayBuffer>): Failure | undefined {
  if (LINUX.numbers(LINUX.calls.lseek, fd, offset, 0, 0, 0, 0) >= 0) {
    return writeWhole(fd, bytes);
  }
  return failure("lseek", lastErrno(LINUX));
}

function writeWhole(fd: Fd, bytes: Uint8Array<ArrayBuffer>): Failure | undefined {
  const result = streams.write(fd, bytes);
  return typeof result === "object" ? result : undefined;
}
