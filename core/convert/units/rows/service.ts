/**
 * What becomes of the section [Service], but for what all kinds of processes have in common.
 * Sources: systemd.service(5), systemd.kill(5).
 */
import { type Effect, lost } from "../../rows.ts";
import {
  argumentList,
  parseUnitCommands,
  shellCommand,
  signalOfKill,
  type UnitCommand,
  usesMainPid,
} from "../text/commands.ts";
import { readyByBusName } from "./bus.ts";
import { parseBoolean, type UnitContext } from "./context.ts";
import { statusList } from "./exit_statuses.ts";
import {
  each,
  list,
  lostIfTrue,
  lostUnless,
  mapped,
  notUnderstood,
  one,
  textSetting,
  timeLimit,
  type UnitFate,
  type UnitRow,
} from "./makers.ts";
import { parseTimeSpan } from "../text/time_span.ts";

const SERVICE = "Service";

/** All commands of a directive, from all its lines. */
export function commandsOf(
  name: string,
  context: UnitContext,
): { readonly commands: readonly UnitCommand[]; readonly faults: readonly string[] } {
  const parsed = context.all(SERVICE, name).map(parseUnitCommands);
  return {
    commands: parsed.flatMap((each) => each.kind === "commands" ? each.commands : [])
      .map(withoutSystemd),
    faults: parsed.flatMap((each) => each.kind === "fault" ? [each.why] : []),
  };
}

const ASKS_SYSTEMD = "--systemd-activation";

/**
 * The bus that asks systemd for what it activates waits for an answer that nobody gives. Without
 * the option it goes by `Exec=`. Source: dbus-daemon(1), "--systemd-activation".
 */
function withoutSystemd(command: UnitCommand): UnitCommand {
  const { words } = command;
  if (!isBus(words[0] ?? "")) return command;
  return { ...command, words: words.filter((word) => word !== ASKS_SYSTEMD) };
}

function isBus(program: string): boolean {
  return /(^|\/)dbus-daemon$/.test(program);
}

/**
 * A setting that holds one command, from as many lines as there are: it is written at the first of
 * them, which is told by its value.
 */
function command(key: "command" | "stop-command", name: string): UnitFate {
  return mapped(`\`${key}\`; several become one of a shell`, (value, context) => {
    const parsed = parseUnitCommands(value);
    if (parsed.kind === "fault") return [lost(parsed.why, "much")];
    const all = commandsOf(name, context).commands;
    const caveats = parsed.commands.flatMap((one) => caveatsOf(one, key, context));
    if (
      context.all(SERVICE, name).find((each) => parseUnitCommands(each).kind === "commands") !==
        value
    ) {
      return caveats;
    }
    const [first] = all;
    if (first === undefined) return caveats;
    if (
      parsed.commands.some(({ words }) => isBus(words[0] ?? "") && words.includes(ASKS_SYSTEMD))
    ) {
      const text = `Without ${ASKS_SYSTEMD}: what the bus activates it starts itself, by Exec=.`;
      caveats.push({ kind: "comment", text });
    }
    if (key === "stop-command" && all.length === 1 && context.type !== "scripted") {
      const signal = signalOfKill(first);
      if (signal !== undefined) return [signalEffect(signal), ...caveats];
    }
    if (all.some(usesMainPid)) {
      return [...caveats, lost("$MAINPID is not told to commands", "much")];
    }
    const mayFail = key === "command" && context.type === "scripted" && first.ignoresFailure;
    const plain = all.length === 1 && !mayFail ? argumentList(first, context) : undefined;
    // A shell can ask the machine what our reader does not know.
    const written = plain?.kind === "words"
      ? plain
      : shellCommand(all, context, context.type !== "scripted");
    if (written.kind === "fault") return [...caveats, lost(written.why, "much")];
    return [{ kind: "set", key, value: written.words }, ...caveats];
  });
}

