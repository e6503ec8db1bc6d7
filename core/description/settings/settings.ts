/**
 * The table of all settings: the one source of the reader, `dinit check`, the JSON schema and the
 * manual page `docs/settings.md`. A new setting is a new row; the types of its value follow from
 * the row.
 */
import { SECURE_BITS } from "../values/capabilities.ts";
import type { ServiceType } from "../contract/description.ts";
import {
  BY_ALL,
  BY_STUB,
  BY_STUB_ON_LINUX,
  type ServedBy,
  WHERE_SENDERS_ARE_KNOWN,
} from "./served_by.ts";
import type { Value } from "../values/value.ts";
import {
  boolean,
  integer,
  mode,
  niceness,
  path,
  size,
  text,
  time,
  word,
  words,
} from "../values/basic.ts";
import { group, runAs, user } from "../values/identity.ts";
import { TYPES_ELSEWHERE } from "./setting_synonyms.ts";
import { capabilities, capabilitySet, ioPriority, limit, secureBits } from "../values/limits.ts";
import { sockets } from "../values/socket.ts";
import { cgroup } from "../values/cgroup.ts";
import { sideCommands } from "../values/side_commands.ts";
import { timer } from "../values/timer.ts";
import { sandbox } from "../values/sandbox.ts";
import { envFiles } from "../values/env_file.ts";
import { folders } from "../values/folders.ts";
import { baseNames, directories, name, names } from "../values/names.ts";
import { line, lines } from "../values/lines.ts";
import {
  command,
  environment,
  meta,
  readiness,
  restart,
  signal,
  signalName,
} from "../values/process.ts";

/** One row of the table. */
export interface Setting<T = unknown> {
  readonly value: Value<T>;
  /** The default in words; undefined: none. */
  readonly default: string | undefined;
  /** Service types on which it has an effect. */
  readonly types: readonly ServiceType[];
  /**
   * Set on another type: the check says so (lint), nobody does (ignored), or the load fails
   * (error).
   */
  readonly elsewhere: "ignored" | "lint" | "error" | "none";
  /** When variables are replaced: while reading, after the whole description is read, never. */
  readonly substitution: "pre" | "post" | "none";
  /** What a relative path is resolved against. */
  readonly base: PathBase | undefined;
  /** Given twice in upstream's format: replaces, adds, or replaces with `+=` allowed to append. */
  readonly repeated: "replaces" | "adds" | "appends";
  /** When a reload of a service that is not stopped takes effect, in words. */
  readonly reload: string;
  /** Other managers refuse to load a service that has it. */
  readonly servedBy: ServedBy;
  /** A form of the value that fewer can serve than the setting. */
  readonly form: SettingForm | undefined;
  readonly section: Section;
  /** One paragraph for the manual. */
  readonly about: string;
}

/**
 * A form of a setting's value, one `kind` of it, that not everybody can serve who serves the
 * setting.
 */
export interface SettingForm {
  readonly kind: string;
  /** As it is written. */
  readonly text: string;
  readonly servedBy: ServedBy;
  /** Why others cannot, a sentence without its end, and what to write instead. */
  readonly why: string;
  readonly hint: string;
}

/**
 * `cwd`: working directory of the manager. `real`: directory of the file, links resolved. `text`:
 * directory part of the file's path. `wd`: working directory of the service's process.
 */
export type PathBase = "cwd" | "real" | "text" | "wd";

/** Chapters of the manual, in order. */
export const SECTIONS = [
  "What is run",
  "Restart and time limits",
  "Readiness",
  "Dependencies and order",
  "Output",
  "Activation socket",
  "Timer",
  "Options",
  "Process attributes",
  "Sandbox",
  "For tools",
] as const;

export type Section = (typeof SECTIONS)[number];

const ALL = ["process", "bgprocess", "scripted", "internal", "triggered"] as const;
/** Types that have processes. */
const RUN = ["process", "bgprocess", "scripted"] as const;
/** Types whose process is supervised. */
const SUPERVISED = ["process", "bgprocess"] as const;

type Rest = Partial<Omit<Setting, "value" | "about" | "section">>;

function row<T>(section: Section, value: Value<T>, rest: Rest, about: string): Setting<T> {
  return {
    default: undefined,
    types: ALL,
    elsewhere: "none",
    substitution: "none",
    base: undefined,
    repeated: "replaces",
    reload: "at the next launch",
    servedBy: BY_ALL,
    form: undefined,
    ...rest,
    section,
    value,
    about,
  };
}

