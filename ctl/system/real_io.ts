/**
 * The client programs' way out to the real system.
 */
import { crc32 } from "../../core/checksum.ts";
import { type FileResult, MAX_FILE_BYTES, parseUserDatabase } from "../../core/description/mod.ts";
import { INTERRUPTED_STATUS } from "../../core/program/client_pipe.ts";
import { encodeText } from "../../core/protocol/mod.ts";
import { systemNamed } from "../../core/types.ts";
import {
  exists,
  ignoreKeys,
  readDirectory,
  readFile,
  runProgram,
  SIGNALS,
  systemErrorText,
  userId,
} from "../../platform/client.ts";
import { givenEnvironment } from "./given_words.ts";
import { writeNewFile } from "../interface/new_file.ts";
import { errorText } from "../interface/error_text.ts";
import { wantsColour } from "../render/text/colour.ts";
import type { ClientFiles, ClientIo, FileEnd, RunOutcome, SeenFile } from "../interface/io.ts";
import { TerminalScreen } from "./terminal_screen.ts";
import { adoptSocket, type ConnectionContext, connectSocket } from "./unix_connection.ts";
import { Waiter } from "./waiter.ts";

const STATUS_BYTES = 8192;
const ENOENT = 2;
const ENOTDIR = 20;

/** Distance of two tries to write to a full, non-blocking terminal or pipe. */
const RETRY_MS = 5;

/** Opens the way out for a program. It owns nothing that would have to be closed. */
export function openClientIo(programName: string): ClientIo {
  const out = new OutputStream(Deno.stdout);
  const err = new OutputStream(Deno.stderr);
  const isOutTerminal = Deno.stdout.isTerminal();
  const around: ConnectionContext = { systemText, waiter: new Waiter() };
  const env = (name: string) => Deno.env.get(name);
  const write = (text: string) => out.write(encodeText(text));
  return {
    programName,
    os: systemNamed(Deno.build.os),
    out: write,
    outBytes: (bytes) => out.write(bytes),
    err: (text) => err.write(encodeText(text)),
    isOutClosed: () => out.isClosed,
    outFault: () => out.fault,
    isOutTerminal,
    hasColour: isOutTerminal && wantsColour(env),
    openScreen: () => {
      const canDraw = isOutTerminal && Deno.env.get("TERM") !== "dumb";
      return canDraw ? new TerminalScreen({ write, waiter: around.waiter }) : undefined;
    },
    env,
    userId,
    homeFromDatabase,
    monotonicMs: () => performance.now(),
    wallClockMs: () => Date.now(),
    sleep: (ms) => around.waiter.readsSignals ? around.waiter.wait(ms) : sleep(ms),
    timeOfDay: () => new Date().toTimeString().slice(0, 8),
    errorText: systemText,
    connect: (path) => connectSocket(path, around),
    adopt: (descriptor) => adoptSocket(descriptor, around),
    readLine,
    atInterrupt: interruptTeller(write, around.waiter),
    run,
    checksum: crc32,
    files,
  };
}

/** SIGINT is read from the first text on: whoever waits does it in the waiter. */
function interruptTeller(
  write: (text: string) => void,
  waiter: Waiter,
): ClientIo["atInterrupt"] {
  let text: string | undefined;
  let isRead = false;
  return (told) => {
    text = told;
    if (isRead || told === undefined || isInterruptIgnored()) return;
    isRead = true;
    waiter.watchSignals([SIGNALS.INT], () => {
      if (text !== undefined) write(text);
      Deno.exit(INTERRUPTED_STATUS);
    });
  };
}

/** proc(5), SigIgn; where there is none, nobody can tell. */
function isInterruptIgnored(): boolean {
  const status = readFile("/proc/self/status", STATUS_BYTES);
  if (status.kind !== "contents") return false;
  const [, last = "0"] = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m
    .exec(new TextDecoder().decode(status.bytes)) ?? [];
  return (parseInt(last, 16) >> (SIGNALS.INT - 1) & 1) === 1;
}

/**
 * Writes everything; once nobody reads any more, or nothing can be written, it drops what comes.
 */
class OutputStream {
  isClosed = false;
  /** What the system says was wrong. A reader that has gone knows it: no fault. */
  fault: string | undefined;
  readonly #stream: { writeSync(bytes: Uint8Array): number };

  constructor(stream: { writeSync(bytes: Uint8Array): number }) {
    this.#stream = stream;
  }

