/**
 * All verbs of `dinitctl` as one table: the source of parsing, help, completions and manual.
 *
 * Upstream's verbs come first, in its order; the last group is ours alone. Data only: which
 * function carries a verb out is said in `ctl/dispatch.ts`.
 */

/** What an operand is: decides what the shells complete. */
export type OperandKind =
  | "service"
  | "pattern"
  | "dependency-type"
  | "signal"
  | "variable"
  | "shutdown-type"
  | "program"
  | "command"
  /** An order that is asked about. */
  | "order"
  | "file";

interface VerbShape {
  readonly name: string;
  /** Operands as the help shows them; empty when there are none. */
  readonly usage: string;
  /** Kind of each operand in order; the last one stands for all that follow. */
  readonly operands: readonly OperandKind[];
  readonly minOperands: number;
  readonly maxOperands: number;
  /** One line of help. */
  readonly summary: string;
  /** Paragraphs of the manual. */
  readonly details: readonly string[];
  readonly group: VerbGroup;
}

export type VerbGroup = "control" | "query" | "configure" | "manager" | "follow";

/** Headings of the groups, in the order of the help. */
export const VERB_GROUPS: Readonly<Record<VerbGroup, string>> = {
  control: "Control services",
  query: "Ask about services",
  configure: "Change what depends on what",
  manager: "Environment, output, signals and the manager itself",
  follow: "See more, and wait",
};

/** Said in the help of the program, and in the manual. */
export const PATTERN_RULE =
  "Where a command takes SERVICE..., a word may be a pattern: `*` stands for any text, `?` for any character, `[a-z]` for one of a set. It means the loaded services that fit, and is an error when none does; it never loads one. A backslash before such a character takes its meaning away.";

const MANY = Infinity;