const RUN_LINT: Rest = { types: RUN, elsewhere: "lint" };
const RUN_IGNORED: Rest = { types: RUN, elsewhere: "ignored" };
const SUPERVISED_LINT: Rest = { types: SUPERVISED, elsewhere: "lint" };
const SUPERVISED_IGNORED: Rest = { types: SUPERVISED, elsewhere: "ignored" };
/** Commands beside the service's own. */
const SIDE_COMMANDS: Rest = {
  ...RUN_LINT,
  default: "empty",
  substitution: "post",
  base: "wd",
  repeated: "adds",
};
/** What is made before a launch. */
const FOLDER: Rest = { ...RUN_LINT, default: "none", substitution: "pre" };
/** A value that upstream's format does not have. */
function tomlOnly<T>(value: Value<T>): Value<T> {
  return { ...value, native: "none" };
}

const DEPENDENCY: Rest = {
  default: "empty",
  substitution: "pre",
  repeated: "adds",
  reload: "at once",
};
const DEPENDENCY_DIRECTORY: Rest = { ...DEPENDENCY, base: "text" };

/** Words of `options`, in the order of the manual. */
export const OPTIONS = [
  "runs-on-console",
  "starts-on-console",
  "shares-console",
  "unmask-intr",
  "starts-rwfs",
  "starts-log",
  "pass-cs-fd",
  "start-interruptible",
  "skippable",
  "signal-process-only",
  "always-chain",
  "kill-all-on-stop",
  "no-new-privs",
] as const;

export type Option = (typeof OPTIONS)[number];

/** Largest number of the protocol's and the kernel's signed 32-bit fields. */
const MAX_INT = 2147483647;

/** 1 TiB: more than any log file should have. */
const MAX_LOG_BYTES = 1024 ** 4;

