/**
 * What becomes of what a process gets: identity, rights, folders, limits. Source:
 * systemd.exec(5).
 */
import { findSetting } from "../../../description/mod.ts";
import { type Effect, irrelevant, lost, type TomlValue } from "../../rows.ts";
import { literalText, parseBoolean, type UnitContext, variableText, withText } from "./context.ts";
import {
  each,
  list,
  literalSetting,
  lostUnless,
  mapped,
  notUnderstood,
  one,
  setting,
  type UnitRow,
} from "./makers.ts";
import { SETTING_NAMES } from "../../setting_names.ts";
import { resourceLimit } from "../text/limits.ts";
import { CAPABILITY_NAMES, capabilityWords } from "../text/capability_names.ts";
import { ENVIRONMENT_ROWS } from "./environment.ts";
import { beginsAsRoot } from "./service.ts";
import { STREAM_ROWS } from "./streams.ts";

const SERVICE = "Service";

function workingDirectory(value: string, context: UnitContext): readonly Effect[] {
  const path = value.replace(/^-/, "");
  const isOptional = path !== value;
  const found: readonly Effect[] = path === "~"
    ? context.last(SERVICE, "User") === undefined
      ? [{ kind: "set", key: "working-dir", value: context.scope === "user" ? "$HOME" : "/root" }]
      : [{ kind: "set", key: "working-dir", value: "$HOME" }]
    : withText(variableText(path, context), (text) => [
      { kind: "set", key: "working-dir", value: text },
    ]);
  return isOptional
    ? [...found, lost("a folder that is missing fails the start", "little")]
    : found;
}

function user(value: string, context: UnitContext): readonly Effect[] {
  if (beginsAsRoot(context)) {
    const others = ["ExecStartPre", "ExecStartPost", "ExecStop", "ExecStopPost", "ExecReload"];
    const isOnlyOne = others.every((name) => context.all(SERVICE, name).length === 0);
    return isOnlyOne
      ? []
      : [lost("commands before and after run with the manager's rights", "little")];
  }
  const filled = literalText(value, context);
  const why = filled.kind === "fault"
    ? filled.why
    : isUser(filled.text)
    ? undefined
    : `${JSON.stringify(filled.text)} is no user`;
  if (filled.kind === "fault" || why !== undefined) {
    // Without a word it would be run as root.
    return [
      { kind: "set", key: "run-as", value: "nobody" },
      lost(`${why}: it runs as nobody until you write a user`, "much"),
    ];
  }
  const { text } = filled;
  const runAs = withGroups(/^[0-9]+$/.test(text) ? Number(text) : text, context);
  if (/^[0-9]+$/.test(text)) return [runAs];
  // systemd sets HOME, USER, LOGNAME and SHELL of a service with a user.
  return [
    runAs,
    { kind: "add", key: "load-options", values: ["export-passwd-vars"] },
  ];
}

/** The groups of the unit stand in the table of `run-as`, once there may be one. */
function withGroups(user: string | number, context: UnitContext): Effect {
  const group = context.last(SERVICE, "Group");
  const groups = context.all(SERVICE, "SupplementaryGroups")
    .flatMap((value) => value.split(/\s+/)).filter((word) => word !== "");
  const isPlain = (group === undefined || group === user) && groups.length === 0;
  if (isPlain || !TAKES_GROUPS) return { kind: "set", key: "run-as", value: user };
  const value = {
    user,
    ...group === undefined ? {} : { group },
    ...groups.length === 0 ? {} : { groups },
  };
  return { kind: "set", key: "run-as", value };
}

/** The kind of value that takes a table with groups. */
const TAKES_GROUPS = findSetting("run-as")?.value.name === "user or table";

/** A name as useradd(8) makes them, or a number. */
function isUser(text: string): boolean {
  return /^[0-9]+$/.test(text)
    ? Number(text) < 2 ** 32 - 1
    : /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text);
}

