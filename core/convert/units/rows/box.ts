/**
 * What becomes of the directives that box a service in. Source: systemd.exec(5), "Sandboxing",
 * "System call filtering".
 */
import { type Effect, irrelevant, lost, type TomlValue, type Weight } from "../../rows.ts";
import { literalText, parseBoolean, type UnitContext } from "./context.ts";
import {
  list,
  lostIfTrue,
  mapped,
  notUnderstood,
  one,
  type UnitFate,
  type UnitRow,
} from "./makers.ts";

const SERVICE = "Service";
const SANDBOX = "sandbox";

function put(key: string, value: TomlValue): Effect {
  return { kind: "put", table: SANDBOX, key, value };
}

/** A row of the table `[sandbox]`; while there is none it says what the service can do. */
function line(
  key: string,
  until: readonly [string, Weight],
  convert: (value: string, context: UnitContext) => readonly Effect[],
): UnitFate {
  return mapped(`\`[sandbox] ${key}\``, convert, { needs: [SANDBOX], until: lost(...until) });
}

/** Yes or no. */
function flag(name: string, key: string, what: string, weight: Weight): UnitRow {
  return one(
    SERVICE,
    name,
    line(key, [what, weight], (value) => {
      const isOn = parseBoolean(value);
      if (isOn === undefined) return [notUnderstood(value)];
      return isOn ? [put(key, true)] : [];
    }),
  );
}

/** One of some words, each with what it is here; others ask for nothing. */
function choice(
  name: string,
  key: string,
  words: Readonly<Record<string, TomlValue>>,
  until: readonly [string, Weight],
): UnitRow {
  return one(
    SERVICE,
    name,
    line(key, until, (value) => {
      const isOn = parseBoolean(value);
      if (isOn === false || value === "default" || value === "all") return [];
      const word = isOn === true ? "yes" : value;
      const found = Object.hasOwn(words, word) ? words[word] : undefined;
      return found === undefined ? [notUnderstood(value)] : [put(key, found)];
    }),
  );
}

/** All lines of a list become one; it is written at the first. */
function atFirst(
  name: string,
  convert: (values: readonly string[], context: UnitContext) => readonly Effect[],
): (value: string, context: UnitContext) => readonly Effect[] {
  return (value, context) => {
    const values = context.all(SERVICE, name);
    return values[0] === value ? convert(values, context) : [];
  };
}

function wordsOf(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.split(/\s+/)).filter((word) => word !== "");
}

/** Paths with `-` for what need not be there; `+` is about roots that services have here. */
function paths(name: string, key: string, what: string, weight: Weight): UnitRow {
  return list(
    SERVICE,
    name,
    line(
      key,
      [what, weight],
      atFirst(name, (values, context) => {
        const losses: Effect[] = [];
        const found = wordsOf(values).flatMap((word) => {
          const filled = literalText(word.replace(/^([-+]*)\+/, "$1"), context);
          if (filled.kind === "text") return [filled.text];
          losses.push(lost(filled.why, "much"));
          return [];
        });
        return found.length === 0 ? losses : [put(key, found), ...losses];
      }),
    ),
  );
}

function addressFamilies(values: readonly string[]): readonly Effect[] {
  let isInverted = false;
  const found = new Set<string>();
  for (const [index, value] of values.entries()) {
    if (value === "none") return [put("restrict-address-families", [])];
    const inverts = value.startsWith("~");
    if (index === 0) isInverted = inverts;
    for (const word of wordsOf([value.replace(/^~/, "")])) {
      const name = word.replace(/^AF_/, "").toLowerCase();
      if (inverts === isInverted) found.add(name === "local" ? "unix" : name);
      else found.delete(name);
    }
  }
  const families = [...found].map((name) => isInverted ? `!${name}` : name);
  return [put("restrict-address-families", families)];
}

const NAMESPACES = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

function namespaces(values: readonly string[]): readonly Effect[] {
  const key = "restrict-namespaces";
  const last = values.at(-1) ?? "";
  const isOn = parseBoolean(last);
  if (isOn !== undefined) return isOn ? [put(key, true)] : [];
  const isInverted = last.startsWith("~");
  const words = wordsOf([last.replace(/^~/, "")]);
  const allowed = isInverted ? NAMESPACES.filter((kind) => !words.includes(kind)) : words;
  return [put(key, allowed)];
}

/** Words in order; `~` takes away, and a word may name an error of its own. */
function systemCalls(values: readonly string[]): readonly Effect[] {
  const losses: Effect[] = [];
  const words = values.flatMap((value) => {
    const isInverted = value.startsWith("~");
    return wordsOf([value.replace(/^~/, "")]).map((word) => {
      const [name = "", error] = word.split(":");
      if (error !== undefined) {
        losses.push(lost(`${name} has the error of all refused calls, not ${error}`, "little"));
      }
      return isInverted ? `!${name}` : name;
    });
  });
  return words.length === 0 ? losses : [put("system-calls", words), ...losses];
}

const UNTIL_CALLS = ["every system call can be made", "some"] as const;