/** Every setting by its TOML key. */
export const SETTINGS = {
  "type": row(
    "What is run",
    word(ALL, TYPES_ELSEWHERE),
    { default: '"internal"', reload: "refused" },
    "What the service is. process: a program that is supervised. bgprocess: a program that puts itself " +
      "into the background and leaves a PID file. scripted: a command to start and one to stop. internal: " +
      "nothing is run; it groups dependencies. triggered: as internal, but it starts only once triggered.",
  ),
  "description": row(
    "What is run",
    tomlOnly(line),
    { reload: "at once" },
    "What the service is, in one line for people: dinitctl status and list --json show it.",
  ),
  "aliases": row(
    "What is run",
    tomlOnly(baseNames),
    { default: "empty", repeated: "adds", reload: "at once" },
    "Other names of the service, under which it is found by whatever names it: commands of dinitctl, dependencies " +
      "and orderings (consumer-of wants its name). They are names as files have them; of a template each is one " +
      "for every argument. No other service may have the name, or a file of that name.",
  ),
  "documentation": row(
    "What is run",
    tomlOnly(lines),
    { default: "empty", repeated: "adds", reload: "at once" },
    'Where to read about the service: a list of addresses, such as "man:sshd(8)" or "https://…". dinitctl ' +
      "status shows them.",
  ),
  "command": row(
    "What is run",
    command,
    {
      ...RUN_LINT,
      default: "none; required",
      substitution: "post",
      base: "wd",
      repeated: "appends",
    },
    "Program and arguments. A text is divided at blanks; double quotes and backslashes keep characters " +
      "together. In a list each element is one argument. A program without a slash is searched in PATH of " +
      "the service's environment. For scripted services it is the start command; for bgprocess its first " +
      "process must end with status 0 once the service is ready.",
  ),
  "stop-command": row(
    "What is run",
    command,
    {
      ...RUN_LINT,
      substitution: "post",
      base: "wd",
      repeated: "appends",
      reload: "at the next stop",
    },
    "Command that stops the service. For process and bgprocess it takes the place of term-signal, and the " +
      "service has stopped when both the command and the service's process have ended. Without it a " +
      "scripted service stops at once. A command that fails is logged and otherwise ignored.",
  ),
  "start-pre": row(
    "What is run",
    sideCommands,
    SIDE_COMMANDS,
    "Commands that run one after the other before the service's own start, each as command would: a list of texts that are " +
      "divided at blanks, or of lists. If one fails (a status other than 0, a signal, or it cannot be run), the " +
      "others are not run and the start has failed; a dash before the program lets it fail. They run at " +
      "each start and automatic restart, after restart-delay, and each of them has start-timeout; not at a " +
      "smooth recovery, nor for each start on demand. If the start is not wanted any more, the one that runs comes to its end " +
      "(with start-interruptible it gets INT) and no other is run. They get no sockets and no console; what they print goes where the service's output goes.",
  ),
  "start-post": row(
    "What is run",
    sideCommands,
    SIDE_COMMANDS,
    "The same after the service's own start: once its process runs, or is ready, or the start command is done. Only " +
      "then the service counts as started. The number of its process is in MAINPID. If one fails, or the process ends " +
      "meanwhile, the start has failed and what runs of the service is stopped. Not possible with a start on demand.",
  ),
  "stop-post": row(
    "What is run",
    sideCommands,
    { ...SIDE_COMMANDS, reload: "at the next stop" },
    "The same when everything of the service has ended, before it counts as stopped: after a stop, before an automatic " +
      "restart, and after a start that has failed once start-pre or the own start had begun. One that fails is told in the " +
      "log, and the others are run. Each of them has stop-timeout.",
  ),
  "reload-command": row(
    "What is run",
    tomlOnly(command),
    { ...RUN_LINT, substitution: "post", base: "wd", reload: "at once" },
    "Command by which dinitctl refresh has the service read its own configuration again, while it is started. " +
      "It runs as the service's user, in its environment, with the number of the service's process in " +
      "MAINPID, and is over when it has ended; a status other than 0 is an error for who asked, and changes " +
      "nothing for the service. After start-timeout it gets KILL. (dinitctl reload is something else: it " +
      "reads this description again.)",
  ),
  "reload-signal": row(
    "What is run",
    tomlOnly(signalName),
    { ...SUPERVISED_LINT, reload: "at once" },
    "Signal to the service's process in place of reload-command, for programs that read their configuration " +
      "again at HUP or the like. Whether they did is not known.",
  ),
  "working-dir": row(
    "What is run",
    path,
    {
      ...RUN_LINT,
      default: "the search directory in which the service was found",
      substitution: "post",
      base: "cwd",
    },
    "Directory in which both commands run. It must exist when the service starts.",
  ),
  "run-as": row(
    "What is run",
    runAs,
    { ...RUN_LINT, servedBy: BY_STUB, default: "the manager's own identity" },
    "User whose identity the commands get. With a name, its primary and supplementary groups are taken " +
      "too. With a number, the group stays the manager's and supplementary groups are dropped. " +
      '{ user = "www", group = "adm", groups = ["audio"] }: group takes the place of the primary group, groups ' +
      "come to the supplementary ones.",
  ),
  "env-file": row(
    "What is run",
    envFiles,
    { substitution: "pre", base: "real", reload: "read again; at the next launch" },
    "File of NAME=VALUE lines for the environment of the commands, and for variables in this description; or a " +
      "list of files, of which the later ones win. " +
      "A file is read as shells and systemd read the files of /etc/default: quotes and backslashes keep " +
      "characters together and are taken away, a backslash at the end of a line continues it, # begins a " +
      "comment, export before a name is skipped; but variables are not replaced. !clear, !unset NAME and " +
      '!import NAME drop and take up inherited variables. "-FILE", or optional = true in a table, is no ' +
      "error when the file is missing. With literal = true values are taken as they stand, quotes included; " +
      "so they are for services in upstream's format.",
  ),
  "environment": row(
    "What is run",
    environment,
    { ...RUN_LINT, default: "empty" },
    "Table of variables for the commands, and for variables in this description. It comes after env-file " +
      "and wins. Values are literal.",
  ),
  "runtime-directory": row(
    "What is run",
    folders("runtime"),
    FOLDER,
    "Directory below /run (FreeBSD: /var/run; a user's manager: XDG_RUNTIME_DIR) that is made before the commands run, " +
      "with the user and group of run-as. A name or several with slashes, of which the last gets user and mode; or " +
      '{ path = "web", mode = "750", keep = true }, the mode "755" by default; or a list. Its path is in ' +
      "RUNTIME_DIRECTORY, several with colons between them. It is removed with all that is in it when the service has " +
      "stopped (not between restarts), unless keep is true. What is there already gets user and mode; no symbolic link is followed, and " +
      "what belongs to another user in a directory that others can write is an error.",
  ),
  "state-directory": row(
    "What is run",
    folders("state"),
    FOLDER,
    "The same below /var/lib (FreeBSD: /var/db; a user's: XDG_STATE_HOME, ~/.local/state), in STATE_DIRECTORY; it is kept.",
  ),
  "cache-directory": row(
    "What is run",
    folders("cache"),
    FOLDER,
    "The same below /var/cache (a user's: XDG_CACHE_HOME, ~/.cache), in CACHE_DIRECTORY; it is kept unless keep is false.",
  ),
  "log-directory": row(
    "What is run",
    folders("log"),
    FOLDER,
    "The same below /var/log (a user's: log in XDG_STATE_HOME, ~/.local/state), in LOGS_DIRECTORY; it is kept. It is " +
      "there before logfile is opened.",
  ),
  "configuration-directory": row(
    "What is run",
    folders("configuration"),
    FOLDER,
    "The same below /etc (FreeBSD: /usr/local/etc; a user's: XDG_CONFIG_HOME, ~/.config), in CONFIGURATION_DIRECTORY; it is kept.",
  ),
  "load-options": row(
    "What is run",
    words(["export-passwd-vars", "export-service-name"], {
      nativeOnly: ["sub-vars", "no-sub-vars"],
    }),
    { default: "empty", repeated: "adds" },
    "export-passwd-vars sets USER, LOGNAME, HOME, SHELL, UID and GID from the user database, for the user " +
      "of run-as or else the manager's. export-service-name sets DINIT_SERVICE to the service's name " +
      "without its argument.",
  ),
  "restart": row(
    "Restart and time limits",
    restart,
    { default: "true", reload: "when the process next ends" },
    'Whether the service starts again when it stopped without an order to stop. "on-failure": only when ' +
      "its process exited with a status other than 0 or was killed by a signal other than HUP, INT, USR1, " +
      "USR2 or TERM; on scripted, internal and triggered services this is the same as false.",
  ),
  "smooth-recovery": row(
    "Restart and time limits",
    boolean,
    { ...SUPERVISED_IGNORED, default: "false", reload: "when the process next ends" },
    "Start the process again while the service counts as started, so that dependents stay up. It does not " +
      "depend on restart, and counts towards the restart limit.",
  ),
  "restart-delay": row(
    "Restart and time limits",
    time,
    { ...SUPERVISED_IGNORED, default: "0.2", reload: "at once" },
    "Smallest time between two launches of the process.",
  ),
  "restart-limit-interval": row(
    "Restart and time limits",
    time,
    { default: "10", reload: "at once" },
    "Time over which restart-limit-count counts.",
  ),
  "restart-limit-count": row(
    "Restart and time limits",
    integer({ min: 0, max: MAX_INT }),
    { default: "3", reload: "at once" },
    "How many automatic restarts are allowed within restart-limit-interval; one more, and the service " +
      "stops. 0: no limit. A start by order counts anew. On internal, triggered and scripted services a restart " +
      "does not count when it follows that of a dependency which restarts by itself, within its own limit. A start by " +
      "chain-to counts when the service's own end leads to it again.",
  ),
  "start-timeout": row(
    "Restart and time limits",
    time,
    { ...RUN_IGNORED, default: "60" },
    "How long the start may take, from the launch of the process. When it is over, the process gets INT, " +
      "and after stop-timeout KILL. 0: no limit.",
  ),
  "stop-timeout": row(
    "Restart and time limits",
    time,
    { ...RUN_IGNORED, default: "10", reload: "at the next stop" },
    "How long the stop may take before everything left of the service gets KILL. 0: no limit.",
  ),
  "term-signal": row(
    "Restart and time limits",
    signal,
    { ...SUPERVISED_IGNORED, default: '"TERM"', reload: "at the next stop" },
    'Signal that asks the process to end. "none": no signal, only wait.',
  ),
  "kill-tree": row(
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
  "pid-file": row(
    "Readiness",
    path,
    {
      types: ["bgprocess"],
      elsewhere: "ignored",
      default: "none; required for bgprocess",
      substitution: "post",
      base: "cwd",
      reload: "refused",
    },
    "File from which the process number of the background process is read once the first process ended. It must have been " +
      "written since the launch, and is not believed if it names the manager, process 1, a thread, or a process of another " +
      "service. With run-as, and where another user can write the file or put one there, it may name that user's processes " +
      "or what is in the session, process group or control group of the first process; without run-as any orphan that the " +
      "manager has adopted, too. A process that does not descend from the manager is signalled alone, not its group.",
  ),
  "ready-notification": row(
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
  "watchdog-timeout": row(
    "Readiness",
    time,
    { types: ["process"], elsewhere: "ignored", default: "0" },
    "Longest time between two signs of life (WATCHDOG=1) once the service is ready; WATCHDOG_USEC and " +
      "WATCHDOG_PID tell the process. When none comes in time the process gets ABRT, after stop-timeout KILL, and its end " +
      'counts as a failure. Needs ready-notification = "notify:socket". 0: none are awaited. The process may set ' +
      "another time with WATCHDOG_USEC, which counts at once; 0 and the largest number of 64 bits turn the watchdog off.",
  ),
  "depends-on": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "Services that must be started before this one and as long as it is up.",
  ),
  "depends-ms": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "Milestones: services that must have started before this one, and may stop afterwards.",
  ),
  "waits-for": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "Services that are started with this one and waited for; it goes on if they fail, and also if they " +
      "cannot be loaded: then they are listed as failed until they are mended.",
  ),
  "prepared-by": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "As depends-on; but when this service restarts, these are restarted too.",
  ),
  "depends-on-d": row(
    "Dependencies and order",
    directories,
    DEPENDENCY_DIRECTORY,
    "Directories in which every entry names a service for depends-on.",
  ),
  "depends-ms-d": row(
    "Dependencies and order",
    directories,
    DEPENDENCY_DIRECTORY,
    "Directories in which every entry names a service for depends-ms.",
  ),
  "waits-for-d": row(
    "Dependencies and order",
    directories,
    DEPENDENCY_DIRECTORY,
    "Directories in which every entry names a service for waits-for; dinitctl enable adds one.",
  ),
  "after": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "Services that, if they are starting at the same time, are waited for. They are not started by this.",
  ),
  "before": row(
    "Dependencies and order",
    names,
    DEPENDENCY,
    "Services that, if they are starting at the same time, wait for this one.",
  ),
  "chain-to": row(
    "Dependencies and order",
    name,
    { substitution: "pre", reload: "at once" },
    "Service that is started when this one has ended by itself with status 0, or, with the option " +
      "always-chain, whenever it has stopped.",
  ),
  "socket-listen": row(
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
  "socket-permissions": row(
    "Activation socket",
    mode,
    { ...RUN_IGNORED, default: '"666"', reload: "when the socket is next opened" },
    "Mode of the socket's file.",
  ),
  "socket-uid": row(
    "Activation socket",
    user,
    { ...RUN_IGNORED, default: "the manager's", reload: "when the socket is next opened" },
    "Owner of the socket's file.",
  ),
  "socket-gid": row(
    "Activation socket",
    group,
    {
      ...RUN_IGNORED,
      default: "the primary group of a socket-uid given by name, else the manager's",
      reload: "when the socket is next opened",
    },
    "Group of the socket's file.",
  ),
  "socket": row(
    "Activation socket",
    sockets,
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
  "socket-activation": row(
    "Activation socket",
    word(["at-start", "on-demand"]),
    { types: ["process"], elsewhere: "error", default: '"at-start"', reload: "refused" },
    "When the process is started. at-start: with the service. on-demand: the service counts as started once " +
      "its sockets are open, and its process is started by the first connection or datagram. When the " +
      "process ends with status 0 the service goes on listening, and what comes next starts it again, not " +
      "sooner than restart-delay. When it fails, restart and the restart limit decide whether the service " +
      "goes on listening or stops and closes its sockets.",
  ),
  "timer": row(
    "Timer",
    timer,
    { types: ["process"], elsewhere: "error", reload: "at once; to have one or none: refused" },
    "Table of times at which the process is run; the keys are in the table below. The service counts as started once its " +
      "times are waited for, and stays started while its process comes and goes; a run that fails changes nothing of " +
      "that. There is one run at a time, and none sooner than restart-delay after the last began. After a change of the clock, and after the machine has slept, times are found " +
      "anew. `dinit ctl timers` lists last and next runs. A time of day that clocks leave out is none, one that they " +
      "show twice is meant once.",
  ),
  "activation-limit-interval": row(
    "Activation socket",
    time,
    { types: ["process"], elsewhere: "ignored", default: "10", reload: "at once" },
    "Time over which activation-limit-count counts.",
  ),
  "activation-limit-count": row(
    "Activation socket",
    integer({ min: 0, max: MAX_INT }),
    { types: ["process"], elsewhere: "ignored", default: "20", reload: "at once" },
    "How often a service that starts on demand is started within activation-limit-interval for what its last process " +
      "left on a socket; one more, and the service fails and closes its sockets, so that a program which never " +
      "takes what comes is not started without end. What comes while it listens is not counted. 0: no limit.",
  ),
  "log-type": row(
    "Output",
    word(["none", "file", "buffer", "pipe"]),
    { ...RUN_LINT, default: '"none", or "file" once logfile is set', reload: "refused" },
    "Where output and errors of the commands go. none: nowhere. file: appended to logfile. buffer: kept in " +
      "memory, for dinitctl catlog. pipe: to the service that has this one as consumer-of.",
  ),
  "logfile": row(
    "Output",
    path,
    { ...RUN_LINT, substitution: "post", base: "wd" },
    "File to which output is appended; a relative path is relative to working-dir. The manager opens it, with " +
      "its own rights. In a folder that others can write (that of a user other than the manager's and root, or " +
      "one that its group or everybody may write) it follows no symbolic link and takes only a file with one " +
      "name that belongs to its own user, to logfile-uid or to run-as.",
  ),
  "logfile-permissions": row(
    "Output",
    mode,
    { ...RUN_IGNORED, default: '"600"' },
    "Mode of a log file that is made. One that is there keeps its own.",
  ),
  "logfile-uid": row(
    "Output",
    user,
    { ...RUN_IGNORED, default: "the manager's" },
    "Owner of a log file that is made. One that is there keeps its own.",
  ),
  "logfile-gid": row(
    "Output",
    group,
    {
      ...RUN_IGNORED,
      default: "the primary group of a logfile-uid given by name, else the manager's",
    },
    "Group of a log file that is made. One that is there keeps its own.",
  ),
  "log-buffer-size": row(
    "Output",
    size({ max: MAX_INT }),
    { ...RUN_IGNORED, default: "4096", reload: "at once" },
    "How much output a log-type of buffer keeps; log-buffer-keeps says what stays when it is full.",
  ),
  "log-buffer-keeps": row(
    "Output",
    tomlOnly(word<"newest" | "oldest">(["newest", "oldest"])),
    { ...RUN_IGNORED, default: '"newest"; in upstream\'s format "oldest"', reload: "at once" },
    "What stays in a full log buffer. newest: the oldest lines make room, and its first line tells how much was " +
      "dropped. oldest: what comes is dropped, so that the beginning stays, until the buffer is read with --clear.",
  ),
  "log-timestamps": row(
    "Output",
    tomlOnly(boolean),
    { ...RUN_IGNORED, default: "false" },
    "Each line in the log file or buffer begins with the time at which the manager read it, in UTC: " +
      "2026-01-31T12:00:00.000Z. It has no effect on a log-type of pipe.",
  ),
  "log-rotate-size": row(
    "Output",
    tomlOnly(size({ max: MAX_LOG_BYTES })),
    { ...RUN_IGNORED, default: "0" },
    "The log file is put aside before it grows beyond this size: logfile becomes logfile.1, that becomes " +
      "logfile.2, and so on. No line is lost or divided, so a file may be larger by the end of one line. " +
      "0: never. With it the manager writes the file, not the service, and waits for a disk that does not answer; " +
      "a file that somebody moves or removes is made anew, and services with one logfile share one writer.",
  ),
  "log-rotate-count": row(
    "Output",
    tomlOnly(integer({ min: 1, max: 1000 })),
    { ...RUN_IGNORED, default: "4" },
    "How many old log files log-rotate-size keeps.",
  ),
  "consumer-of": row(
    "Output",
    name,
    { types: SUPERVISED, elsewhere: "error", substitution: "pre", reload: "refused" },
    'Service whose output this one reads on its standard input. That service needs log-type = "pipe".',
  ),
  "options": row(
    "Options",
    words(OPTIONS),
    { default: "empty", repeated: "adds", reload: "at once or at the next launch" },
    "Yes-or-no properties; the table below has them.",
  ),
  "umask": row(
    "Process attributes",
    tomlOnly(mode),
    { ...RUN_LINT, servedBy: BY_STUB, default: "the manager's" },
    'Mode bits that files made by the commands do not get: "027".',
  ),
  "rlimit-nofile": row(
    "Process attributes",
    limit,
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of open descriptors.",
  ),
  "rlimit-core": row(
    "Process attributes",
    limit,
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the size of core dumps, in bytes.",
  ),
  "rlimit-data": row(
    "Process attributes",
    limit,
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the data segment, in bytes.",
  ),
  "rlimit-addrspace": row(
    "Process attributes",
    limit,
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the address space, in bytes; ignored where the system has no such limit.",
  ),
  "rlimit-stack": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the stack, in bytes.",
  ),
  "rlimit-nproc": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the processes and threads of the user, all of them together; it does not bind root. For those of one " +
      "service take pids-max of [cgroup].",
  ),
  "rlimit-memlock": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of memory that may be locked, in bytes.",
  ),
  "rlimit-fsize": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of the size of a file that is written, in bytes.",
  ),
  "rlimit-cpu": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_IGNORED, servedBy: BY_STUB, default: "unchanged" },
    "Limit of processor time, in seconds.",
  ),
  "rlimit-sigpending": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    "Limit of signals that wait for the user's processes.",
  ),
  "rlimit-msgqueue": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    "Limit of POSIX message queues of the user, in bytes.",
  ),
  "rlimit-nice": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    "How far the niceness may be raised, as getrlimit(2) counts it: 20 - N for a niceness of N.",
  ),
  "rlimit-rtprio": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    "Highest real-time priority that may be taken.",
  ),
  "rlimit-rttime": row(
    "Process attributes",
    tomlOnly(limit),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    "Limit of processor time under real-time scheduling without a pause, in microseconds.",
  ),
  "nice": row(
    "Process attributes",
    niceness,
    { ...RUN_LINT, servedBy: BY_STUB, default: "unchanged" },
    "Scheduling priority, from -20 (most) to 19 (least).",
  ),
  "ioprio": row(
    "Process attributes",
    ioPriority,
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    'Input/output priority: "none", "idle", "realtime:N" or "best-effort:N", N from 0 to 7.',
  ),
  "oom-score-adj": row(
    "Process attributes",
    integer({ min: -1000, max: 1000 }),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "a little above the manager's" },
    "How likely the kernel is to kill the process when memory runs out (proc(5), oom_score_adj). " +
      "Without it a service gets what makes it go before its manager; see `--oom-score-adj` of dinit(8).",
  ),
  "run-in-cgroup": row(
    "Process attributes",
    text(),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX },
    "Control group of the processes, which must exist: below /sys/fs/cgroup if it begins with a slash, " +
      "else below the manager's own group.",
  ),
  "cgroup": row(
    "Process attributes",
    cgroup,
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX },
    "Table of limits for a control group of the service's own, which the manager makes when the service " +
      "starts and removes when it has stopped; the keys are in the table below. It needs control groups " +
      "version 2 that the manager can write to, and excludes run-in-cgroup. The group is " +
      "dinit/NAME.service below the manager's own.",
  ),
  "capabilities": row(
    "Process attributes",
    capabilities,
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged", repeated: "appends" },
    "Capabilities, separated by commas: ^cap_name ambient and inheritable, %cap_name inheritable, " +
      "!cap_name removed from the bounding set.",
  ),
  "capability-bounding-set": row(
    "Process attributes",
    tomlOnly(capabilitySet),
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged" },
    'List of the capabilities that the service can have at all: ["cap_net_bind_service", "cap_setuid"]. All others are ' +
      "removed from the bounding set, so that no program that it executes gets them; an empty list leaves none. Only a manager that has " +
      "cap_setpcap can do so.",
  ),
  "securebits": row(
    "Process attributes",
    secureBits,
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: "unchanged", repeated: "appends" },
    `Secure bits of the process: ${Object.keys(SECURE_BITS).join(", ")}.`,
  ),
  "inittab-id": row(
    "Process attributes",
    text({ maxBytes: 4 }),
    { types: ["process"], elsewhere: "lint", reload: "refused" },
    "Id of the utmp entry that is kept for the process.",
  ),
  "inittab-line": row(
    "Process attributes",
    text({ maxBytes: 32 }),
    { types: ["process"], elsewhere: "lint", reload: "refused" },
    "Line of the utmp entry that is kept for the process.",
  ),
  "sandbox": row(
    "Sandbox",
    sandbox,
    { ...RUN_LINT, servedBy: BY_STUB_ON_LINUX, default: '"none"', substitution: "post" },
    "What the processes are kept from: the name of a profile, or a table whose line profile names one and whose " +
      "other lines take the place of the profile's. Each process is put into the box before its program runs; if any line " +
      "cannot be set up, it is not run, and the log names the line. `dinit check --security` grades services by it. " +
      "Paths are absolute and hold with all that is below them; of two, the longer wins; a dash before one says that it need " +
      "not be there. A service whose own directory is hidden, and that has no working-dir, runs in /. Under a manager that is not root's, lines that need rights get them in a namespace of users of " +
      "the box's own, as by private-users. Linux 5.12.",
  ),
  "meta": row(
    "For tools",
    meta,
    { reload: "at once" },
    "Table for tools. enable-via names the service in which dinitctl enable adds a link when no other is " +
      "named; boot by default. Other keys are allowed and ignored.",
  ),
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof SETTINGS;

