/**
 * Reads the pid file of a bgprocess after its launcher has exited, by upstream's rules: at most 20 bytes,
 * a number as C reads it (blanks, sign, 0x, 0), and what follows it is ignored.
 */
import type { PidFileReading } from "../core/event.ts";
import { type Pid, pid as makePid } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";

const NUMBER_BYTES = 20;
/** Larger than any pid file; keeps a wrong path from being read whole. */
const FILE_LIMIT_BYTES = 64 * 1024;
/** Linux and FreeBSD: process IDs are below 2^22 and 100,000; the type's bound serves both. */
const LARGEST_PID = 0x7fff_ffff;

/**
 * A living process is tracked when its end will be reported: as our child's, or because the poller watches it. What the
 * manager may not signal is not watched, or the service's stop would wait for a process that nobody ends.
 */
export function readPidFile(platform: Platform, path: string): PidFileReading {
  const file = platform.readFile(path, FILE_LIMIT_BYTES);
  if (file.kind === "failure") {
    return { kind: "invalid", why: `Cannot read the pid file "${path}": ${file.message}` };
  }
  const text = new TextDecoder().decode(file.bytes.subarray(0, NUMBER_BYTES));
  const pid = parsePid(text);
  if (pid === undefined) {
    return { kind: "invalid", why: `The pid file "${path}" holds no process ID: "${text.trim()}"` };
  }
  switch (platform.childState(pid)) {
    case "running":
      return { kind: "running", pid, tracked: true };
    case "foreign": {
      const isOurs = platform.signal(pid, 0, "process") === undefined;
      const tracked = isOurs && platform.poller.watchProcess(pid) === undefined;
      return { kind: "running", pid, tracked, isStranger: true };
    }
    case "ended":
    case "none":
      return {
        kind: "invalid",
        why: `The pid file "${path}" names process ${pid}, which has ended`,
      };
  }
}

/** strtol(3) with base 0; undefined unless the number is a possible process ID. */
export function parsePid(text: string): Pid | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/.exec(text);
  if (match === null || match[1] === "-") return undefined;
  const digits = match[2] ?? "";
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = isOctal ? parseInt(digits, 8) : Number(digits);
  return value >= 1 && value <= LARGEST_PID ? makePid(value) : undefined;
}
