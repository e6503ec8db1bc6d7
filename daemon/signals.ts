/**
 * What the manager does on which signal. Names, so that one table serves every system.
 */

export type SignalAction =
  | "reap"
  | "shutdown-halt"
  | "shutdown-reboot"
  | "shutdown-poweroff"
  | "power-off-now"
  | "recreate-socket"
  | "end-at-once"
  | "nothing";

/** As PID 1 (or with --system-mgr). INT is Ctrl-Alt-Del. */
const SYSTEM_MANAGER: Readonly<Record<string, SignalAction>> = {
  CHLD: "reap",
  INT: "shutdown-reboot",
  TERM: "shutdown-halt",
  QUIT: "power-off-now",
  USR1: "recreate-socket",
  PWR: "shutdown-poweroff",
  HUP: "nothing",
  USR2: "nothing",
  WINCH: "nothing",
};

/** A user's instance, or a container's first process. */
const SUPERVISOR: Readonly<Record<string, SignalAction>> = {
  CHLD: "reap",
  INT: "shutdown-halt",
  TERM: "shutdown-halt",
  USR1: "recreate-socket",
  HUP: "end-at-once",
  QUIT: "end-at-once",
};

/** Signal name → action; signals that are not in the table stay blocked or keep their default. */
export function signalActions(isSystemManager: boolean): Readonly<Record<string, SignalAction>> {
  return isSystemManager ? SYSTEM_MANAGER : SUPERVISOR;
}