function caveatsOf(
  { argv0, hasFullRights, ignoresFailure, words }: UnitCommand,
  key: string,
  context: UnitContext,
): readonly Effect[] {
  const caveats: Effect[] = [];
  if (argv0 !== undefined && argv0 !== words[0]) {
    caveats.push(lost(`the program sees its path as its name, not "${argv0}"`, "little"));
  }
  if (hasFullRights && context.last(SERVICE, "User") !== undefined && !beginsAsRoot(context)) {
    caveats.push(lost("the prefix + or !: the command runs as the service's user", "much"));
  }
  const isRestarted = context.last(SERVICE, "Restart") === "always";
  if (ignoresFailure && key === "command" && context.type !== "scripted" && !isRestarted) {
    caveats.push(lost("the prefix -: a failure of the program counts as one", "little"));
  }
  return caveats;
}

/** Whether the program itself gives up its rights, so that it must not be run as the user. */
export function beginsAsRoot(context: UnitContext): boolean {
  const { commands } = commandsOf("ExecStart", context);
  return commands.length > 0 && commands.every(({ hasFullRights }) => hasFullRights);
}

/** Signals that `term-signal` knows. */
const SIGNALS = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP"];

function signalEffect(signal: string): Effect {
  const name = signal.toUpperCase().replace(/^SIG/, "");
  if (SIGNALS.includes(name)) return { kind: "set", key: "term-signal", value: name };
  return lost(`term-signal cannot be ${name}; it gets TERM`, "some");
}

/** Commands before and after, in settings that hold lists of commands. */
function commandList(key: string, name: string, what: string): UnitFate {
  return mapped(`\`${key}\``, (value, context) => {
    const parsed = parseUnitCommands(value);
    if (parsed.kind === "fault") return [lost(parsed.why, "much")];
    if (context.all(SERVICE, name)[0] !== value) return [];
    const lists: string[][] = [];
    for (const each of commandsOf(name, context).commands) {
      if (usesMainPid(each)) return [lost("$MAINPID is not told to commands", "much")];
      const written = each.ignoresFailure
        ? shellCommand([each], context)
        : argumentList(each, context);
      if (written.kind === "fault") return [lost(written.why, "much")];
      lists.push([...written.words]);
    }
    return [{ kind: "set", key, value: lists }];
  }, { needs: [key], until: lost(what, "much") });
}

/** A signal, where that is all that the command sends. */
function reload(value: string, context: UnitContext): readonly Effect[] {
  const { commands } = commandsOf("ExecReload", context);
  const [first] = commands;
  if (first === undefined || context.all(SERVICE, "ExecReload")[0] !== value) return [];
  const signal = commands.length === 1 ? signalOfKill(first) : undefined;
  if (signal !== undefined) return [{ kind: "set", key: "reload-signal", value: signal }];
  // MAINPID is a variable of the command's environment, which a shell knows.
  const isPlain = commands.length === 1 && !usesMainPid(first);
  const written = isPlain ? argumentList(first, context) : shellCommand(commands, context);
  if (written.kind === "fault") return [lost(written.why, "some")];
  return [{ kind: "set", key: "reload-command", value: written.words }];
}

const RESTARTS: Readonly<Record<string, readonly Effect[]>> = {
  no: [{ kind: "set", key: "restart", value: false }],
  always: [{ kind: "set", key: "restart", value: true }],
  "on-failure": [{ kind: "set", key: "restart", value: "on-failure" }],
};

/** No exit is one of these. */
const EVERY_EXIT: Effect = { kind: "add", key: "restart-prevent-status", values: ["1-255"] };

