/**
 * What starts a process later than its service: sockets, and times.
 */
import { MAX_INT, row, type Rows, RUN_IGNORED, RUN_LINT } from "../row.ts";
import { BY_STUB } from "../served_by.ts";
import { integer, mode, path, time, word } from "../../values/basic.ts";
import { group, user } from "../../values/identity.ts";
import { sockets } from "../../values/socket.ts";
import { timer } from "../../values/timer.ts";

/** Rows by their keys. */
export const ACTIVATION = {
  "socket-listen": () =>
    row(
      "Activation socket",
      path,
      {
        ...RUN_LINT,
        // LISTEN_PID must be the child's own number, which only the child knows before its program
        // runs.
        servedBy: BY_STUB,
        substitution: "post",
        base: "cwd",
        reload: "when the socket is next opened",
      },
      "Path of a Unix stream socket that is opened before the process starts and passed to it as descriptor " +
        "3, with LISTEN_FDS and LISTEN_PID set. As upstream has it, calls on it do not wait (O_NONBLOCK); on " +
        "those of [[socket]] they do.",
    ),
  "socket-permissions": () =>
    row(
      "Activation socket",
      mode,
      { ...RUN_IGNORED, default: '"666"', reload: "when the socket is next opened" },
      "Mode of the socket's file.",
    ),
  "socket-uid": () =>
    row(
      "Activation socket",
      user,
      { ...RUN_IGNORED, default: "the manager's", reload: "when the socket is next opened" },
      "Owner of the socket's file.",
    ),
  "socket-gid": () =>
    row(
      "Activation socket",
      group,
      {
        ...RUN_IGNORED,
        default: "the primary group of a socket-uid given by name, else the manager's",
        reload: "when the socket is next opened",
      },
      "Group of the socket's file.",
    ),
  "socket": () =>
    row(
      "Activation socket",
      sockets(),
      {
        ...RUN_LINT,
        servedBy: BY_STUB,
        substitution: "post",
        base: "cwd",
        reload: "when the socket is next opened",
      },
      "Sockets that are opened before the process starts and passed to it, after that of socket-listen, from " +
        "descriptor 3 up, with LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES set: sd_listen_fds(3). One table " +
        "[[socket]] for each; the keys are in the table below. Calls on them wait until something comes, whatever an " +
        "earlier process of the service has set. They stay open until the service is stopped.",
    ),
  "socket-activation": () =>
    row(
      "Activation socket",
      word(["at-start", "on-demand"]),
      { types: ["process"], elsewhere: "error", default: '"at-start"', reload: "refused" },
      "When the process is started. at-start: with the service. on-demand: the service counts as started once " +
        "its sockets are open, and its process is started by the first connection or datagram. When the " +
        "process ends with status 0 the service goes on listening, and what comes next starts it again, not " +
        "sooner than restart-delay. When it fails, restart and the restart limit decide whether the service " +
        "goes on listening or stops and closes its sockets.",
    ),
  "timer": () =>
    row(
      "Timer",
      timer(),
      { types: ["process"], elsewhere: "error", reload: "at once; to have one or none: refused" },
      "Table of times at which the process is run; the keys are in the table below. The service counts as started once its " +
        "times are waited for, and stays started while its process comes and goes; a run that fails changes nothing of " +
        "that. There is one run at a time, and none sooner than restart-delay after the last began. After a change of the clock, and after the machine has slept, times are found " +
        "anew. `dinit ctl timers` lists last and next runs. A time of day that clocks leave out is none, one that they " +
        "show twice is meant once.",
    ),
  "activation-limit-interval": () =>
    row(
      "Activation socket",
      time,
      { types: ["process"], elsewhere: "ignored", default: "10", reload: "at once" },
      "Time over which activation-limit-count counts.",
    ),
  "activation-limit-count": () =>
    row(
      "Activation socket",
      integer({ min: 0, max: MAX_INT }),
      { types: ["process"], elsewhere: "ignored", default: "20", reload: "at once" },
      "How often a service that starts on demand is started within activation-limit-interval for what its last process " +
        "left on a socket; one more, and the service fails and closes its sockets, so that a program which never " +
        "takes what comes is not started without end. What comes while it listens is not counted. 0: no limit.",
    ),
} as const satisfies Rows;