export const BOX_ROWS: readonly UnitRow[] = [
  flag("PrivateTmp", "private-tmp", "the service shares /tmp and /var/tmp", "some"),
  flag("PrivateDevices", "private-devices", "the service sees all devices", "some"),
  flag("PrivateNetwork", "private-network", "the service has the network", "some"),
  flag("PrivateUsers", "private-users", "the service sees all users", "little"),
  flag("ProtectClock", "protect-clock", "the clock can be set, if the user may", "little"),
  flag(
    "ProtectHostname",
    "protect-hostname",
    "the host's name can be set, if the user may",
    "little",
  ),
  flag(
    "ProtectKernelTunables",
    "protect-kernel-tunables",
    "/proc/sys can be written, if the user may",
    "some",
  ),
  flag(
    "ProtectKernelModules",
    "protect-kernel-modules",
    "modules can be loaded, if the user may",
    "some",
  ),
  flag(
    "ProtectKernelLogs",
    "protect-kernel-logs",
    "the kernel's log can be read, if the user may",
    "little",
  ),
  flag(
    "ProtectControlGroups",
    "protect-control-groups",
    "control groups can be changed, if the user may",
    "little",
  ),
  flag("LockPersonality", "lock-personality", "the personality can be changed", "little"),
  flag(
    "MemoryDenyWriteExecute",
    "memory-deny-write-execute",
    "memory can be made executable",
    "some",
  ),
  flag(
    "RestrictRealtime",
    "restrict-realtime",
    "realtime scheduling can be asked for, if the user may",
    "little",
  ),
  flag(
    "RestrictSUIDSGID",
    "restrict-suid-sgid",
    "files with set-user-id can be made",
    "little",
  ),
  choice(
    "ProtectSystem",
    "read-only-system",
    { yes: true, full: "full", strict: "strict" },
    ["the system can be written, where the user may", "some"],
  ),
  choice(
    "ProtectHome",
    "protect-home",
    { yes: true, "read-only": "read-only", tmpfs: "empty" },
    ["homes can be seen, where the user may", "some"],
  ),
  choice(
    "ProtectProc",
    "protect-proc",
    { noaccess: "noaccess", invisible: "invisible", ptraceable: "ptraceable" },
    ["processes of others can be seen", "little"],
  ),
  choice("ProcSubset", "proc-subset", { pid: "pid" }, ["all of /proc can be seen", "little"]),
  paths(
    "ReadWritePaths",
    "read-write-paths",
    "nothing is read-only, so nothing needs to be opened",
    "little",
  ),
  paths(
    "ReadOnlyPaths",
    "read-only-paths",
    "the paths can be written, where the user may",
    "some",
  ),
  paths(
    "InaccessiblePaths",
    "inaccessible-paths",
    "the paths can be seen, where the user may",
    "some",
  ),
  paths("ExecPaths", "exec-paths", "programs run from anywhere", "little"),
  paths("NoExecPaths", "no-exec-paths", "programs run from anywhere", "little"),
  list(
    SERVICE,
    "RestrictAddressFamilies",
    line(
      "restrict-address-families",
      ["sockets of every family can be made", "little"],
      atFirst("RestrictAddressFamilies", addressFamilies),
    ),
  ),
  list(
    SERVICE,
    "RestrictNamespaces",
    line(
      "restrict-namespaces",
      ["namespaces can be made", "little"],
      atFirst("RestrictNamespaces", namespaces),
    ),
  ),
  list(
    SERVICE,
    "SystemCallFilter",
    line("system-calls", UNTIL_CALLS, atFirst("SystemCallFilter", systemCalls)),
  ),
  one(
    SERVICE,
    "SystemCallErrorNumber",
    line("system-call-error", ["no system call is refused", "little"], (value) => [
      put("system-call-error", value),
    ]),
  ),
  list(
    SERVICE,
    "SystemCallArchitectures",
    line(
      "system-call-architectures",
      ["system calls of every architecture can be made", "little"],
      atFirst(
        "SystemCallArchitectures",
        (values) =>
          wordsOf(values).every((word) => word === "native")
            ? [put("system-call-architectures", "native")]
            : [lost("only those of the machine itself can be chosen", "little")],
      ),
    ),
  ),
  list(SERVICE, "SystemCallLog", lost("no system call is told of", "little")),
  one(SERVICE, "PrivateIPC", lostIfTrue("the service shares IPC objects", "little")),
  one(
    SERVICE,
    "PrivateMounts",
    lostIfTrue("the service shares its mounts with the machine", "little"),
  ),
  one(SERVICE, "PrivatePIDs", lostIfTrue("the service sees all processes", "little")),
  one(SERVICE, "RemoveIPC", lostIfTrue("IPC objects of the user stay", "little")),
  one(
    SERVICE,
    "MountAPIVFS",
    lostIfTrue("/proc, /sys and /dev are those of the machine", "little"),
  ),
  one(SERVICE, "MemoryKSM", lostIfTrue("equal pages are not merged", "little")),
  one(SERVICE, "MountFlags", lost("mounts travel as the machine has it", "little")),
  one(SERVICE, "NetworkNamespacePath", lost("the service has the machine's network", "much")),
  one(SERVICE, "IPCNamespacePath", lost("the service has the machine's IPC objects", "much")),
  list(SERVICE, "RestrictFileSystems", lost("every file system can be opened", "little")),
  list(SERVICE, "TemporaryFileSystem", lost("the paths are those of the machine", "some")),
  ...["BindPaths", "BindReadOnlyPaths"].map((name) =>
    list(SERVICE, name, lost("the paths are not where the service looks for them", "much"))
  ),
  one(SERVICE, "BindLogSockets", irrelevant("there is no journal")),
];
