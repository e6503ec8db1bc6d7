/** Verbs that ask about services. */
import { MANY, type VerbShape } from "./row.ts";

/** In the order of the help. */
export const QUERY_VERBS = [
  {
    name: "status",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "show the state of services",
    details: [
      "Does not load a service. Beside upstream's lines it tells since when the service has been in its state, how often it was restarted by itself since it was last started otherwise, how its process ended last, whether the restart limit is reached, its pins, what made it fail, and what it says of itself (sd_notify). On a terminal the last lines of its output follow, if its log-type is buffer.",
      "The exit status is 0 whatever the state is; is-started and is-failed are for scripts.",
    ],
    group: "query",
  },
  {
    name: "is-started",
    usage: "SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "exit 0 if the service is started",
    details: ["Prints the state. A service that is not loaded counts as not started."],
    group: "query",
  },
  {
    name: "is-failed",
    usage: "SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "exit 0 if the service has failed to start",
    details: [
      "Prints the state. Failed are stopped services whose last start failed, timed out or could not be launched, or that went down with a dependency. A process that ended by itself after it had started does not count.",
    ],
    group: "query",
  },
  {
    name: "list",
    usage: "[PATTERN...]",
    operands: ["pattern"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "list the loaded services",
    details: [
      "One line for each service: `[[+]     ] web (pid: 812)`. On the left `+` is started, `s` is started with its start skipped; square brackets stand for an explicitly activated service, braces for one that is to be up for others. On the right `-` is stopped, `X` is failed, braces mean that it is to be stopped. In between `<<` is starting, `>>` is stopping. A service with `[liveness]` is followed by `(healthy)` or `(unhealthy)` once that is known, a masked one by `(masked)`.",
      "A PATTERN that no service fits is an error.",
      "On a terminal the services are grouped by state; elsewhere they come in the order in which they were loaded.",
    ],
    group: "query",
  },
  {
    name: "list-dependencies",
    usage: "[--reverse] SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "show what services depend on or, with --reverse, what depends on them",
    details: ["The same as tree, by the name that users of systemctl reach for."],
    group: "query",
  },
  {
    name: "show",
    usage: "SERVICE... [-P NAME]... [--value]",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "print what is known of services as NAME=VALUE lines, for scripts",
    details: [
      "The names are those of `status --json`; of a member of a member with a dot between them: `exit.status`, `usage.memory`. What is not known is an empty value. With -P only the properties named are printed, in their order.",
    ],
    group: "query",
  },
  {
    name: "is-enabled",
    usage: "[--from SERVICE] SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "exit 0 if the service is started at each boot",
    details: [
      "Prints enabled, disabled, masked (status 1, as disabled), or static, which is one that the description of FROM names itself: enable and disable cannot change that, and it counts as enabled. FROM is what it is for enable. Files are looked at, and not what the manager has loaded.",
    ],
    group: "query",
  },
  {
    name: "cat",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "print the description files of services",
    details: [
      "Each with a line before it that names the file, and its drop-ins (SERVICE.toml.d) behind it. A file that has changed since the manager read it is told of on standard error.",
    ],
    group: "query",
  },
] as const satisfies readonly VerbShape[];
