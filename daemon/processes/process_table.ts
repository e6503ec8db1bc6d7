/**
 * All processes of the system at one moment, and which service each of them belongs to.
 *
 * Source: proc(5), /proc/PID/stat and /proc/PID/environ. A system without them has an empty table.
 */
import type { Pid, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";

const STAT_LIMIT_BYTES = 4096;
const ENVIRONMENT_LIMIT_BYTES = 1024 * 1024;

/** One process that has not ended. */
export interface ProcessEntry {
  readonly pid: Pid;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /**
   * When it was made, in the kernel's ticks: a later process with the same number has another time.
   */
  readonly madeAt: string;
}

/** What is known of services, to find the service of a process. */
export interface Ownership {
  readonly manager: Pid;
  /** The service whose process, as the manager made it, this is. */
  mainOf(pid: Pid): ServiceId | undefined;
  /** The service to which the process was seen to belong earlier. */
  knownOf(entry: ProcessEntry): ServiceId | undefined;
  /** The service whose process had this number and so leads, or led, a session and group of it. */
  leaderOf(number: number): ServiceId | undefined;
  /** The service named by a mark in the environment; `undefined` also when it cannot be read. */
  markedFor(entry: ProcessEntry): ServiceId | undefined;
}

/** Reads the table. Processes that end meanwhile are left out. */
export function readProcessTable(platform: Platform): Map<number, ProcessEntry> {
  const table = new Map<number, ProcessEntry>();
  const listed = platform.os === "linux" ? platform.readDirectory("/proc") : undefined;
  if (listed?.kind !== "names") return table;
  const decoder = new TextDecoder();
  for (const name of listed.names) {
    if (!/^[0-9]+$/.test(name)) continue;
    const file = platform.readFile(`/proc/${name}/stat`, STAT_LIMIT_BYTES);
    if (file.kind === "failure") continue;
    const entry = parseStat(decoder.decode(file.bytes));
    if (entry !== undefined) table.set(entry.pid, entry);
  }
  return table;
}

/** One process; undefined when it has ended. */
export function readProcess(platform: Platform, pid: Pid): ProcessEntry | undefined {
  const file = platform.readFile(`/proc/${pid}/stat`, STAT_LIMIT_BYTES);
  if (file.kind === "failure") return undefined;
  return parseStat(new TextDecoder().decode(file.bytes));
}

/** Whether the process is still the one of the table. */
export function isStillThere(platform: Platform, entry: ProcessEntry): boolean {
  return readProcess(platform, entry.pid)?.madeAt === entry.madeAt;
}

/**
 * One line of /proc/PID/stat; undefined for a process that has ended. The name may hold anything.
 */
export function parseStat(text: string): ProcessEntry | undefined {
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  // Field 22 of the line; the fields here begin with the third.
  const madeAt = fields[19];
  if (!(pid > 0) || madeAt === undefined || state === "Z" || state === "X") return undefined;
  return {
    pid: pid as Pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    madeAt,
  };
}

/** The texts NAME=VALUE that a process was started with; none when they cannot be read. */
export function readEnvironment(platform: Platform, pid: Pid): readonly string[] {
  const file = platform.readFile(`/proc/${pid}/environ`, ENVIRONMENT_LIMIT_BYTES);
  return file.kind === "failure" ? [] : new TextDecoder().decode(file.bytes).split("\0");
}

/**
 * The processes of each service, those the manager made itself included.
 *
 * A child of a process belongs to the same service. One whose parent has ended (the manager
 * adopts it) is recognised by its session and group, and last by its environment.
 */
export function processesByService(
  table: ReadonlyMap<number, ProcessEntry>,
  ownership: Ownership,
): Map<ServiceId, ProcessEntry[]> {
  const owners = new Map<number, ServiceId | "nobody" | "foreign">();
  const ownerOf = (pid: number): ServiceId | "nobody" | "foreign" => {
    if (pid === ownership.manager) return "nobody";
    const decided = owners.get(pid);
    if (decided !== undefined) return decided;
    const entry = table.get(pid);
    if (entry === undefined) return "foreign";
    // A table that was read while processes came and went could hold a circle.
    owners.set(pid, "foreign");
    const owner = decide(entry);
    owners.set(pid, owner);
    return owner;
  };
  const decide = (entry: ProcessEntry): ServiceId | "nobody" | "foreign" => {
    const own = ownership.mainOf(entry.pid) ?? ownership.knownOf(entry);
    if (own !== undefined) return own;
    const inherited = ownerOf(entry.parent);
    if (inherited !== "nobody") return inherited;
    return ownership.leaderOf(entry.session) ?? ownership.leaderOf(entry.group) ??
      ownership.markedFor(entry) ?? "nobody";
  };
  const found = new Map<ServiceId, ProcessEntry[]>();
  for (const entry of table.values()) {
    const owner = ownerOf(entry.pid);
    if (owner === "nobody" || owner === "foreign") continue;
    const entries = found.get(owner);
    if (entries === undefined) found.set(owner, [entry]);
    else entries.push(entry);
  }
  return found;
}