const ROWS = [
  {
    name: "start",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "start services and mark them as wanted",
    details: [
      "Loads each service if needed, marks it as explicitly activated, starts it and what it depends on, and waits until it has started.",
      "A service keeps its mark until it is stopped or released; while it is marked it stays up even if nothing depends on it.",
    ],
    group: "control",
  },
  {
    name: "stop",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "stop services",
    details: [
      "Removes the mark and stops each service, unless a running service depends on it: those are named, and nothing is stopped. With --force they are stopped too.",
      "A dependent that is itself among the services named is stopped first.",
    ],
    group: "control",
  },
  {
    name: "restart",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "stop and start services again",
    details: [
      "Only a started service can be restarted. Its mark is kept as it is; with --force running dependents are restarted with it.",
    ],
    group: "control",
  },
  {
    name: "wake",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "start services for their running dependents, without marking them",
    details: [
      "Starts a service that a running service depends on, as if it had never been stopped. Fails if nothing that runs depends on it.",
    ],
    group: "control",
  },
  {
    name: "release",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "remove the mark; stop services that nothing needs",
    details: ["The service stops unless something that runs depends on it."],
    group: "control",
  },
  {
    name: "unpin",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "remove the pins of services, set by --pin",
    details: ["What was held back by a pin happens now: the service may start or stop."],
    group: "control",
  },
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
      "One line for each service: `[[+]     ] web (pid: 812)`. On the left `+` is started, `s` is started with its start skipped; square brackets stand for an explicitly activated service, braces for one that is to be up for others. On the right `-` is stopped, `X` is failed, braces mean that it is to be stopped. In between `<<` is starting, `>>` is stopping.",
      "A PATTERN that no service fits is an error.",
      "On a terminal the services are grouped by state; elsewhere they come in the order in which they were loaded.",
    ],
    group: "query",
  },
  {
    name: "unload",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "forget stopped services that nothing depends on",
    details: ["The description is read anew when the service is needed again."],
    group: "configure",
  },
  {
    name: "reload",
    usage: "--changed | SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "read the descriptions of services again",
    details: [
      "All or nothing: several services are reloaded in one step, so that only what comes of all of them has to be in order, and if one cannot be reloaded, none is (upstream's manager reloads one after the other). A started service cannot change its type, its log-type, its use of the console, its pid-file, its inittab settings or its consumer-of, nor get a dependency that is not started.",
      "With --changed all loaded services are reloaded whose file, drop-ins or mask are others now: what would come of it is told first, as by `plan reload`, and if it would go wrong, nothing is done.",
      "The services themselves are told nothing: that they read their own configuration again is what refresh is for.",
    ],
    group: "configure",
  },
  {
    name: "add-dep",
    usage: "TYPE FROM TO",
    operands: ["dependency-type", "service"],
    minOperands: 3,
    maxOperands: 3,
    summary: "let FROM depend on TO until the manager ends",
    details: [
      "TYPE is need (depends-on and regular are the same), milestone (depends-ms) or waits-for. No file is changed.",
    ],
    group: "configure",
  },
  {
    name: "rm-dep",
    usage: "TYPE FROM TO",
    operands: ["dependency-type", "service"],
    minOperands: 3,
    maxOperands: 3,
    summary: "remove a dependency until the manager ends",
    details: [
      "TYPE is need (depends-on and regular are the same), milestone (depends-ms) or waits-for. No file is changed.",
    ],
    group: "configure",
  },
  {
    name: "enable",
    usage: "[--from SERVICE] SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "start a service now and at each boot",
    details: [
      "Makes a link in the directory that the setting waits-for.d of the service FROM names, and starts the service if FROM is up.",
      "FROM is taken from --from, else from the setting enable-via of the service, else it is boot.",
    ],
    group: "configure",
  },
  {
    name: "disable",
    usage: "[--from SERVICE] SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "undo enable; stop the service if nothing needs it",
    details: [],
    group: "configure",
  },
  {
    name: "mask",
    usage: "SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "keep a service from being started by anybody, until unmask",
    details: [
      "Makes the file SERVICE.toml.d/masked in the first service directory: while it is there, each start of the service fails, and so does what depends on it; what waits for it goes on without. What is loaded is reloaded, instances (SERVICE@ARGUMENT) too. A service that is up stays so until it stops.",
    ],
    group: "configure",
  },
  {
    name: "unmask",
    usage: "SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "undo mask, in all service directories",
    details: [],
    group: "configure",
  },
  {
    name: "trigger",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "set the triggers of services of type triggered, or run one with a timer now",
    details: [
      "The service is started once its trigger is set and it is to be up.",
      "A started service with a timer runs now, whatever its times are; one that runs already is left alone.",
    ],
    group: "control",
  },
  {
    name: "untrigger",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "clear the triggers",
    details: ["A service that has started stays so."],
    group: "control",
  },
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
  {
    name: "refresh",
    usage: "SERVICE...",
    operands: ["service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "have running services read their own configuration again",
    details: [
      "Sends the reload-signal of each service, or runs its reload-command and waits for its end: if that fails, the exit status is 1, what went wrong is said, and the service runs on as it was. It is an error for a service that is not started or has neither.",
      "It is something else than reload, which has the manager read the descriptions of services again and tells the services nothing.",
    ],
    group: "control",
  },
  {
    name: "tree",
    usage: "[SERVICE...]",
    operands: ["service"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "show what services depend on, with their states",
    details: [
      "Without a name the tree begins at the services that are loaded and that no other loaded service depends on.",
      "The links come from the files of the services; those made by add-dep are not seen.",
      "With --reverse it is the other way round: below each service those loaded ones that depend on it.",
    ],
    group: "follow",
  },
  {
    name: "timers",
    usage: "[SERVICE...]",
    operands: ["pattern"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "list services with a timer: last and next runs",
    details: [
      "Of each loaded service with a timer: when its next run is, when its last one began, how that ended, and its times. Those that run next come first. Points in time are shown as local time; `--json` has them in UTC.",
      "A service waits for its times while it is started; `trigger` has it run now.",
    ],
    group: "follow",
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
  {
    name: "edit",
    usage: "[--drop-in] SERVICE",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "edit the description of a service; it counts when it is in order",
    details: [
      "Opens a copy in the editor that VISUAL or EDITOR names (else vi). When the editor ends, the text is checked as `dinit check` does: with a fault in it the file stays as it was, and the editor can be opened again. Then the file is replaced as a whole, with its mode and owner, and if the service is loaded, the manager reads it again (as reload does; a started service takes most changes at its next start).",
      "With --drop-in the text is that of SERVICE.toml.d/override.toml in the first service directory, which is made if it is not there: it changes some settings of a description and leaves its file alone. It is checked together with that.",
    ],
    group: "configure",
  },
  {
    name: "logs",
    usage: "[-f] [SERVICE...]",
    operands: ["service"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "print the output of services; with -f go on as it comes",
    details: [
      "That of one service is printed as it is: its buffer (log-type buffer), or its log file after those that were put aside (FILE.2, FILE.1), of which at most the last 16 MiB. With -f it ends by Ctrl-C, or when the manager ends.",
      "Of several services, and without a name of all loaded ones, lines are put into the order of the times that `log-timestamps` writes before them, each with its service's name; what follows a line without a time of its own stays behind it, and lines of services that write no times come first. So they are when lines are chosen with --since, --until, --boot or --grep, where those without a time are left out if a time is asked for (a buffer counts as of this boot). With --json each line is an object with time, service and text.",
      "What a log store keeps (`log-store`, the manager's `--log-store`) goes back over boots; services and the manager (`dinit`) that are in it are read from there. `--list-boots` lists the boots; BOOT is 0, -1 (the boot before), and so on, or the beginning of what a boot is called there. A boot is a run of the manager. Files of a store are read by the client, as its user may.",
      "On a terminal lines have colours by their level (unless NO_COLOR is set) and are shown by the pager that DINIT_PAGER or PAGER names, or by less, but not with -f or --no-pager; who became root by sudo or the like gets less, which can start no other program then.",
      "TIME is a date and time (`2026-11-30 12:34:56`, `2026-11-30`, `12:34`), `today`, `yesterday`, `now`, `10min ago` or `-10min` (s, min, h, d, w), in local time.",
      'A full buffer drops its oldest lines and tells how much that was. That of a service in upstream\'s format, or with log-buffer-keeps = "oldest", drops what comes instead, so nothing new is shown. With --clear the buffer is emptied by each look at it, so that nothing is lost, but nobody else will see it either.',
    ],
    group: "follow",
  },
  {
    name: "wait",
    usage: "SERVICE [--state STATE] [--timeout TIME]",
    operands: ["service"],
    minOperands: 1,
    maxOperands: 1,
    summary: "wait until a service is started or stopped, without asking for it",
    details: [
      "Exits with 0 at once if the state is reached already, with 1 when the time is over or when a start that was waited for fails.",
    ],
    group: "follow",
  },
  {
    name: "watch",
    usage: "[PATTERN...]",
    operands: ["pattern"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "show what happens: a live table on a terminal, else a line for each event",
    details: [
      "Watches the loaded services whose names match, and those loaded later. On a terminal a table of their states is kept up to date; the key q or Ctrl-C leaves it. Elsewhere each start, stop and failure is printed as a line as it happens.",
      "Ends with status 1 when the manager ends.",
      "While a service is watched, other connections cannot reload or unload it.",
    ],
    group: "follow",
  },
  {
    name: "plan",
    usage: "ORDER [SERVICE...] [, ORDER [SERVICE...]]...",
    operands: ["order", "service"],
    minOperands: 1,
    maxOperands: MANY,
    summary: "show what orders would lead to, without giving them",
    details: [
      "ORDER is start, stop, restart, wake, release, reload or shutdown (with a TYPE in place of a SERVICE). Several orders, with commas between them, are asked about as if they were given one after the other. `reload` without a SERVICE is about all loaded services whose files have changed.",
      "Tells which services would start and stop, in which order, what each waits for and how long that usually takes, as far as it was seen; orders that would be refused, and starts that are certain to fail; services that go down although somebody has ordered them up, or go on without what they wanted; and what a reload would change. Values of environment variables are not shown.",
      "Nothing is done: a copy of the manager's state is given the orders, and every program in it does what it usually does. Descriptions that are not loaded are read for the copy alone.",
      "Exits with 0 when no other services than those named are touched, with 3 when others are, and with 1 when an order would be refused or a start fail.",
    ],
    group: "follow",
  },
  {
    name: "blame",
    usage: "",
    operands: [],
    minOperands: 0,
    maxOperands: 0,
    summary: "list services by the time that they took to start",
    details: [
      "The last start of each service counts, from the moment when nothing was left to wait for until it was up; those that are still on their way, or did not come up, are told with the time so far. Behind that: how long the program took to be executed, how long it was until it was ready, and how long the service had waited for others before.",
      "What runs no process is left out. A slow service need not have held anybody up: critical-path tells who did.",
    ],
    group: "follow",
  },
  {
    name: "critical-path",
    usage: "[SERVICE]",
    operands: ["service"],
    minOperands: 0,
    maxOperands: 1,
    summary: "show which services determined when the boot, or SERVICE, was up",
    details: [
      "A chain, its first service first: each is what the one below it waited for last, with the time after the manager's start at which its own start began, and how long that took. Whoever wants a faster boot makes something in this chain faster, or takes it out.",
      "Without SERVICE the chain ends with what the manager was started for (mostly boot). First starts are looked at, so a restart since then changes nothing.",
    ],
    group: "follow",
  },
  {
    name: "boot-chart",
    usage: "",
    operands: [],
    minOperands: 0,
    maxOperands: 0,
    summary: "draw the boot as a picture (SVG)",
    details: [
      "`dinitctl boot-chart > boot.svg`: a row for each service, with its wait for others, its wait for the console, the launch, and the time from the program's execution until the service was ready; above them the kernel's time (system manager as process 1) and the manager's own. The chain that critical-path tells is marked. The picture needs nothing beside it, and has colours for light and dark.",
      "Services that were to be up later than the boot's end are left out.",
    ],
    group: "follow",
  },
  {
    name: "top",
    usage: "[PATTERN...]",
    operands: ["pattern"],
    minOperands: 0,
    maxOperands: MANY,
    summary: "show what services take: processor, memory, tasks, disks",
    details: [
      "On a terminal a table that is drawn anew each second; the key q or Ctrl-C leaves it. Elsewhere, and with --once or --json, one table, which takes a second. CPU % is of one processor.",
      "The figures are those of the control group where the service has one of its own (`[cgroup]`, kill-tree); else of its process and the descendants of that, so what has left those is missed. What a control group does not tell, because its controller is not switched on, is summed up over its processes. Linux only.",
    ],
    group: "follow",
  },
  {
    name: "metrics",
    usage: "",
    operands: [],
    minOperands: 0,
    maxOperands: 0,
    summary: "print states and figures for monitoring systems",
    details: [
      "OpenMetrics text: the state of each service, whether it has failed and is wanted, starts, failed starts and automatic restarts, how long its last start took, processor time, memory, tasks and what went from and to disks; and the manager's own. What is not known has no sample.",
      "`dinitctl metrics --output /var/lib/prometheus/node-exporter/dinit.prom`, once a minute say, is what node_exporter's textfile collector reads: the file is replaced as a whole, in the older text form, which alone it knows. docs/metrics.md tells all names.",
    ],
    group: "follow",
  },
  {
    name: "report",
    usage: "[FILE]",
    operands: ["file"],
    minOperands: 0,
    maxOperands: 1,
    summary: "write down what the manager did last, for a bug report",
    details: [
      "The manager keeps the last orders and events that its decisions followed from, and the state of all services before them, 256 kB at most. From this file the very same decisions follow again in a test, so that a fault can be found without the machine on which it was seen. With more than 300 services only the orders and events are kept.",
      "FILE must not exist; without it the report goes to standard output. Names of services, paths and the first word of each command are in it; arguments of commands, values of environment variables and lines of faulty files are left out.",
    ],
    group: "follow",
  },
  {
    name: "help",
    usage: "[COMMAND]",
    operands: ["command"],
    minOperands: 0,
    maxOperands: 1,
    summary: "print the help of a command, or of them all",
    details: [],
    group: "follow",
  },
] as const satisfies readonly VerbShape[];

export type VerbName = (typeof ROWS)[number]["name"];

/** All that do something: `help` is dealt with where the words are read. */
export type WorkingVerb = Exclude<VerbName, "help">;

export interface VerbRow extends VerbShape {
  readonly name: VerbName;
}

/** Verbs in the order of the help. */
export const VERBS: readonly VerbRow[] = ROWS;

/** The row of a verb; undefined for an unknown word. */
export function findVerb(word: string): VerbRow | undefined {
  return VERBS.find((row) => row.name === word);
}