function ioClass(value: string, context: UnitContext): readonly Effect[] {
  const level = context.last(SERVICE, "IOSchedulingPriority") ?? "4";
  const set = (text: string): readonly Effect[] => [{ kind: "set", key: "ioprio", value: text }];
  switch (value) {
    case "0":
    case "none":
      return set("none");
    case "1":
    case "realtime":
      return set(`realtime:${level}`);
    case "2":
    case "best-effort":
      return set(`best-effort:${level}`);
    case "3":
    case "idle":
      return set("idle");
    default:
      return [notUnderstood(value)];
  }
}

function secureBits(value: string): readonly Effect[] {
  const words = value.split(/\s+/).filter((word) => word !== "");
  return [{ kind: "add", key: "securebits", values: words }];
}

function ambient(value: string, context: UnitContext): readonly Effect[] {
  return capabilities(value, context);
}

/** A setting of its own, where there is one. */
const BOUNDING_SET = "capability-bounding-set";

/** Ambient and bounding sets share one setting: both are put together at either. */
function capabilities(_value: string, context: UnitContext): readonly Effect[] {
  const kept = capabilitySet(context.all(SERVICE, "CapabilityBoundingSet"));
  const raised = capabilitySet(context.all(SERVICE, "AmbientCapabilities")) ?? [];
  const ownSet: readonly Effect[] = kept === undefined || !SETTING_NAMES.has(BOUNDING_SET)
    ? []
    : [{ kind: "set", key: BOUNDING_SET, value: kept }];
  const items = [
    ...raised.map((name) => `^${name}`),
    ...kept === undefined || ownSet.length > 0
      ? []
      : CAPABILITY_NAMES.filter((name) => !kept.includes(name)).map((name) => `!${name}`),
  ];
  if (items.length === 0) return ownSet;
  return [...ownSet, { kind: "set", key: "capabilities", value: items.join(",") }];
}

/** Lists add up; `~` takes away, and given first it takes away from all. */
function capabilitySet(values: readonly string[]): readonly string[] | undefined {
  let set: string[] | undefined;
  for (const value of values) {
    const isInverted = value.startsWith("~");
    const names = capabilityWords(isInverted ? value.slice(1) : value);
    if (isInverted) {
      const from: readonly string[] = set ?? CAPABILITY_NAMES;
      set = from.filter((name) => !names.includes(name));
    } else {
      set = [...new Set([...set ?? [], ...names])];
    }
  }
  return set;
}

const FOLDERS: readonly (readonly [string, string, string])[] = [
  ["RuntimeDirectory", "runtime-directory", "/run"],
  ["StateDirectory", "state-directory", "/var/lib"],
  ["CacheDirectory", "cache-directory", "/var/cache"],
  ["LogsDirectory", "log-directory", "/var/log"],
  ["ConfigurationDirectory", "configuration-directory", "/etc"],
];

/** Folders that are made for the service: all of a kind in one setting, at the first line. */
function folders(
  name: string,
  key: string,
): (value: string, context: UnitContext) => readonly Effect[] {
  return (value, context) => {
    const all = context.all(SERVICE, name);
    if (all[0] !== value) return [];
    const mode = context.last(SERVICE, `${name}Mode`);
    const isKept = name === "RuntimeDirectory" &&
      parseBoolean(context.last(SERVICE, "RuntimeDirectoryPreserve") ?? "no") === true;
    const losses: Effect[] = [];
    const found = all.flatMap((line) => line.split(/\s+/)).flatMap((word): readonly TomlValue[] => {
      const [path = "", link = ""] = word.split(":");
      if (link !== "") losses.push(lost(`the symlink ${link} is not made`, "little"));
      const filled = variableText(path.replace(/\/+$/, ""), context);
      if (filled.kind === "fault") {
        losses.push(lost(filled.why, "much"));
        return [];
      }
      if (mode === undefined && !isKept) return [filled.text];
      return [{
        path: filled.text,
        ...mode === undefined ? {} : { mode },
        ...isKept ? { keep: true } : {},
      }];
    });
    const [only] = found;
    if (only === undefined) return losses;
    return [{ kind: "set", key, value: found.length === 1 ? only : found }, ...losses];
  };
}

