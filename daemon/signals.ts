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

/**
 * The same on FreeBSD, whose kernel and tools ask init by signals: a power button sends USR2, shutdown(8) sends
 * INT, USR1, USR2 or WINCH (sys/kern/kern_shutdown.c, sbin/init/init.c). A power cycle is a reboot here. TERM is
 * single-user mode there; as everywhere with this manager it stops all services and halts.
 */
const FREEBSD_SYSTEM_MANAGER: Readonly<Record<string, SignalAction>> = {
  CHLD: "reap",
  INT: "shutdown-reboot",
  TERM: "shutdown-halt",
  USR1: "shutdown-halt",
  USR2: "shutdown-poweroff",
  WINCH: "shutdown-reboot",
  QUIT: "power-off-now",
  HUP: "recreate-socket",
  TSTP: "nothing",
  EMT: "nothing",
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
export function signalActions(
  isSystemManager: boolean,
  os: string = Deno.build.os,
): Readonly<Record<string, SignalAction>> {
  if (!isSystemManager) return SUPERVISOR;
  return os === "freebsd" ? FREEBSD_SYSTEM_MANAGER : SYSTEM_MANAGER;
}
