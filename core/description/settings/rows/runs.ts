/**
 * What a service is and what is run for it: commands, their environment, directories.
 */
import { ALL, type Rest, row, type Rows, RUN_LINT, SUPERVISED_LINT, tomlOnly } from "../row.ts";
import { BY_STUB } from "../served_by.ts";
import { TYPES_ELSEWHERE } from "../setting_synonyms.ts";
import { path, word, words } from "../../values/basic.ts";
import { envFiles } from "../../values/env_file.ts";
import { folders } from "../../values/folders.ts";
import { runAs } from "../../values/identity.ts";
import { line, lines } from "../../values/lines.ts";
import { baseNames } from "../../values/names.ts";
import { command, environment, signalName } from "../../values/process.ts";
import { sideCommands } from "../../values/side_commands.ts";

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
/** Rows by their keys. */
export const RUNS = {
  "type": () =>
    row(
      "What is run",
      word(ALL, TYPES_ELSEWHERE),
      { default: '"internal"', reload: "refused" },
      "What the service is. process: a program that is supervised. bgprocess: a program that puts itself " +
        "into the background and leaves a PID file. scripted: a command to start and one to stop. internal: " +
        "nothing is run; it groups dependencies. triggered: as internal, but it starts only once triggered.",
    ),
  "description": () =>
    row(
      "What is run",
      tomlOnly(line),
      { reload: "at once" },
      "What the service is, in one line for people: dinitctl status and list --json show it.",
    ),
  "aliases": () =>
    row(
      "What is run",
      tomlOnly(baseNames),
      { default: "empty", repeated: "adds", reload: "at once" },
      "Other names of the service, under which it is found by whatever names it: commands of dinitctl, dependencies " +
        "and orderings (consumer-of wants its name). They are names as files have them; of a template each is one " +
        "for every argument. No other service may have the name, or a file of that name.",
    ),
  "documentation": () =>
    row(
      "What is run",
      tomlOnly(lines),
      { default: "empty", repeated: "adds", reload: "at once" },
      'Where to read about the service: a list of addresses, such as "man:sshd(8)" or "https://…". dinitctl ' +
        "status shows them.",
    ),
  "command": () =>
    row(
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
  "stop-command": () =>
    row(
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
  "start-pre": () =>
    row(
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
  "start-post": () =>
    row(
      "What is run",
      sideCommands,
      SIDE_COMMANDS,
      "The same after the service's own start: once its process runs, or is ready, or the start command is done. Only " +
        "then the service counts as started. The number of its process is in MAINPID. If one fails, or the process ends " +
        "meanwhile, the start has failed and what runs of the service is stopped. Not possible with a start on demand.",
    ),
  "stop-post": () =>
    row(
      "What is run",
      sideCommands,
      { ...SIDE_COMMANDS, reload: "at the next stop" },
      "The same when everything of the service has ended, before it counts as stopped: after a stop, before an automatic " +
        "restart, and after a start that has failed once start-pre or the own start had begun. One that fails is told in the " +
        "log, and the others are run. Each of them has stop-timeout.",
    ),
  "reload-command": () =>
    row(
      "What is run",
      tomlOnly(command),
      { ...RUN_LINT, substitution: "post", base: "wd", reload: "at once" },
      "Command by which dinitctl refresh has the service read its own configuration again, while it is started. " +
        "It runs as the service's user, in its environment, with the number of the service's process in " +
        "MAINPID, and is over when it has ended; a status other than 0 is an error for who asked, and changes " +
        "nothing for the service. After start-timeout it gets KILL. (dinitctl reload is something else: it " +
        "reads this description again.)",
    ),
  "reload-signal": () =>
    row(
      "What is run",
      tomlOnly(signalName),
      { ...SUPERVISED_LINT, reload: "at once" },
      "Signal to the service's process in place of reload-command, for programs that read their configuration " +
        "again at HUP or the like. Whether they did is not known.",
    ),
  "working-dir": () =>
    row(
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
  "run-as": () =>
    row(
      "What is run",
      runAs,
      { ...RUN_LINT, servedBy: BY_STUB, default: "the manager's own identity" },
      "User whose identity the commands get. With a name, its primary and supplementary groups are taken " +
        "too. With a number, the group stays the manager's and supplementary groups are dropped. " +
        '{ user = "www", group = "adm", groups = ["audio"] }: group takes the place of the primary group, groups ' +
        "come to the supplementary ones.",
    ),
  "env-file": () =>
    row(
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
        "so they are for services in upstream's format. With overrides = true its variables win over those of " +
        "[environment], as with systemd's EnvironmentFile=; otherwise [environment] wins.",
    ),
  "environment": () =>
    row(
      "What is run",
      environment,
      { ...RUN_LINT, default: "empty" },
      "Table of variables for the commands, and for variables in this description. It comes after env-file " +
        "and wins, unless that says overrides. Values are literal.",
    ),
  "runtime-directory": () =>
    row(
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
  "state-directory": () =>
    row(
      "What is run",
      folders("state"),
      FOLDER,
      "The same below /var/lib (FreeBSD: /var/db; a user's: XDG_STATE_HOME, ~/.local/state), in STATE_DIRECTORY; it is kept.",
    ),
  "cache-directory": () =>
    row(
      "What is run",
      folders("cache"),
      FOLDER,
      "The same below /var/cache (a user's: XDG_CACHE_HOME, ~/.cache), in CACHE_DIRECTORY; it is kept unless keep is false.",
    ),
  "log-directory": () =>
    row(
      "What is run",
      folders("log"),
      FOLDER,
      "The same below /var/log (a user's: log in XDG_STATE_HOME, ~/.local/state), in LOGS_DIRECTORY; it is kept. It is " +
        "there before logfile is opened.",
    ),
  "configuration-directory": () =>
    row(
      "What is run",
      folders("configuration"),
      FOLDER,
      "The same below /etc (FreeBSD: /usr/local/etc; a user's: XDG_CONFIG_HOME, ~/.config), in CONFIGURATION_DIRECTORY; it is kept.",
    ),
  "load-options": () =>
    row(
      "What is run",
      words(["export-passwd-vars", "export-service-name"], {
        nativeOnly: ["sub-vars", "no-sub-vars"],
      }),
      { default: "empty", repeated: "adds" },
      "export-passwd-vars sets USER, LOGNAME, HOME, SHELL, UID and GID from the user database, for the user " +
        "of run-as or else the manager's. export-service-name sets DINIT_SERVICE to the service's name " +
        "without its argument.",
    ),
} as const satisfies Rows;
