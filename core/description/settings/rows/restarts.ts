/**
 * When a service starts again, how long it may take, and how it tells that it is up.
 */
import {
  MAX_INT,
  row,
  type Rows,
  RUN_IGNORED,
  RUN_LINT,
  SUPERVISED_IGNORED,
  SUPERVISED_LINT,
  tomlOnly,
} from "../row.ts";
import { WHERE_SENDERS_ARE_KNOWN } from "../served_by.ts";
import { boolean, decimal, integer, path, time } from "../../values/basic.ts";
import { endStatuses } from "../../values/end_statuses.ts";
import { readiness, restart, signal } from "../../values/process.ts";

/** A growth of each time. */
const factor = decimal({ min: 1, max: 100 });
/** Of a whole. */
const part = decimal({ min: 0, max: 1 });

/** Lists of ends. */
const OF_ENDS = {
  default: "empty",
  repeated: "adds",
  reload: "when the process next ends",
} as const;

/** Rows by their keys. */
export const RESTARTS = {
  "restart": () =>
    row(
      "Restart and time limits",
      restart,
      { default: "true", reload: "when the process next ends" },
      'Whether the service starts again when it stopped without an order to stop. "on-failure": only when ' +
        "its process exited with a status other than 0 or was killed by a signal other than HUP, INT, USR1, " +
        "USR2 or TERM; on scripted, internal and triggered services this is the same as false.",
    ),
  "success-status": () =>
    row(
      "Restart and time limits",
      tomlOnly(endStatuses),
      { ...RUN_LINT, ...OF_ENDS },
      'Ends of the service\'s process that count as success as status 0 does: a list of exit statuses, ranges of them and signals that ended it, [143, "3-5", "TERM"]. ' +
        'They are no failure for restart = "on-failure", and a stopped service is not shown as failed for them; a scripted ' +
        "service's start command that ends so has done its work, and chain-to takes it for a good end. The first process of a bgprocess service has to end with 0 all the same.",
    ),
  "restart-prevent-status": () =>
    row(
      "Restart and time limits",
      tomlOnly(endStatuses),
      { ...SUPERVISED_LINT, ...OF_ENDS },
      "Ends of the service's process, as in success-status, after which it is not started again automatically, whatever " +
        "restart and smooth-recovery say: a fault in its configuration, say.",
    ),
  "restart-force-status": () =>
    row(
      "Restart and time limits",
      tomlOnly(endStatuses),
      { ...SUPERVISED_LINT, ...OF_ENDS },
      "Ends of the service's process after which it is started again whatever restart says, within the restart limit. " +
        "restart-prevent-status comes first.",
    ),
  "smooth-recovery": () =>
    row(
      "Restart and time limits",
      boolean,
      { ...SUPERVISED_IGNORED, default: "false", reload: "when the process next ends" },
      "Start the process again while the service counts as started, so that dependents stay up. It does not " +
        "depend on restart, and counts towards the restart limit.",
    ),
  "restart-delay": () =>
    row(
      "Restart and time limits",
      time,
      { ...SUPERVISED_IGNORED, default: "0.2", reload: "at once" },
      "Smallest time between two launches of the process.",
    ),
  "restart-delay-step": () =>
    row(
      "Restart and time limits",
      tomlOnly(time),
      { ...SUPERVISED_LINT, default: "0", reload: "at once" },
      "By how much restart-delay is longer before the second automatic restart in a row, twice that before the third, " +
        "and so on, up to restart-delay-cap.",
    ),
  "restart-delay-factor": () =>
    row(
      "Restart and time limits",
      factor,
      { ...SUPERVISED_LINT, default: "1", reload: "at once" },
      "What restart-delay is multiplied by before the second automatic restart in a row, and once more before each " +
        "further one, up to restart-delay-cap; 1 to 100. With restart-delay-step as well, that is added then.",
    ),
  "restart-delay-cap": () =>
    row(
      "Restart and time limits",
      tomlOnly(time),
      { ...SUPERVISED_LINT, default: "60", reload: "at once" },
      "Up to where restart-delay grows by restart-delay-step or restart-delay-factor.",
    ),
  "restart-delay-jitter": () =>
    row(
      "Restart and time limits",
      part,
      { ...SUPERVISED_LINT, default: "0", reload: "at once" },
      "Each delay before an automatic restart is longer by a part of it that differs from service to service and from time to " +
        "time, up to this: 0.5 for up to half as much again. It comes on top of restart-delay-cap.",
    ),
  "restart-delay-reset": () =>
    row(
      "Restart and time limits",
      tomlOnly(time),
      { ...SUPERVISED_LINT, default: "60", reload: "at once" },
      "When the process has run for so long, its next automatic restart is the first in a row, and waits for restart-delay " +
        "only. A start by order always is.",
    ),
  "restart-limit-interval": () =>
    row(
      "Restart and time limits",
      time,
      { default: "10", reload: "at once" },
      "Time over which restart-limit-count counts.",
    ),
  "restart-limit-count": () =>
    row(
      "Restart and time limits",
      integer({ min: 0, max: MAX_INT }),
      { default: "3", reload: "at once" },
      "How many automatic restarts are allowed within restart-limit-interval; one more, and the service " +
        "stops. 0: no limit. A start by order counts anew. On internal, triggered and scripted services a restart " +
        "does not count when it follows that of a dependency which restarts by itself, within its own limit. A start by " +
        "chain-to counts when the service's own end leads to it again.",
    ),
  "start-timeout": () =>
    row(
      "Restart and time limits",
      time,
      { ...RUN_IGNORED, default: "60" },
      "How long the start may take, from the launch of the process. When it is over, the process gets INT, " +
        "and after stop-timeout KILL. 0: no limit.",
    ),
  "stop-timeout": () =>
    row(
      "Restart and time limits",
      time,
      { ...RUN_IGNORED, default: "10", reload: "at the next stop" },
      "How long the stop may take before everything left of the service gets KILL. 0: no limit.",
    ),
  "term-signal": () =>
    row(
      "Restart and time limits",
      signal,
      { ...SUPERVISED_IGNORED, default: '"TERM"', reload: "at the next stop" },
      'Signal that asks the process to end. "none": no signal, only wait.',
    ),
  "kill-tree": () =>
    row(
      "Restart and time limits",
      tomlOnly(boolean),
      { ...RUN_LINT, default: "false" },
      "When the service's process has ended, whatever the reason, everything it left behind is ended too: " +
        "it gets TERM, and KILL when stop-timeout is over; until it is gone, the service has not stopped. " +
        "What a scripted service's start command leaves is ended once its stop command is done. With control " +
        "groups (version 2) that the manager can write to, nothing escapes. Without them, what descends from " +
        "the process is found by parents, sessions and a mark in the environment (DINIT_TREE); a program " +
        "that leaves all three is lost.",
    ),
  "pid-file": () =>
    row(
      "Readiness",
      path,
      {
        types: ["bgprocess"],
        elsewhere: "ignored",
        default: "none; required for bgprocess without kill-tree",
        substitution: "post",
        base: "cwd",
        reload: "refused",
      },
      "File from which the process number of the background process is read once the first process ended. Without it, " +
        "and with kill-tree (Linux), that is looked for: of what the first process has left in the service's control group, or " +
        "else with its mark, the process that has become the manager's child, the oldest of several. If it ends well within two " +
        "seconds and leaves another, that is it. The file must have been " +
        "written since the launch, and is not believed if it names the manager, process 1, a thread, or a process of another " +
        "service. With run-as, and where another user can write the file or put one there, it may name that user's processes " +
        "or what is in the session, process group or control group of the first process; without run-as any orphan that the " +
        "manager has adopted, too. A process that does not descend from the manager is signalled alone, not its group.",
    ),
  "ready-notification": () =>
    row(
      "Readiness",
      readiness,
      {
        types: ["process"],
        elsewhere: "error",
        form: {
          kind: "notify",
          text: "notify:socket",
          servedBy: WHERE_SENDERS_ARE_KNOWN,
          why: "this system does not tell who sent a message",
          hint: 'Programs may write to a pipe: ready-notification = "pipefd:3"',
        },
      },
      'How the process tells that it is ready: by writing to a pipe, passed as descriptor N ("pipefd:N") or ' +
        'with its number in a variable ("pipevar:NAME"); or by the messages of sd_notify(3), over a socket ' +
        'that NOTIFY_SOCKET names ("notify:socket"): READY, RELOADING, STOPPING, STATUS, MAINPID, ' +
        "WATCHDOG, WATCHDOG_USEC, EXTEND_TIMEOUT_USEC and BARRIER are understood, from processes of the service " +
        "only, whatever rights they have given up; descriptors are not kept for it (FDSTORE), but closed. Without it the service counts as started as soon as its program runs. An error on bgprocess, ignored on other types.",
    ),
  "watchdog-timeout": () =>
    row(
      "Readiness",
      time,
      { types: ["process"], elsewhere: "ignored", default: "0" },
      "Longest time between two signs of life (WATCHDOG=1) once the service is ready; WATCHDOG_USEC and " +
        "WATCHDOG_PID tell the process. When none comes in time the process gets ABRT, after stop-timeout KILL, and its end " +
        'counts as a failure. Needs ready-notification = "notify:socket". 0: none are awaited. The process may set ' +
        "another time with WATCHDOG_USEC, which counts at once; 0 and the largest number of 64 bits turn the watchdog off.",
    ),
} as const satisfies Rows;
