/**
 * What the manager does on which signal. Names, so that one table serves every system.
 *
 * Signals that are in no table do nothing either: on Linux the entry program blocks them all but
 * those that report a fault; elsewhere those that would end the manager are in its table with
 * "nothing".
 */
import type { ShutdownType, System } from "../../core/types.ts";
import type { ManagerRole } from "../start/manager_role.ts";

export type SignalAction =
  | "reap"
  | `shutdown-${Exclude<ShutdownType, "remain">}`
  | "power-off-now"
  | "recreate-socket"
  | "hold-launches"
  | "resume-launches"
  | "end-at-once"
  | "nothing";

type SignalTable = Readonly<Record<string, SignalAction>>;

/**
 * As PID 1 (or with --system-mgr). INT is Ctrl-Alt-Del. TSTP comes from a program that ends all
 * processes itself and then reboots: reboot(8) and halt(8) of FreeBSD, shutdown -n of sysvinit; HUP
 * takes it back, if that failed. The real-time signals are what systemd's PID 1 takes (systemd(1))
 * and engines send that boot a whole system: systemd-nspawn, machinectl, lxc-stop.
 */
const MACHINE: SignalTable = {
  CHLD: "reap",
  INT: "shutdown-reboot",
  TERM: "shutdown-halt",
  QUIT: "power-off-now",
  USR1: "recreate-socket",
  PWR: "shutdown-poweroff",
  TSTP: "hold-launches",
  HUP: "resume-launches",
  USR2: "nothing",
  WINCH: "nothing",
  "RTMIN+3": "shutdown-halt",
  "RTMIN+4": "shutdown-poweroff",
  "RTMIN+5": "shutdown-reboot",
  "RTMIN+6": "shutdown-kexec",
  "RTMIN+7": "shutdown-soft-reboot",
};

/**
 * The same on FreeBSD, whose kernel and tools ask init by signals: a power button sends USR2,
 * shutdown(8) sends INT, USR1, USR2 or WINCH (sys/kern/kern_shutdown.c, sbin/init/init.c). A power
 * cycle is a reboot here. TERM is single-user mode there; as everywhere with this manager it stops
 * all services and halts.
 */
const FREEBSD_MACHINE: SignalTable = {
  CHLD: "reap",
  INT: "shutdown-reboot",
  TERM: "shutdown-halt",
  USR1: "shutdown-halt",
  USR2: "shutdown-poweroff",
  WINCH: "shutdown-reboot",
  QUIT: "power-off-now",
  TSTP: "hold-launches",
  HUP: "resume-launches",
  EMT: "nothing",
};

/**
 * Every signal by which an engine may be set to stop a container stops all services: STOPSIGNAL of
 * images (TERM; QUIT of nginx and php-fpm; RTMIN+3 of those that boot systemd), PWR of lxc-stop.
 * Not WINCH (of httpd), which also comes whenever a terminal changes its size. HUP is what scripts
 * of packages send to process 1.
 */
const CONTAINER: SignalTable = {
  CHLD: "reap",
  INT: "shutdown-halt",
  TERM: "shutdown-halt",
  QUIT: "shutdown-halt",
  PWR: "shutdown-halt",
  "RTMIN+3": "shutdown-halt",
  "RTMIN+4": "shutdown-halt",
  "RTMIN+5": "shutdown-reboot",
  USR1: "recreate-socket",
  HUP: "nothing",
  USR2: "nothing",
  ALRM: "nothing",
  WINCH: "nothing",
  TSTP: "nothing",
  TTIN: "nothing",
  TTOU: "nothing",
};

/** HUP: the session that the manager belongs to ends, and its services with it. */
const USER: SignalTable = {
  CHLD: "reap",
  INT: "shutdown-halt",
  TERM: "shutdown-halt",
  HUP: "shutdown-halt",
  QUIT: "end-at-once",
  USR1: "recreate-socket",
  USR2: "nothing",
  ALRM: "nothing",
  WINCH: "nothing",
  TSTP: "nothing",
  TTIN: "nothing",
  TTOU: "nothing",
};

/**
 * Left alone by a user's manager that was started with them ignored: by nohup(1), or in the
 * background by a shell without job control.
 */
export const YIELDING_SIGNALS: readonly string[] = ["HUP", "QUIT"];

/** Signal name → action. A system that lacks one of the names leaves it out. */
export function signalActions(role: ManagerRole, os: System): SignalTable {
  switch (role) {
    case "container":
      return CONTAINER;
    case "user":
      return USER;
    case "machine":
      return os === "freebsd" ? FREEBSD_MACHINE : MACHINE;
  }
}
