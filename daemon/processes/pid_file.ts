/**
 * Reads the pid file of a bgprocess after its launcher has exited, by upstream's rules: at most 20
 * bytes, a number as C reads it (blanks, sign, 0x, 0), and what follows it is ignored.
 *
 * A file that is as it was before the launch names a process of an earlier run, or by now
 * anybody's. And it is found out who could have written the file; what that is worth is decided in
 * `daemon_claim.ts`.
 */
import type { PidFileReading } from "../../core/event.ts";
import { type Pid, pid as makePid } from "../../core/types.ts";
import type { FileContents, Platform } from "../../platform/mod.ts";
import type { FileAuthor } from "./daemon_claim.ts";

const NUMBER_BYTES = 20;
/** Larger than any pid file; keeps a wrong path from being read whole. */
const FILE_LIMIT_BYTES = 64 * 1024;
/** Linux and FreeBSD: process IDs are below 2^22 and 100,000; the type's bound serves both. */
const LARGEST_PID = 0x7fff_ffff;
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/** A pid file as it was before the launch. */
export interface PidFileState {
  readonly path: string;
  /** User that the service runs as, when that is not the manager's. */
  readonly runAs: number | undefined;
  /** undefined: it was not there. */
  readonly before: FileContents | undefined;
}

/** What the file says now. */
export type NamedDaemon =
  | { readonly kind: "named"; readonly pid: Pid; readonly author: FileAuthor }
  | Extract<PidFileReading, { readonly kind: "invalid" }>;

type FilePlatform = Pick<Platform, "readFile" | "fileStatus" | "realPath" | "userId">;

/** To be called before the launcher is made. */
export function pidFileBefore(
  platform: FilePlatform,
  path: string,
  runAs: number | undefined,
): PidFileState {
  const file = platform.readFile(path, FILE_LIMIT_BYTES);
  return { path, runAs, before: file.kind === "failure" ? undefined : file };
}

/** To be called after it has ended. */
export function readPidFile(platform: FilePlatform, state: PidFileState): NamedDaemon {
  const { path, before } = state;
  const writers = writersOf(platform, path);
  const file = platform.readFile(path, FILE_LIMIT_BYTES);
  if (file.kind === "failure") {
    return { kind: "invalid", why: `Cannot read the pid file "${path}": ${file.message}` };
  }
  if (before !== undefined && isSame(before, file)) {
    const why = `The pid file "${path}" is older than the launch: the command did not write it`;
    return { kind: "invalid", why };
  }
  const pid = parsePid(new TextDecoder().decode(file.bytes.subarray(0, NUMBER_BYTES)));
  // What it contains instead is not shown: it may be a link to a file that its writer cannot read.
  if (pid === undefined) {
    return { kind: "invalid", why: `The pid file "${path}" does not begin with a process ID` };
  }
  const after = writersOf(platform, path);
  return { kind: "named", pid, author: authorOf(state.runAs, writers.union(after)) };
}

function authorOf(runAs: number | undefined, writers: ReadonlySet<number | "several">): FileAuthor {
  if (runAs !== undefined) return { kind: "user", uid: runAs };
  const [uid] = writers;
  if (uid === undefined) return { kind: "manager" };
  return { kind: "writer", uid: writers.size > 1 || uid === "several" ? undefined : uid };
}

/**
 * Users other than those that the manager trusts (root, its own, the owner of "/") who could have
 * written the file, or put it there: owners of the file, of a link to it and of the folders that
 * lead to it, and whoever may write to one of these.
 */
function writersOf(platform: FilePlatform, path: string): ReadonlySet<number | "several"> {
  const writers = new Set<number | "several">();
  const real = platform.realPath(path);
  const places = [...placesOf(path), ...(real.kind === "path" ? placesOf(real.path) : [])];
  for (const place of places) {
    const status = platform.fileStatus(place, "itself");
    if ("kind" in status) continue;
    writers.add(status.uid);
    // The mode of a link means nothing, and in a sticky folder nobody can touch what is another's.
    const isSafe = status.type === "link" ||
      (status.type === "directory" && (status.mode & STICKY) !== 0);
    if (!isSafe && (status.mode & WRITABLE_BY_OTHERS) !== 0) writers.add("several");
  }
  const root = platform.fileStatus("/", "itself");
  const trusted = [0, platform.userId(), "kind" in root ? 0 : root.uid];
  for (const uid of trusted) writers.delete(uid);
  return writers;
}

/** A path and all folders that lead to it. */
function placesOf(path: string): readonly string[] {
  const places = [path];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    places.push(path.slice(0, at));
  }
  return places;
}

/** The same text, written at the same time. */
function isSame(before: FileContents, after: FileContents): boolean {
  return before.modifiedSeconds === after.modifiedSeconds &&
    before.modifiedNanoseconds === after.modifiedNanoseconds &&
    before.bytes.length === after.bytes.length &&
    before.bytes.every((byte, index) => byte === after.bytes[index]);
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
