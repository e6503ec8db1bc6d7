/** Rules that only several settings together can break: a list, each asked for itself. */
import type { Sandbox, SandboxLine } from "../../sandbox/sandbox.ts";
import { isSoftKind, type ServiceDescription, type ServiceType } from "../contract/description.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingKey, SettingValues } from "../settings/settings.ts";
import type { Reading } from "../settings/validate.ts";
import type { SettingsTree } from "../text/tree.ts";

/** What the rules look at. */
interface Combination {
  readonly name: ServiceDescription["name"];
  readonly type: ServiceType;
  readonly reading: Reading;
  readonly values: SettingValues;
  readonly tree: SettingsTree;
}

/** A rule that is broken. */
interface Breach {
  /** The setting at which it is reported; it need not be given. */
  readonly key: SettingKey;
  readonly message: string;
  readonly hint?: string;
}

type Rule = (combination: Combination) => Breach | undefined;

/** Reports what is missing for the type of a service, and what the type does not allow. */
export function checkCombinations(
  { name, source }: Pick<ServiceDescription, "name" | "source">,
  reading: Reading,
  tree: SettingsTree,
  reporter: SettingReporter,
): void {
  const { given, values } = reading;
  const combination = { name, type: values.type ?? "internal", reading, values, tree };
  if (source.format === "toml") report(forgottenType(combination), reporter);
  // What a mistyped type needs cannot be told.
  if (given.has("type") && values.type === undefined) return;
  for (const rule of RULES) report(rule(combination), reporter);
}

function report(breach: Breach | undefined, reporter: SettingReporter): void {
  if (breach !== undefined) reporter.fail(breach.key, breach.message, { hint: breach.hint });
}

/**
 * A command without a type would start nothing, and the start would succeed. Upstream's format has
 * it so.
 */
function forgottenType({ reading, values, tree }: Combination): Breach | undefined {
  const { given, hasUnknown } = reading;
  // A line that was reported may have been meant for the type.
  if (given.has("type") || hasUnknown || tree.hasLostLines) return undefined;
  const key = (["command", "stop-command"] as const).find((each) => values[each] !== undefined);
  if (key === undefined) return undefined;
  const type = given.has("pid-file") ? "bgprocess" : given.has("command") ? "process" : "scripted";
  const other = type === "process" ? ', or "scripted" for a command that ends' : "";
  return {
    key,
    message: `The type is missing: without one the service is "internal" and runs no ${key}`,
    hint: `Add: type = "${type}"${other}`,
  };
}

/** In the order in which they are reported. */
const RULES: readonly Rule[] = [
  needsCommand,
  needsPidFile,
  tellsReadinessByEnding,
  needsSignsOfLife,
  startsOnDemandAsProcess,
  needsSocket,
  isTimedAlone,
  consumesAsSupervised,
  consumesFromOthers,
  conflictsWithOthers,
  finishesNoDemand,
  handlesOthersFailures,
  asksWhatRuns,
  hearsOrAsks,
  bringsBackWhatItEnds,
  growsUpwards,
  growsAtAll,
  refreshesOneWay,
  isInOneCgroup,
  saysOnceWhatEndsAll,
  isHeardFromItsBox,
  killsAllWithoutProcess,
];

function needsCommand(combination: Combination): Breach | undefined {
  const { type } = combination;
  if (!isSupervised(type) && type !== "scripted") return undefined;
  if (!isMissing("command", combination)) return undefined;
  return {
    key: "type",
    message: `A service of type "${type}" needs a command`,
    hint: 'Add: command = ["PROGRAM", "ARGUMENT"]',
  };
}

/** With kill-tree the manager knows what the first process left, and finds the one that stays. */
function needsPidFile(combination: Combination): Breach | undefined {
  const { type, values } = combination;
  if (type !== "bgprocess" || !isMissing("pid-file", combination)) return undefined;
  if (values["kill-tree"] === true && !combination.reading.given.has("pid-file")) return undefined;
  return {
    key: "type",
    message: 'A service of type "bgprocess" needs a pid-file',
    hint:
      "If the program can stay in the foreground, let it, and use type process; if it writes no " +
      "such file, say kill-tree = true, and its process is looked for",
  };
}

function tellsReadinessByEnding({ type, reading }: Combination): Breach | undefined {
  if (type !== "bgprocess" || !reading.given.has("ready-notification")) return undefined;
  return {
    key: "ready-notification",
    message: "ready-notification is not possible on a bgprocess service",
    hint: "Its first process tells that it is ready by ending",
  };
}

function needsSignsOfLife({ type, reading, values }: Combination): Breach | undefined {
  if (type !== "process" || (values["watchdog-timeout"] ?? 0) === 0) return undefined;
  const readiness = values["ready-notification"];
  // One that is faulty has been reported, and may be meant to.
  if (readiness === undefined && reading.given.has("ready-notification")) return undefined;
  if (readiness?.kind === "notify") return undefined;
  return {
    key: "watchdog-timeout",
    message: "watchdog-timeout needs a way to get signs of life",
    hint: 'Add: ready-notification = "notify:socket"',
  };
}

