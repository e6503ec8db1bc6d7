/**
 * Ways back to what another program, which has died, had open together with processes that live on.
 */
import type { Fd, Pid } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

export interface LeftChannels {
  /** By which a pipe is known among all that there are; undefined: it is none. */
  pipeNumber(end: Fd): number | undefined;
  /**
   * Opens a pipe that a process has open, without waiting; what nobody has read is in it still. An
   * end for reading does not block; one for writing does, as for those that a child is given.
   *
   * @returns undefined: the process has no such pipe, or is none of ours to look into.
   */
  openPipe(pid: Pid, pipeNumber: number, end: "read" | "write"): Fd | undefined;
  /**
   * A notification socket at the address of one that is gone.
   *
   * @returns EADDRINUSE when somebody has it.
   */
  openNotifySocketAt(address: string): Fd | Failure;
}