/** Of `Restart=`; a start command that has ended is not restarted. */
function restartOf(value: string, context: UnitContext): readonly Effect[] {
  const plain = RESTARTS[value];
  if (plain !== undefined) return plain;
  const onFailure: Effect = { kind: "set", key: "restart", value: "on-failure" };
  const isSupervised = context.type !== "scripted";
  const hasWatchdog = context.last(SERVICE, "WatchdogSec") !== undefined;
  switch (value) {
    case "on-abnormal":
      return isSupervised ? [onFailure, EVERY_EXIT] : [onFailure];
    case "on-abort": {
      const caveat = hasWatchdog ? [lost("the watchdog starts it again, too", "little")] : [];
      return isSupervised ? [onFailure, EVERY_EXIT, ...caveat] : [onFailure];
    }
    case "on-watchdog":
      return [onFailure, lost("any failure starts it again, not only the watchdog", "little")];
    case "on-success": {
      const never: Effect = { kind: "set", key: "restart", value: false };
      if (!isSupervised) return [never];
      const values = [0, "HUP", "INT", "TERM", "PIPE"];
      return [never, { kind: "add", key: "restart-force-status", values }];
    }
    default:
      return [notUnderstood(value)];
  }
}

const KILL_MODES: Readonly<Record<string, readonly Effect[]>> = {
  "control-group": [{ kind: "set", key: "kill-tree", value: true }],
  mixed: [
    { kind: "add", key: "options", values: ["signal-process-only"] },
    { kind: "set", key: "kill-tree", value: true },
  ],
  process: [{ kind: "add", key: "options", values: ["signal-process-only"] }],
  none: [
    { kind: "set", key: "term-signal", value: "none" },
    lost("what is left of the process when stop-timeout is over gets KILL", "little"),
  ],
};

/** What the type of a service says; the type itself is written first of all. */
const TYPES: Readonly<Record<string, readonly Effect[]>> = {
  simple: [],
  exec: [],
  oneshot: [],
  forking: [],
  idle: [],
  notify: [{ kind: "set", key: "ready-notification", value: "notify:socket" }],
  "notify-reload": [{ kind: "set", key: "ready-notification", value: "notify:socket" }],
};