function startsOnDemandAsProcess({ type, values }: Combination): Breach | undefined {
  if (values["socket-activation"] !== "on-demand" || type === "process") return undefined;
  return {
    key: "socket-activation",
    message: `socket-activation = "on-demand" is not possible on a service of type "${type}"`,
    hint: "Only services of type process can start on demand",
  };
}

function needsSocket({ type, reading, values }: Combination): Breach | undefined {
  if (values["socket-activation"] !== "on-demand" || type !== "process") return undefined;
  if (reading.given.has("socket-listen") || reading.given.has("socket")) return undefined;
  return {
    key: "socket-activation",
    message: "A service that starts on demand needs a socket",
    hint: 'Add: socket-listen = "/run/…", or a table [[socket]]',
  };
}

/** Settings that say when a process starts, or that it is up: a timer has another answer. */
const NOT_WITH_TIMER = [
  "socket-activation",
  "socket-listen",
  "socket",
  "ready-notification",
  "smooth-recovery",
] as const;

function isTimedAlone({ type, reading }: Combination): Breach | undefined {
  if (!reading.given.has("timer")) return undefined;
  if (type !== "process") {
    return {
      key: "timer",
      message: `A timer is not possible on a service of type "${type}"`,
      hint: "Only services of type process can have one",
    };
  }
  const other = NOT_WITH_TIMER.find((key) => reading.given.has(key));
  if (other === undefined) return undefined;
  return { key: other, message: `${other} is not possible on a service with a timer` };
}

function consumesAsSupervised({ type, reading }: Combination): Breach | undefined {
  if (isSupervised(type) || !reading.given.has("consumer-of")) return undefined;
  return {
    key: "consumer-of",
    message: `consumer-of is not possible on a service of type "${type}"`,
    hint: "Only process and bgprocess services can read the output of others",
  };
}

function consumesFromOthers({ name, values }: Combination): Breach | undefined {
  if (values["consumer-of"] !== name) return undefined;
  return { key: "consumer-of", message: "A service cannot be the consumer of its own output" };
}

function conflictsWithOthers({ name, reading, values }: Combination): Breach | undefined {
  const names = values.conflicts?.map(({ value }) => value) ?? [];
  if (names.includes(name)) {
    return { key: "conflicts", message: "A service cannot conflict with itself" };
  }
  const needed = reading.dependencies.find(({ kind, target }) =>
    target.kind === "service" && !isSoftKind(kind) && names.includes(target.name)
  );
  if (needed?.target.kind !== "service") return undefined;
  return {
    key: "conflicts",
    message: `A service cannot conflict with "${needed.target.name}", on which it depends`,
  };
}

function finishesNoDemand({ reading, values }: Combination): Breach | undefined {
  if (values["socket-activation"] !== "on-demand" || !reading.given.has("start-post")) {
    return undefined;
  }
  return {
    key: "start-post",
    message: "start-post is not possible on a service that starts on demand",
    hint: "It is started once its sockets are open, and has no process then",
  };
}

function handlesOthersFailures({ name, values }: Combination): Breach | undefined {
  if (values["on-failure"] !== name) return undefined;
  return {
    key: "on-failure",
    message: "A service cannot be started because of its own failure",
    hint: "restart and restart-limit-count say how often it is tried again",
  };
}

/** Which types have a process that can be asked. */
const ASKED = {
  readiness: ["process"],
  liveness: ["process", "bgprocess"],
} as const satisfies Readonly<Record<string, readonly ServiceType[]>>;

function asksWhatRuns({ type, reading, values }: Combination): Breach | undefined {
  const key = (["readiness", "liveness"] as const).find((each) => reading.given.has(each));
  if (key === undefined) return undefined;
  const types: readonly ServiceType[] = ASKED[key];
  if (!types.includes(type)) {
    return {
      key,
      message: `[${key}] is not possible on a service of type "${type}"`,
      hint: key === "readiness" && type === "bgprocess"
        ? "Its first process tells that it is ready by ending"
        : "Only services with a process that stays can have it",
    };
  }
  const demand = reading.given.has("timer")
    ? "with a timer"
    : values["socket-activation"] === "on-demand"
    ? "that starts on demand"
    : undefined;
  if (demand === undefined) return undefined;
  return {
    key,
    message: `[${key}] is not possible on a service ${demand}: its process comes and goes`,
  };
}

function hearsOrAsks({ reading }: Combination): Breach | undefined {
  if (!reading.given.has("readiness") || !reading.given.has("ready-notification")) return undefined;
  return {
    key: "readiness",
    message: "A service tells that it is ready, or is asked, not both",
    hint: "Leave out ready-notification or [readiness]",
  };
}