  write(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0 && !this.isClosed) {
      try {
        rest = rest.subarray(this.#stream.writeSync(rest));
      } catch (error) {
        if (error instanceof Deno.errors.WouldBlock) {
          sleep(RETRY_MS);
          continue;
        }
        this.isClosed = true;
        if (!(error instanceof Deno.errors.BrokenPipe)) this.fault = reason(error);
      }
    }
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function systemText(errno: number): string {
  return errorText(errno, systemErrorText(errno));
}

function homeFromDatabase(): string | undefined {
  const passwd = files.read("/etc/passwd");
  if (passwd.kind !== "contents") return undefined;
  const users = parseUserDatabase(new TextDecoder().decode(passwd.bytes), "");
  return users.byUid(userId())?.home;
}

function run(command: readonly string[], keys?: "its"): RunOutcome {
  if (keys === "its") ignoreKeys();
  const end = runProgram(command, givenEnvironment());
  switch (end.kind) {
    case "exited":
      return end;
    case "signalled":
      return { kind: "signalled", signal: end.signal };
    case "failure":
      return { kind: "not-run", why: end.message };
    case "none":
      return { kind: "exited", code: 0 };
  }
}

const files: ClientFiles = {
  read(path): FileResult {
    const result = readFile(path, MAX_FILE_BYTES);
    if (result.kind === "contents") return result;
    const isMissing = result.errno === ENOENT || result.errno === ENOTDIR;
    return isMissing ? { kind: "missing" } : { kind: "unreadable", why: result.message };
  },
  list(path) {
    const result = readDirectory(path);
    return result.kind === "names" ? result : { kind: "unreadable", why: result.message };
  },
  exists,
  realDirectory(path) {
    try {
      const real = Deno.realPathSync(path);
      return real.slice(0, Math.max(1, real.lastIndexOf("/")));
    } catch {
      return undefined;
    }
  },
  makeSymlink: (target, path) => attempt(() => Deno.symlinkSync(target, path)),
  makeFile: writeNewFile,
  replaceFile,
  readEnd,
  realPath: (path) => {
    try {
      return Deno.realPathSync(path);
    } catch {
      return undefined;
    }
  },
  makeScratchFile(name, text) {
    try {
      const path = `${Deno.makeTempDirSync({ prefix: "dinitctl-" })}/${name}`;
      Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
      return { kind: "file", path };
    } catch (error) {
      return reason(error);
    }
  },
  remove: (path) => attempt(() => Deno.removeSync(path)),
  makeFolder: (path) => attempt(() => Deno.mkdirSync(path, { recursive: true, mode: 0o755 })),
  removeFolder: (path) => attempt(() => Deno.removeSync(path)),
};

/** The new text lies beside the file until it is whole and on the disk. */
function replaceFile(path: string, text: string): string | undefined {
  const slash = path.lastIndexOf("/") + 1;
  const beside = `${path.slice(0, slash)}.${path.slice(slash)}.${Deno.pid}.new`;
  return attempt(() => {
    const file = Deno.openSync(beside, { write: true, createNew: true, mode: 0o600 });
    try {
      try {
        for (let rest = encodeText(text); rest.length > 0;) {
          rest = rest.subarray(file.writeSync(rest));
        }
        file.syncSync();
      } finally {
        file.close();
      }
      takeOver(path, beside);
      Deno.renameSync(beside, path);
    } catch (error) {
      attempt(() => Deno.removeSync(beside));
      throw error;
    }
  });
}

function readEnd(path: string, mostBytes: number, seen?: SeenFile): FileEnd | undefined {
  try {
    // Nothing but a file is opened: a FIFO would not come back.
    if (!Deno.statSync(path).isFile) return undefined;
    using file = Deno.openSync(path);
    const { dev, ino, size } = file.statSync();
    const identity = `${dev}:${ino}`;
    const isSeen = seen?.identity === identity && seen.from <= size;
    const from = Math.max(isSeen ? seen.from : 0, size - mostBytes);
    file.seekSync(from, Deno.SeekMode.Start);
    const bytes = new Uint8Array(size - from);
    let length = 0;
    for (
      let count: number | null = 0;
      length < bytes.length && count !== null;
      length += count ?? 0
    ) {
      count = file.readSync(bytes.subarray(length));
    }
    return { identity, sizeBytes: from + length, bytes: bytes.subarray(0, length) };
  } catch {
    return undefined;
  }
}

/** Gives a file mode and owner of another one, as far as the user may. */
function takeOver(path: string, file: string): void {
  let before: Deno.FileInfo | undefined;
  try {
    before = Deno.lstatSync(path);
  } catch {
    // There is none yet.
  }
  if (before?.isFile !== true) return Deno.chmodSync(file, 0o644);
  const { uid, gid, mode } = before;
  if (uid !== null && gid !== null) attempt(() => Deno.chownSync(file, uid, gid));
  Deno.chmodSync(file, (mode ?? 0o644) & 0o777);
}

/** Byte by byte, so that what comes behind the line is left for the next program. */
function readLine(): string | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  const byte = new Uint8Array(1);
  const line: number[] = [];
  while (Deno.stdin.readSync(byte) === 1 && byte[0] !== 0x0a) line.push(byte[0] ?? 0);
  return line.length === 0 && byte[0] !== 0x0a
    ? undefined
    : new TextDecoder().decode(Uint8Array.from(line));
}

function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return reason(error);
  }
}

/** Deno's text is `WORDS (os error N): what it was about`; the words are enough. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const words = text.split(" (os error")[0] ?? text;
  return words.charAt(0).toLowerCase() + words.slice(1);
}