export const SERVICE_ROWS: readonly UnitRow[] = [
  one(
    SERVICE,
    "Type",
    mapped(
      "`type`: process, for oneshot scripted, for forking bgprocess (without PIDFile= by kill-tree); notify: `ready-notification`; " +
        "dbus: `[readiness]`",
      (value, context) => {
        const stays = parseBoolean(context.last(SERVICE, "RemainAfterExit") ?? "no") === true;
        if (value === "forking" && context.type === "scripted" && !stays) {
          const why =
            "without PIDFile=, and with this KillMode= or GuessMainPID=, nobody watches " +
            "the daemon: its end is not seen";
          return [lost(why, "much")];
        }
        if (value === "dbus") return readyByBusName(context);
        return TYPES[value] ?? [notUnderstood(value)];
      },
    ),
  ),
  one(
    SERVICE,
    "ExitType",
    lostUnless(["main"], "the service ends with its main process", "some"),
  ),
  list(SERVICE, "ExecStart", command("command", "ExecStart")),
  list(SERVICE, "ExecStop", command("stop-command", "ExecStop")),
  list(
    SERVICE,
    "ExecStartPre",
    commandList("start-pre", "ExecStartPre", "the command before the start does not run"),
  ),
  list(
    SERVICE,
    "ExecStartPost",
    commandList("start-post", "ExecStartPost", "the command after the start does not run"),
  ),
  list(
    SERVICE,
    "ExecStopPost",
    commandList("stop-post", "ExecStopPost", "the command after the stop does not run"),
  ),
  list(SERVICE, "ExecCondition", lost("the service starts without being asked for it", "much")),
  list(
    SERVICE,
    "ExecReload",
    mapped("`reload-signal` or `reload-command`", reload, {
      needs: ["reload-signal", "reload-command"],
      until: lost("there is no order to reload: `dinit ctl signal HUP NAME`, or by hand", "some"),
    }),
  ),
  one(
    SERVICE,
    "RemainAfterExit",
    mapped(
      "nothing: a scripted service stays started",
      (value, context) =>
        parseBoolean(value) === true && context.type !== "scripted"
          ? [lost("the service stops when its process ends", "some")]
          : [],
    ),
  ),
  one(
    SERVICE,
    "PIDFile",
    mapped("`pid-file`, of a bgprocess", (value, context) => {
      if (context.type !== "bgprocess") return [];
      const path = value.startsWith("/") ? value : `%t/${value}`;
      const { fate } = PID_FILE;
      return fate.kind === "mapped" ? fate.convert(path, context) : [];
    }),
  ),
  one(
    SERVICE,
    "GuessMainPID",
    mapped("a scripted service for Type=forking without PIDFile=, if it says no", () => []),
  ),
  one(
    SERVICE,
    "BusName",
    mapped("`[readiness] command` of Type=dbus; else nothing", () => []),
  ),
  one(SERVICE, "RestartSec", timeLimit("restart-delay")),
  one(
    SERVICE,
    "RestartSteps",
    mapped("`restart-delay-factor`, with RestartMaxDelaySec=; else it means nothing", () => []),
  ),
  one(
    SERVICE,
    "RestartMaxDelaySec",
    mapped("`restart-delay-cap`, and the `restart-delay-factor` that leads there", growth),
  ),
  one(SERVICE, "TimeoutStartSec", timeLimit("start-timeout")),
  one(SERVICE, "TimeoutStopSec", timeLimit("stop-timeout")),
  one(
    SERVICE,
    "TimeoutSec",
    mapped("`start-timeout` and `stop-timeout`", (value) => {
      const seconds = parseTimeSpan(value);
      if (seconds === undefined) return [notUnderstood(value)];
      const limit = seconds === Infinity ? 0 : seconds;
      return [
        { kind: "set", key: "start-timeout", value: limit },
        { kind: "set", key: "stop-timeout", value: limit },
      ];
    }),
  ),
  one(SERVICE, "TimeoutAbortSec", lost("after ABRT stop-timeout counts", "little")),
  one(
    SERVICE,
    "TimeoutStartFailureMode",
    lostUnless(["terminate"], "a start that takes too long gets INT, then KILL", "little"),
  ),
  one(
    SERVICE,
    "TimeoutStopFailureMode",
    lostUnless(["terminate"], "a stop that takes too long gets KILL", "little"),
  ),
  one(
    SERVICE,
    "RuntimeMaxSec",
    lostUnless(["infinity"], "the service may run as long as it likes", "some"),
  ),
  one(SERVICE, "RuntimeRandomizedExtraSec", lost("there is no RuntimeMaxSec", "little")),
  one(
    SERVICE,
    "WatchdogSec",
    mapped("`watchdog-timeout`", (value, context) => {
      const seconds = parseTimeSpan(value);
      if (seconds === undefined) return [notUnderstood(value)];
      if (seconds === 0 || seconds === Infinity) return [];
      if (!/^notify/.test(context.last(SERVICE, "Type") ?? "")) {
        return [lost("signs of life are read of services that tell when they are ready", "some")];
      }
      return [{ kind: "set", key: "watchdog-timeout", value: seconds }];
    }),
  ),
  one(
    SERVICE,
    "Restart",
    mapped("`restart`, `restart-prevent-status`, `restart-force-status`", restartOf),
  ),
  one(
    SERVICE,
    "RestartMode",
    lostUnless(["normal"], "dependents are stopped while it restarts", "some"),
  ),
  list(SERVICE, "SuccessExitStatus", statusList("success-status")),
  list(SERVICE, "RestartPreventExitStatus", statusList("restart-prevent-status")),
  list(SERVICE, "RestartForceExitStatus", statusList("restart-force-status")),
  one(
    SERVICE,
    "RootDirectoryStartOnly",
    lostIfTrue("there is no root directory of its own", "little"),
  ),
  one(
    SERVICE,
    "PermissionsStartOnly",
    mapped("nothing, where there are no commands before and after", (value, context) => {
      if (parseBoolean(value) !== true || context.last(SERVICE, "User") === undefined) return [];
      const others = ["ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecReload"];
      return others.some((name) => context.all(SERVICE, name).length > 0)
        ? [lost("commands before and after run as the service's user", "some")]
        : [];
    }),
  ),
  one(
    SERVICE,
    "NonBlocking",
    lostIfTrue("calls on the sockets of [[socket]] wait", "little"),
  ),
  one(
    SERVICE,
    "NotifyAccess",
    lostUnless(
      ["main", "exec", "all"],
      "messages of all processes of the service are taken",
      "little",
    ),
  ),
  list(
    SERVICE,
    "Sockets",
    mapped(
      "nothing: the socket of that name is part of the service",
      (value, context) =>
        value.split(/\s+/).filter((socket) =>
          context.names.named(socket).kind !== "service" || !socket.endsWith(".socket")
        ).map((socket) => lost(`${socket} is not passed`, "much")),
    ),
  ),
  one(
    SERVICE,
    "FileDescriptorStoreMax",
    lostUnless(["0"], "descriptors are not kept over a restart", "some"),
  ),
  one(
    SERVICE,
    "FileDescriptorStorePreserve",
    lostUnless(["no"], "descriptors are not kept over a restart", "some"),
  ),
  ...each(
    SERVICE,
    "USBFunctionDescriptors USBFunctionStrings",
    lost("there are no USB gadgets", "much"),
  ),
  one(
    SERVICE,
    "OOMPolicy",
    mapped("`oom-policy`", (value) => {
      const isKnown = value === "continue" || value === "stop" || value === "kill";
      if (!isKnown) return [notUnderstood(value)];
      // What the kernel does anyhow needs no control group.
      return value === "continue" ? [] : [{ kind: "set", key: "oom-policy", value }];
    }),
  ),
  list(SERVICE, "OpenFile", lost("the file is not opened for the service", "much")),
  one(SERVICE, "ReloadSignal", lost("there is no order to reload", "little")),
  one(
    SERVICE,
    "KillMode",
    mapped(
      '`kill-tree`, `options = ["signal-process-only"]`',
      (value) => KILL_MODES[value] ?? [notUnderstood(value)],
    ),
  ),
  one(
    SERVICE,
    "KillSignal",
    mapped("`term-signal`", (value) => [signalEffect(value)]),
  ),
  one(
    SERVICE,
    "SendSIGKILL",
    mapped(
      "`stop-timeout = 0`, if it says no",
      (value) =>
        parseBoolean(value) === false ? [{ kind: "set", key: "stop-timeout", value: 0 }] : [],
    ),
  ),
  one(SERVICE, "SendSIGHUP", lostIfTrue("a stop sends no HUP besides", "little")),
  one(
    SERVICE,
    "RestartKillSignal",
    lost("a restart ends the process as a stop does", "little"),
  ),
  one(
    SERVICE,
    "FinalKillSignal",
    lostUnless(["SIGKILL"], "the last signal is KILL", "little"),
  ),
  one(
    SERVICE,
    "WatchdogSignal",
    lostUnless(["SIGABRT"], "the watchdog sends ABRT", "little"),
  ),
];

const DEFAULT_RESTART_SECONDS = 0.1;
/** Beyond that our reader takes no factor. */
const MOST_FACTOR = 100;

/** Source: systemd.service(5); service_restart_usec_next() of src/core/service.c, version 254. */
function growth(value: string, context: UnitContext): readonly Effect[] {
  const cap = parseTimeSpan(value);
  if (cap === undefined) return [notUnderstood(value)];
  const steps = Number(context.last(SERVICE, "RestartSteps") ?? "0");
  const first = parseTimeSpan(context.last(SERVICE, "RestartSec") ?? "") ?? DEFAULT_RESTART_SECONDS;
  const grows = Number.isInteger(steps) && steps > 0 && first > 0 && first < cap && cap < Infinity;
  if (!grows) return [];
  const factor = Math.round((cap / first) ** (1 / steps) * 10_000) / 10_000;
  const isTooSteep = factor > MOST_FACTOR;
  return [
    isTooSteep
      ? { kind: "set", key: "restart-delay-step", value: cap }
      : { kind: "set", key: "restart-delay-factor", value: factor },
    { kind: "set", key: "restart-delay-cap", value: cap },
  ];
}

const PID_FILE = one(SERVICE, "PIDFile", textSetting("pid-file"));