/** What a reader gives for each setting that was set. */
export type SettingValues = {
  [K in SettingKey]?: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

const BY_KEY: ReadonlyMap<string, Setting> = new Map(Object.entries(SETTINGS));

/** The row of a TOML key. */
export function findSetting(key: string): Setting | undefined {
  return BY_KEY.get(key);
}

/** All keys, in the order of the table. */
export function settingKeys(): readonly SettingKey[] {
  return Object.keys(SETTINGS) as SettingKey[];
}

/** Upstream's key → ours where they differ. */
export const NATIVE_NAMES: ReadonlyMap<string, SettingKey> = new Map([
  ["depends-on.d", "depends-on-d"],
  ["depends-ms.d", "depends-ms-d"],
  ["waits-for.d", "waits-for-d"],
  ["termsignal", "term-signal"],
]);

/** What each word of `options` does, on which types, and who can serve it. */
export const OPTION_TEXTS: Readonly<
  Record<
    Option,
    {
      readonly types: readonly ServiceType[];
      readonly servedBy: ServedBy;
      readonly about: string;
    }
  >
> = {
  "runs-on-console": {
    types: ALL,
    servedBy: BY_STUB,
    about: "Has the console for itself while it starts and runs. Implies starts-on-console.",
  },
  "starts-on-console": {
    types: ALL,
    servedBy: BY_STUB,
    about: "Has the console for itself until it has started.",
  },
  "shares-console": {
    types: RUN,
    servedBy: BY_STUB,
    about:
      "Has the console as standard input and output, without waiting for it or owning it; reading it from the background is an error (EIO).",
  },
  "unmask-intr": {
    types: RUN,
    servedBy: BY_ALL,
    about: "A process that owns the console can be interrupted from the keyboard.",
  },
  "starts-rwfs": {
    types: ALL,
    servedBy: BY_ALL,
    about:
      "Its start means that the root file system can be written to: the control socket and log file " +
      "are made if they are missing, and the boot is recorded in wtmp and utmp.",
  },
  "starts-log": {
    types: ALL,
    servedBy: BY_ALL,
    about: "Its start means that the system log runs, so the manager begins to log to it.",
  },
  "pass-cs-fd": {
    types: RUN,
    servedBy: BY_ALL,
    about: "Passes a connection to the manager; its descriptor number is in DINIT_CS_FD.",
  },
  "start-interruptible": {
    types: RUN,
    servedBy: BY_ALL,
    about: "A start that is no longer wanted may be broken off by INT.",
  },
  "skippable": {
    types: ["scripted"],
    servedBy: BY_ALL,
    about: "A start command that was interrupted from the keyboard counts as started.",
  },
  "signal-process-only": {
    types: RUN,
    servedBy: BY_ALL,
    about: "Signals go to the process alone and not to its process group.",
  },
  "always-chain": {
    types: ALL,
    servedBy: BY_ALL,
    about: "chain-to takes effect whenever the service has stopped.",
  },
  "kill-all-on-stop": {
    types: ["scripted", "internal"],
    servedBy: BY_ALL,
    about: "Before it stops, every process on the system gets TERM and, a second later, KILL.",
  },
  "no-new-privs": {
    types: RUN,
    servedBy: BY_STUB,
    about: "Processes cannot gain privileges by executing set-user-id programs.",
  },
};
