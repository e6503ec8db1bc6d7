/**
 * Whether the sender of a notification is a process of the service.
 *
 * Proven is who descends from the main process, is in the service's cgroup, or in the session or
 * process group of a process of it that is still there: nobody can get in there from outside. What
 * a process has otherwise from parents that have ended makes it likely only: the number of a
 * session's leader that has ended can be another's by now, and an environment is what its process
 * says it is, while the socket's address is no secret (/proc/net/unix).
 */
import type { Pid } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { readEnvironment } from "./process_table.ts";

/** What is known of a service's processes. */
export interface ServiceMarks {
  readonly mainPid: Pid;
  /**
   * The process that the manager made: it leads a session, or a group on the console, that may
   * outlive it.
   */
  readonly leader: Pid;
  /** NOTIFY_SOCKET of this launch; no other has the same. */
  readonly address: string;
  /** Whether the leader has not been collected, so that its number is nobody else's. */
  isLeaderThere(): boolean;
  /** Whether it is in a cgroup that the service has. */
  isInCgroup(pid: Pid): boolean;
}

/** "gone": it has ended, so that nothing is known of it. */
export type Membership = "proven" | "likely" | "stranger" | "gone";

/** What a process is to a service. */
export function membership(platform: Platform, pid: Pid, marks: ServiceMarks): Membership {
  const kinship = platform.kinship(pid, marks.mainPid);
  if (kinship !== "stranger") return kinship === "related" ? "proven" : "gone";
  const facts = platform.processFacts(pid);
  if (facts.kind === "gone") return "gone";
  const led = facts.kind === "process" ? [facts.session, facts.group] : [];
  if (led.includes(marks.mainPid)) return "proven";
  const isLed = led.includes(marks.leader);
  if ((isLed && marks.isLeaderThere()) || marks.isInCgroup(pid)) return "proven";
  if (isLed) return "likely";
  const isAddressed = readEnvironment(platform, pid).includes(`NOTIFY_SOCKET=${marks.address}`);
  return isAddressed ? "likely" : "stranger";
}
