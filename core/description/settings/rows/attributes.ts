/**
 * What the kernel is told of the processes: limits, priority, rights, control group, box.
 */
import { row, type Rows, RUN_IGNORED, RUN_LINT, tomlOnly } from "../row.ts";
import { BY_STUB, BY_STUB_ON_LINUX } from "../served_by.ts";
import { boolean, integer, mode, niceness, text, word } from "../../values/basic.ts";
import { SECURE_BITS } from "../../values/capabilities.ts";
import { cgroup } from "../../values/cgroup.ts";
import { capabilities, capabilitySet, ioPriority, limit, secureBits } from "../../values/limits.ts";
import { devices } from "../../values/sandbox/devices.ts";
import { sandbox } from "../../values/sandbox/sandbox.ts";

/** Rows by their keys. */
export const ATTRIBUTES = {
  "umask": () =>
    row(
      "Process attributes",
      tomlOnly(mode),
      { ...RUN_LINT, servedBy: BY_STUB, default: "the manager's" },
      'Mode bits that files made by the commands do not get: "027".',
    ),
  "rlimit-nofile": () =>
    row(
      "Process attributes",
      limit,
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of open descriptors.",
    ),
  "rlimit-core": () =>
    row(
      "Process attributes",
      limit,
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the size of core dumps, in bytes.",
    ),
  "rlimit-data": () =>
    row(
      "Process attributes",
      limit,
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the data segment, in bytes.",
    ),
  "rlimit-addrspace": () =>
    row(
      "Process attributes",
      limit,
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the address space, in bytes; ignored where the system has no such limit.",
    ),
  "rlimit-stack": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the stack, in bytes.",
    ),
  "rlimit-nproc": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the processes and threads of the user, all of them together; it does not bind root. For those of one " +
        "service take pids-max of [cgroup].",
    ),
  "rlimit-memlock": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of memory that may be locked, in bytes.",
    ),
  "rlimit-fsize": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of the size of a file that is written, in bytes.",
    ),
  "rlimit-cpu": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
      "Limit of processor time, in seconds.",
    ),
  "rlimit-sigpending": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      "Limit of signals that wait for the user's processes.",
    ),
  "rlimit-msgqueue": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      "Limit of POSIX message queues of the user, in bytes.",
    ),
  "rlimit-nice": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      "How far the niceness may be raised, as getrlimit(2) counts it: 20 - N for a niceness of N.",
    ),
  "rlimit-rtprio": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      "Highest real-time priority that may be taken.",
    ),
  "rlimit-rttime": () =>
    row(
      "Process attributes",
      tomlOnly(limit),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      "Limit of processor time under real-time scheduling without a pause, in microseconds.",
    ),
  "nice": () =>
    row(
      "Process attributes",
      niceness,
      { ...RUN_LINT, servedBy: BY_STUB, default: "unchanged" },
      "Scheduling priority, from -20 (most) to 19 (least).",
    ),
  "ioprio": () =>
    row(
      "Process attributes",
      ioPriority,
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      'Input/output priority: "none", "idle", "realtime:N" or "best-effort:N", N from 0 to 7.',
    ),
  "oom-score-adj": () =>
    row(
      "Process attributes",
      integer({ min: -1000, max: 1000 }),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "a little above the manager's" },
      "How likely the kernel is to kill the process when memory runs out (proc(5), oom_score_adj). " +
        "Without it a service gets what makes it go before its manager; see `--oom-score-adj` of dinit(8).",
    ),
  "run-in-cgroup": () =>
    row(
      "Process attributes",
      text(),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX },
      "Control group of the processes, which must exist: below /sys/fs/cgroup if it begins with a slash, " +
        "else below the manager's own group.",
    ),
  "cgroup": () =>
    row(
      "Process attributes",
      cgroup(),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX },
      "Table of limits for a control group of the service's own, which the manager makes when the service " +
        "starts and removes when it has stopped; the keys are in the table below. It needs control groups " +
        "version 2 that the manager can write to, and excludes run-in-cgroup. The group is " +
        "dinit/NAME.service below the manager's own.",
    ),
  "oom-policy": () =>
    row(
      "Process attributes",
      tomlOnly(word<"continue" | "stop" | "kill">(["continue", "stop", "kill"])),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "as the kernel has it" },
      "What becomes of the service when the kernel ends one of its processes because memory ran out. continue: nothing, unless it " +
        "was its main process. stop: the service is stopped in order, as one that has failed, so that restart decides what comes then. kill: the kernel " +
        "ends all with it. The service has a control group of its own for it, with the controller memory.",
    ),
  "delegate": () =>
    row(
      "Process attributes",
      tomlOnly(boolean),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "false" },
      "The service has a control group of its own, which belongs to the user of run-as, so that its processes may divide it: managers " +
        "of users and of containers. All controllers that the manager can hand out are enabled for it. It is emptied and removed as others are.",
    ),
  "devices": () =>
    row(
      "Process attributes",
      tomlOnly(devices),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "all", substitution: "pre" },
      "The only devices that the processes may open, and make files of: a list of files of devices, /dev/null rw, or of names of drivers in " +
        "/proc/devices, char-pts rw, block-loop r, in which * and ? may stand for letters; then r (read), w (write), m (make), rw if nothing is " +
        "said. @standard stands for null, zero, full, random, urandom, tty, ptmx and terminals of pts; a dash before a path says that it need not " +
        "be there. The numbers are those of the time at which a process is launched. The service has a control group (version 2) of its own for it, whose program the kernel asks, and only root's manager " +
        "can do that; if it cannot be done, nothing is run.",
    ),
  "capabilities": () =>
    row(
      "Process attributes",
      capabilities,
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged", repeated: "appends" },
      "Capabilities, separated by commas: ^cap_name ambient and inheritable, %cap_name inheritable, " +
        "!cap_name removed from the bounding set.",
    ),
  "capability-bounding-set": () =>
    row(
      "Process attributes",
      tomlOnly(capabilitySet),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
      'List of the capabilities that the service can have at all: ["cap_net_bind_service", "cap_setuid"]. All others are ' +
        "removed from the bounding set, so that no program that it executes gets them; an empty list leaves none. Only a manager that has " +
        "cap_setpcap can do so.",
    ),
  "securebits": () =>
    row(
      "Process attributes",
      secureBits,
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged", repeated: "appends" },
      `Secure bits of the process: ${Object.keys(SECURE_BITS).join(", ")}.`,
    ),
  "inittab-id": () =>
    row(
      "Process attributes",
      text({ maxBytes: 4 }),
      { types: ["process"], elsewhere: "lint", reload: "refused" },
      "Id of the utmp entry that is kept for the process.",
    ),
  "inittab-line": () =>
    row(
      "Process attributes",
      text({ maxBytes: 32 }),
      { types: ["process"], elsewhere: "lint", reload: "refused" },
      "Line of the utmp entry that is kept for the process.",
    ),
  "sandbox": () =>
    row(
      "Sandbox",
      sandbox(),
      { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: '"none"', substitution: "post" },
      "What the processes are kept from: the name of a profile, or a table whose line profile names one and whose " +
        "other lines take the place of the profile's. Each process is put into the box before its program runs; if any line " +
        "cannot be set up, it is not run, and the log names the line. `dinit check --security` grades services by it. " +
        "Paths are absolute and hold with all that is below them; of two, the longer wins; a dash before one says that it need " +
        "not be there. The folders of runtime-directory and its like can be written by the service, and are seen, whatever is above them, unless " +
        "a line names the very path. A service whose own directory is hidden, and that has no working-dir, runs in /. Under a manager that is not root's, lines that need rights get them in a namespace of users of " +
        "the box's own, as by private-users; protect-proc and proc-subset cannot be had there. Linux 5.12.",
    ),
} as const satisfies Rows;
