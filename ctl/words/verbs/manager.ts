/** Verbs for the environment, output, signals and the manager itself. */
import { MANY, type VerbShape } from "./row.ts";

/** In the order of the help. */
export const MANAGER_VERBS = [
  {
    name: "setenv",
    usage: "NAME[=VALUE]...",
    operands: ["variable"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "set variables in the manager's environment",
    details: [
      "Services started from now on get them. NAME alone takes the value from the environment of dinitctl.",
    ],
    group: "manager",
  },
  {
    name: "unsetenv",
    usage: "NAME...",
    operands: ["variable"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "remove variables from the manager's environment",
    details: [],
    group: "manager",
  },
  {
    name: "catlog",
    usage: "[--clear] SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "print the output that a service with log-type buffer has made",
    details: ["The bytes are printed as they are."],
    group: "manager",
  },
  {
    name: "signal",
    usage: "SIGNAL SERVICE | -l",
    operands: ["signal", "service"],
    minOperands: 2,
    maxOperands: 2,
    summary: "send a signal to the process of a service",
    details: [
      "SIGNAL is one of the names that -l lists, or a number. Signal 0 only tests whether there is a process.",
    ],
    group: "manager",
  },
  {
    name: "shutdown",
    usage: "[TYPE]",
    operands: ["shutdown-type"],
    minOperands: 0,
    maxOperands: 1,
    summary: "stop all services and end the manager",
    details: [
      "The system manager then does with the machine what TYPE says: poweroff, halt, reboot, soft-reboot or kexec. Any other manager exits.",
      "Without TYPE the system manager at its usual socket powers the machine off; a manager whose socket was named is asked to halt, as upstream's program asks always.",
    ],
    group: "manager",
  },
  {
    name: "reexec",
    usage: "[PROGRAM]",
    operands: ["program"],
    minOperands: 0,
    maxOperands: 1,
    summary: "have the manager go on as a newer version of itself, or as another program",
    details: [
      "Services go on running and keep their process IDs, their output is not lost, and connections and sockets stay open. PROGRAM is an absolute path; without it the file is taken that the manager was started from, or what is in its place by now: so this is what to do after an update of the package. `telinit u` asks the system manager for the same.",
      "The program is asked first, in a child, whether it can go on with the state of the manager; if it cannot, nothing happens and the reason is shown. If it fails later, the one that was there before comes back. Commands of other clients that were waiting at the manager end with a message; what they asked for is done all the same.",
    ],
    group: "manager",
  },
  {
    name: "confirm-boot",
    usage: "",
    operands: [],
    minOperands: 0,
    maxOperands: 0,
    summary: "keep dinit as this machine's init after dinit migrate test",
    details: [
      "Says that the boot which `dinit migrate test` asked for is well. Without it the machine restarts with its former init when the time is over. Needs root.",
    ],
    group: "manager",
  },
] as const satisfies readonly VerbShape[];