function bringsBackWhatItEnds({ values }: Combination): Breach | undefined {
  const { liveness } = values;
  if (liveness?.action.kind !== "restart" || values.restart !== "never") return undefined;
  if (values["smooth-recovery"] === true) return undefined;
  return {
    key: "liveness",
    message: "[liveness] would end the process for good: restart is false",
    hint: 'Add: action = "mark" to [liveness], or restart = "on-failure"',
  };
}

const DEFAULT_RESTART_DELAY_MS = 200;

function growsUpwards({ type, values }: Combination): Breach | undefined {
  const capMs = values["restart-delay-cap"];
  const delayMs = values["restart-delay"] ?? DEFAULT_RESTART_DELAY_MS;
  if (capMs === undefined || capMs >= delayMs || !isSupervised(type)) return undefined;
  const [cap, delay] = [capMs / 1000, delayMs / 1000];
  return {
    key: "restart-delay-cap",
    message: `restart-delay-cap (${cap} s) is less than restart-delay (${delay} s)`,
  };
}

/** Settings that say how a growing delay grows. */
const OF_GROWTH = ["restart-delay-cap", "restart-delay-reset"] as const;

function growsAtAll({ type, reading }: Combination): Breach | undefined {
  const { given } = reading;
  const key = OF_GROWTH.find((each) => given.has(each));
  if (key === undefined || !isSupervised(type)) return undefined;
  if (given.has("restart-delay-step") || given.has("restart-delay-factor")) return undefined;
  return {
    key,
    message: `${key} needs a delay that grows`,
    hint: "Add: restart-delay-factor = 2, or restart-delay-step",
  };
}

function refreshesOneWay({ reading }: Combination): Breach | undefined {
  if (!reading.given.has("reload-command") || !reading.given.has("reload-signal")) return undefined;
  return {
    key: "reload-signal",
    message: "A service is told to reload by a command or by a signal, not by both",
    hint: "Leave out reload-command or reload-signal",
  };
}

/** Settings for which a service has a control group of its own. */
const OF_OWN_CGROUP = ["cgroup", "devices", "delegate", "oom-policy"] as const;

function isInOneCgroup({ reading }: Combination): Breach | undefined {
  if (!reading.given.has("run-in-cgroup")) return undefined;
  const other = OF_OWN_CGROUP.find((key) => reading.given.has(key));
  if (other === undefined) return undefined;
  return {
    key: "run-in-cgroup",
    message: "A service cannot have a control group of its own and run in another",
    hint: `Leave out run-in-cgroup or ${other === "cgroup" ? "[cgroup]" : other}`,
  };
}

/** One of them would be written after the other. */
function saysOnceWhatEndsAll({ values }: Combination): Breach | undefined {
  const isSaid = values.cgroup?.some(({ file }) => file === "memory.oom.group") === true;
  if (!isSaid || values["oom-policy"] === undefined) return undefined;
  return {
    key: "oom-policy",
    message: "oom-policy and memory-oom-group of [cgroup] say the same",
    hint: "Leave out memory-oom-group",
  };
}

/** The socket for notifications has an abstract address: those belong to a network. */
function isHeardFromItsBox({ type, values }: Combination): Breach | undefined {
  const { sandbox, "ready-notification": readiness } = values;
  if (type !== "process" || sandbox === undefined || readiness?.kind !== "notify") return undefined;
  const line = lineWithoutNotifications(sandbox);
  if (line === undefined) return undefined;
  return {
    key: "ready-notification",
    message: `ready-notification = "notify:socket" is not possible with ${line} of the sandbox`,
    hint: `Leave out ${line}, or use ready-notification = "pipefd:3"`,
  };
}

function lineWithoutNotifications(sandbox: Sandbox): SandboxLine | undefined {
  if (sandbox["private-network"] === true) return "private-network";
  if (sandbox["landlock-scopes"]?.includes("abstract-sockets")) return "landlock-scopes";
  const families = sandbox["restrict-address-families"];
  if (families === undefined) return undefined;
  const isOfRefused = families[0]?.startsWith("!") === true;
  const hasUnix = isOfRefused ? !families.includes("!unix") : families.includes("unix");
  return hasUnix ? undefined : "restrict-address-families";
}

function killsAllWithoutProcess({ type, values }: Combination): Breach | undefined {
  if (!isSupervised(type) && type !== "triggered") return undefined;
  if (values.options?.includes("kill-all-on-stop") !== true) return undefined;
  return {
    key: "options",
    message: `kill-all-on-stop is not possible on a service of type "${type}"`,
    hint: "Only scripted and internal services can have it",
  };
}

function isSupervised(type: ServiceType): boolean {
  return type === "process" || type === "bgprocess";
}

/** Nothing usable was given, nor anything that was reported and may have been meant for it. */
function isMissing(key: "command" | "pid-file", { reading, tree }: Combination): boolean {
  if (!reading.given.has(key)) return !tree.hasLostLines && !reading.hasUnknown;
  const value = reading.values[key];
  return value !== undefined && value.length === 0;
}
