/**
 * Whether a process is one of a service that tells about itself.
 *
 * Who descends from the main process is; so is one whose parents have ended (the manager has adopted it), if what it
 * has from them is still the service's: its session or process group, which nobody can join from outside, the
 * service's control group, or the address of the socket in its environment.
 */
import type { Pid } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import { readEnvironment, readProcess } from "./process_table.ts";

/** What is known of a service's processes. */
export interface ServiceMarks {
  readonly mainPid: Pid;
  /** The process that the manager made: it leads a session, or a group on the console, that may outlive it. */
  readonly leader: Pid;
  /** NOTIFY_SOCKET of this launch; no other has the same. */
  readonly address: string;
  /** Whether it is in a control group that the service has. */
  isInGroup(pid: Pid): boolean;
}

/** "gone": it has ended, so that nothing can be told of it. */
export function membership(
  platform: Platform,
  pid: Pid,
  marks: ServiceMarks,
): "member" | "stranger" | "gone" {
  const kinship = platform.kinship(pid, marks.mainPid);
  if (kinship !== "stranger") return kinship === "related" ? "member" : "gone";
  // Without /proc only kinship tells.
  if (platform.os !== "linux") return "stranger";
  const entry = readProcess(platform, pid);
  if (entry === undefined) return "gone";
  const isLedByService = [entry.session, entry.group].some((leader) =>
    leader === marks.leader || leader === marks.mainPid
  );
  if (isLedByService || marks.isInGroup(pid)) return "member";
  const isAddressed = readEnvironment(platform, pid).includes(`NOTIFY_SOCKET=${marks.address}`);
  return isAddressed ? "member" : "stranger";
}