function folderRows(): readonly UnitRow[] {
  return FOLDERS.flatMap(([name, key, root]) => {
    const until = lost(`the folder below ${root} must be there`, "some");
    const needs = [key];
    return [
      list(SERVICE, name, mapped(`\`${key}\``, folders(name, key), { needs, until })),
      one(
        SERVICE,
        `${name}Mode`,
        mapped(`\`${key}\`, its mode`, () => [], { needs, until }),
      ),
    ];
  });
}

const LIMITS: readonly (readonly [string, string])[] = [
  ["NOFILE", "nofile"],
  ["CORE", "core"],
  ["DATA", "data"],
  ["AS", "addrspace"],
  ["CPU", "cpu"],
  ["FSIZE", "fsize"],
  ["STACK", "stack"],
  ["RSS", "rss"],
  ["NPROC", "nproc"],
  ["MEMLOCK", "memlock"],
  ["LOCKS", "locks"],
  ["SIGPENDING", "sigpending"],
  ["MSGQUEUE", "msgqueue"],
  ["NICE", "nice"],
  ["RTPRIO", "rtprio"],
  ["RTTIME", "rttime"],
];

function limitRows(): readonly UnitRow[] {
  return LIMITS.map(([name, key]) =>
    one(
      SERVICE,
      `Limit${name}`,
      setting(`rlimit-${key}`, (value) => resourceLimit(name, value), {
        until: lost("the limit is the manager's", "some"),
      }),
    )
  );
}

export const EXEC_ROWS: readonly UnitRow[] = [
  one(SERVICE, "User", mapped('`run-as`, `load-options = ["export-passwd-vars"]`', user)),
  one(
    SERVICE,
    "Group",
    mapped("`run-as`, its group", (value, context) => {
      const user = context.last(SERVICE, "User");
      if (value === user || (user === undefined && value === "root")) return [];
      return TAKES_GROUPS && user !== undefined
        ? []
        : [lost("the group is the primary one of the user", "some")];
    }),
  ),
  list(
    SERVICE,
    "SupplementaryGroups",
    mapped(
      "`run-as`, its groups",
      (_value, context) =>
        TAKES_GROUPS && context.last(SERVICE, "User") !== undefined
          ? []
          : [lost("the groups are those of the user in the database: add it to them", "some")],
    ),
  ),
  one(
    SERVICE,
    "DynamicUser",
    mapped('`run-as = "nobody"`, and a user to be made', (value, context) => {
      if (parseBoolean(value) !== true) return [];
      const name = context.last(SERVICE, "User");
      if (name !== undefined) {
        return [lost(`the user ${name} is not made: add it to the machine`, "much")];
      }
      return [
        { kind: "set", key: "run-as", value: "nobody" },
        lost("no user is made for it, and nobody is shared: better make one", "much"),
      ];
    }),
  ),
  one(SERVICE, "PAMName", lost("no session of PAM is opened", "some")),
  one(SERVICE, "SetLoginEnvironment", lost("load-options says which variables are set", "little")),
  one(SERVICE, "WorkingDirectory", mapped("`working-dir`", workingDirectory)),
  ...ENVIRONMENT_ROWS,
  ...STREAM_ROWS,
  one(
    SERVICE,
    "UMask",
    literalSetting("umask", { until: lost("the mask is the manager's", "some") }),
  ),
  ...limitRows(),
  one(
    SERVICE,
    "Nice",
    setting("nice", (value) => /^[-+]?[0-9]+$/.test(value) ? Number(value) : undefined),
  ),
  one(SERVICE, "IOSchedulingClass", mapped("`ioprio`", ioClass)),
  one(
    SERVICE,
    "IOSchedulingPriority",
    mapped("`ioprio`", (value, context) => {
      if (!/^[0-7]$/.test(value)) return [notUnderstood(value)];
      return ioClass(context.last(SERVICE, "IOSchedulingClass") ?? "best-effort", context);
    }),
  ),
  one(
    SERVICE,
    "OOMScoreAdjust",
    setting("oom-score-adj", (value) => /^[-+]?[0-9]+$/.test(value) ? Number(value) : undefined),
  ),
  one(
    SERVICE,
    "CPUSchedulingPolicy",
    lostUnless(["other"], "the processes are scheduled as all others", "some"),
  ),
  ...each(
    SERVICE,
    "CPUSchedulingPriority CPUSchedulingResetOnFork",
    lost("the processes are scheduled as all others", "little"),
  ),
  list(
    SERVICE,
    "CPUAffinity",
    mapped("`[cgroup] cpuset-cpus`", (value) => {
      const cpus = value.split(/[\s,]+/).filter((word) => word !== "").join(",");
      return /^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$/.test(cpus)
        ? [{ kind: "put", table: "cgroup", key: "cpuset-cpus", value: cpus }]
        : [notUnderstood(value)];
    }),
  ),
  ...each(SERVICE, "NUMAPolicy NUMAMask", lost("memory comes from any node", "little")),
  one(SERVICE, "TimerSlackNSec", lost("timers are as exact as the kernel makes them", "little")),
  one(SERVICE, "CoredumpFilter", lost("core dumps hold what the kernel puts there", "little")),
  one(
    SERVICE,
    "IgnoreSIGPIPE",
    irrelevant("programs that set no handler of their own end by it, as from a shell"),
  ),
  ...each(
    SERVICE,
    "KeyringMode TimeoutCleanSec",
    irrelevant("there is no keyring of a service, nor an order to clean"),
  ),
  list(SERVICE, "SecureBits", mapped("`securebits`", secureBits)),
  list(SERVICE, "AmbientCapabilities", mapped("`capabilities`, `^`", ambient)),
  list(
    SERVICE,
    "CapabilityBoundingSet",
    mapped("`capabilities`, `!` before all others", capabilities),
  ),
  one(
    SERVICE,
    "NoNewPrivileges",
    mapped(
      '`options = ["no-new-privs"]`',
      (value) =>
        parseBoolean(value) === true
          ? [{ kind: "add", key: "options", values: ["no-new-privs"] }]
          : [],
    ),
  ),
  ...folderRows(),
  one(
    SERVICE,
    "RuntimeDirectoryPreserve",
    mapped("`runtime-directory`, keep", () => [], {
      needs: ["runtime-directory"],
      until: lost("the folder must be there", "little"),
    }),
  ),
  ...each(
    SERVICE,
    "LoadCredential LoadCredentialEncrypted SetCredential SetCredentialEncrypted ImportCredential",
    lost("credentials are not passed; $CREDENTIALS_DIRECTORY is not set", "some"),
  ),
  ...["RootDirectory", "RootImage", "RootImageOptions", "RootEphemeral"].map((name) =>
    one(SERVICE, name, lost("the service has the machine's root", "much"))
  ),
  ...each(
    SERVICE,
    "RootHash RootHashSignature RootVerity RootImagePolicy MountImagePolicy ExtensionImagePolicy",
    lost("there is no image", "little"),
  ),
  list(SERVICE, "MountImages", lost("images are not mounted for it", "much")),
  list(SERVICE, "ExtensionImages", lost("images are not mounted for it", "much")),
  list(SERVICE, "ExtensionDirectories", lost("folders are not laid over its root", "much")),
  one(SERVICE, "Personality", lost("the personality is the machine's", "some")),
  ...each(
    SERVICE,
    "SELinuxContext AppArmorProfile SmackProcessLabel",
    lost("the policy alone says what it may do", "some"),
  ),
];
