/**
 * What becomes of the keys of a service in a Compose file, as far as it is a process. Source: the
 * Compose Specification, "Services top-level elements".
 */
import { CAPABILITIES } from "../../system/capabilities.ts";
import { plainName } from "../plain_name.ts";
import { type Effect, type Fate, irrelevant, lost, type Row, type Weight } from "../rows.ts";
import { parseSize } from "../units/text/limits.ts";
import { parseTimeSpan } from "../units/text/time_span.ts";
import { healthcheck } from "./healthcheck.ts";
import { composeWords, interpolated } from "./interpolation.ts";
import { entryOf, textOf, textsOf, type YamlMap, type YamlNode } from "./tree.ts";

export interface ComposeContext {
  readonly service: string;
  readonly map: YamlMap;
  /** Directory of the file. */
  readonly directory: string;
}

type ComposeFate = Fate<ComposeContext, YamlNode>;
export type ComposeRow = Row<ComposeContext, YamlNode>;

function row(name: string, fate: ComposeFate): ComposeRow {
  return { section: "services.x", name, isList: false, fate };
}

function mapped(
  to: string,
  convert: (value: YamlNode, context: ComposeContext) => readonly Effect[],
): ComposeFate {
  return { kind: "mapped", to, needs: [], until: undefined, convert };
}

function rows(names: string, fate: ComposeFate): readonly ComposeRow[] {
  return names.split(" ").map((name) => row(name, fate));
}

/** Lost, unless the value is false. */
function lostFlag(what: string, weight: Weight): ComposeFate {
  return mapped(
    "",
    (value) => value.kind === "scalar" && value.value === false ? [] : [lost(what, weight)],
  );
}

/** The command of the process: entrypoint and command together, written at the first of them. */
function command(key: "entrypoint" | "command"): ComposeFate {
  return mapped("`command`, the entrypoint's words first", (_value, { map }) => {
    const first = map.entries.find((entry) =>
      entry.key === "entrypoint" || entry.key === "command"
    );
    if (first?.key !== key) return [];
    const entrypoint = composeWords(entryOf(map, "entrypoint"));
    const arguments_ = composeWords(entryOf(map, "command"));
    const words = [...entrypoint.words, ...arguments_.words];
    const losses = [...entrypoint.losses, ...arguments_.losses];
    if (words.length === 0) return losses;
    const caveat = entrypoint.words.length === 0
      ? [lost("an entrypoint of the image, if it has one, belongs before it", "some")]
      : [];
    return [{ kind: "set", key: "command", value: words }, ...losses, ...caveat];
  });
}

function environment(value: YamlNode): readonly Effect[] {
  const pairs: (readonly [string, string | undefined])[] = value.kind === "map"
    ? value.entries.map(({ key, value: item }) => [key, textOf(item)])
    : textsOf(value).map((text) => {
      const equals = text.indexOf("=");
      return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
    });
  return pairs.flatMap(([key, text]): readonly Effect[] => {
    // The manager's own variables are passed on anyhow.
    if (text === undefined || key === "") return [];
    const { text: filled, losses } = interpolated(text, "literal");
    const about = losses.map((loss) => ({ ...loss, what: `${key}: ${loss.what}` }));
    if (about.some(({ weight }) => weight === "much")) return about;
    return [{ kind: "put", table: "environment", key, value: filled }, ...about];
  });
}

function envFile(value: YamlNode, { directory }: ComposeContext): readonly Effect[] {
  const files = value.kind === "list" ? value.items : [value];
  const found = files.flatMap((item) => {
    const path = item.kind === "map" ? textOf(entryOf(item, "path")) : textOf(item);
    const isOptional = textOf(entryOf(item, "required")) === "false";
    if (path === undefined) return [];
    const whole = path.startsWith("/") ? path : `${directory}/${path.replace(/^\.\//, "")}`;
    return [isOptional ? `-${whole}` : whole];
  });
  const [first, ...others] = found;
  if (first === undefined) return [];
  return [
    { kind: "set", key: "env-file", value: first },
    ...others.map((file) => lost(`a service has one env-file; ${file} is not read`, "much")),
  ];
}

function dependsOn(value: YamlNode): readonly Effect[] {
  if (value.kind !== "map") {
    const names = textsOf(value).map(plainName);
    return names.length === 0 ? [] : [{ kind: "add", key: "depends-ms", values: names }];
  }
  return value.entries.flatMap(({ key, value: item }): readonly Effect[] => {
    const name = plainName(key);
    const condition = textOf(entryOf(item, "condition")) ?? "service_started";
    const isOptional = textOf(entryOf(item, "required")) === "false";
    const effect: Effect = {
      kind: "add",
      key: isOptional ? "waits-for" : "depends-ms",
      values: [name],
    };
    switch (condition) {
      case "service_started":
        return [effect];
      case "service_healthy":
        return [effect, lost(`${name} need not be healthy, only started`, "some")];
      default:
        return [
          effect,
          lost(`${name} is waited for until it has started: make it type = "scripted"`, "much"),
        ];
    }
  });
}

function restart(value: YamlNode): readonly Effect[] {
  const text = textOf(value) ?? "no";
  const failures = /^on-failure(?::([0-9]+))?$/.exec(text);
  if (failures !== null) {
    const count = failures[1];
    return [
      { kind: "set", key: "restart", value: "on-failure" },
      ...count === undefined
        ? []
        : [{ kind: "set", key: "restart-limit-count", value: Number(count) } as const],
    ];
  }
  if (text === "always" || text === "unless-stopped") {
    return [{ kind: "set", key: "restart", value: true }];
  }
  return [{ kind: "set", key: "restart", value: false }];
}

const SIGNALS = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP"];

function stopSignal(value: YamlNode): readonly Effect[] {
  const name = (textOf(value) ?? "").toUpperCase().replace(/^SIG/, "");
  return SIGNALS.includes(name)
    ? [{ kind: "set", key: "term-signal", value: name }]
    : [lost("it is stopped by TERM", "some")];
}

function user(value: YamlNode): readonly Effect[] {
  const [name = "", group] = (textOf(value) ?? "").split(":");
  if (name === "" || name.includes("$")) return [lost("the user is not known here", "much")];
  const runAs = /^[0-9]+$/.test(name) ? Number(name) : name;
  const effects: Effect[] = [{ kind: "set", key: "run-as", value: runAs }];
  if (group !== undefined && group !== name) {
    effects.push(lost(`the group is not ${group}, but the user's or the manager's`, "some"));
  }
  return effects;
}

/** `512m`, `2gb`, `1048576` → bytes. */
function bytes(value: YamlNode): number | string | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([bkmgt]?)(i?b)?$/i.exec(textOf(value) ?? "");
  if (match === null) return undefined;
  const unit = (match[2] ?? "").toUpperCase().replace("B", "");
  const isWhole = /^[0-9]+$/.test(match[1] ?? "");
  return isWhole && unit !== "" ? `${match[1]}${unit}` : parseSize(`${match[1]}${unit}`);
}

function group(
  key: string,
  read: (value: YamlNode) => string | number | undefined,
): ComposeFate {
  return mapped(`\`[cgroup] ${key}\``, (value) => {
    const found = read(value);
    return found === undefined
      ? [lost("the value is not understood", "some")]
      : [{ kind: "put", table: "cgroup", key, value: found }];
  });
}

function processors(value: YamlNode): string | undefined {
  const count = Number(textOf(value));
  return count > 0 ? `${Math.round(count * 10_000) / 100}%` : undefined;
}

function whole(value: YamlNode): number | undefined {
  const number = Number(textOf(value));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

const LIMITS: Readonly<Record<string, string>> = {
  nofile: "nofile",
  core: "core",
  data: "data",
  as: "addrspace",
};

function ulimits(value: YamlNode): readonly Effect[] {
  if (value.kind !== "map") return [lost("the value is not understood", "some")];
  return value.entries.map(({ key, value: item }): Effect => {
    const limit = LIMITS[key];
    if (limit === undefined) return lost(`the limit ${key} is the manager's`, "some");
    const half = (text: string | undefined): string | number | undefined =>
      text === "-1" ? "-" : text === undefined ? undefined : Number(text);
    const soft = half(textOf(entryOf(item, "soft")) ?? textOf(item));
    const hard = half(textOf(entryOf(item, "hard"))) ?? soft;
    if (soft === undefined || hard === undefined) return lost(`${key} is not understood`, "some");
    return { kind: "set", key: `rlimit-${limit}`, value: { soft, hard } };
  });
}

/** What is dropped, unless it is added again. */
function capabilities(_value: YamlNode, { map }: ComposeContext): readonly Effect[] {
  const names = (key: string) =>
    textsOf(entryOf(map, key)).map((name) => name.toLowerCase().replace(/^(cap_)?/, "cap_"));
  const added = names("cap_add");
  const dropped = names("cap_drop");
  const gone = dropped.includes("cap_all") ? CAPABILITIES : dropped;
  const items = gone.filter((name) => !added.includes(name)).map((name) => `!${name}`);
  return items.length === 0 ? [] : [{ kind: "set", key: "capabilities", value: items.join(",") }];
}

/** `8080:80`: the process itself must listen where the world knocks. */
function ports(value: YamlNode): readonly Effect[] {
  const items = value.kind === "list" ? value.items : [value];
  return items.flatMap((item) => {
    const [published, target] = item.kind === "map"
      ? [textOf(entryOf(item, "published")), textOf(entryOf(item, "target"))]
      : publishedPort(textOf(item) ?? "");
    if (published === undefined || published === target) return [];
    return [lost(`nothing leads port ${published} to ${target}: have it listen there`, "much")];
  });
}

function publishedPort(text: string): readonly [string | undefined, string | undefined] {
  const parts = text.replace(/\/(tcp|udp)$/, "").split(":");
  return parts.length < 2 ? [undefined, parts[0]] : [parts.at(-2), parts.at(-1)];
}

function deploy(value: YamlNode): readonly Effect[] {
  const limits = entryOf(entryOf(value, "resources"), "limits");
  const effects: Effect[] = [];
  const put = (key: string, found: string | number | undefined): void => {
    if (found !== undefined) effects.push({ kind: "put", table: "cgroup", key, value: found });
  };
  for (const [name, key, read] of OF_DEPLOY) {
    const item = entryOf(limits, name);
    if (item !== undefined) put(key, read(item));
  }
  const replicas = Number(textOf(entryOf(value, "replicas")) ?? "1");
  if (replicas > 1) effects.push(lost(`it runs once, not ${replicas} times`, "much"));
  return effects;
}

const OF_DEPLOY: readonly (readonly [
  string,
  string,
  (value: YamlNode) => string | number | undefined,
])[] = [
  ["memory", "memory-max", bytes],
  ["cpus", "cpu-max", processors],
  ["pids", "pids-max", whole],
];

function securityOptions(value: YamlNode): readonly Effect[] {
  return textsOf(value).map((text): Effect =>
    /^no-new-privileges([:=]true)?$/.test(text)
      ? { kind: "add", key: "options", values: ["no-new-privs"] }
      : lost(`${text} is not applied`, "some")
  );
}

const IMAGE = lost("what is in the image must be installed on the machine", "much");

export const COMPOSE_ROWS: readonly ComposeRow[] = [
  row("image", IMAGE),
  row("build", IMAGE),
  row("entrypoint", command("entrypoint")),
  row("command", command("command")),
  row("environment", mapped("`[environment]`", environment)),
  row("env_file", mapped("`env-file`, the first", envFile)),
  row(
    "working_dir",
    mapped("`working-dir`", (value) => {
      const { text, losses } = interpolated(textOf(value) ?? "", "replaced");
      return [{ kind: "set", key: "working-dir", value: text }, ...losses];
    }),
  ),
  row("user", mapped("`run-as`", user)),
  row("depends_on", mapped("`depends-ms`; not required: `waits-for`", dependsOn)),
  row(
    "links",
    mapped("`depends-ms`", (value) => {
      const values = textsOf(value).map((text) => plainName(text.split(":")[0] ?? ""));
      return [{ kind: "add", key: "depends-ms", values }];
    }),
  ),
  row("restart", mapped("`restart`", restart)),
  row("stop_signal", mapped("`term-signal`", stopSignal)),
  row(
    "stop_grace_period",
    mapped("`stop-timeout`", (value) => {
      const seconds = parseTimeSpan(textOf(value) ?? "");
      return seconds === undefined || seconds === Infinity
        ? [lost("the time is not understood", "little")]
        : [{ kind: "set", key: "stop-timeout", value: seconds }];
    }),
  ),
  row("healthcheck", mapped("`[readiness]`, and `[liveness]` that only marks", healthcheck)),
  row("ports", mapped("nothing, where both ports are one", ports)),
  row("volumes", lost("the paths are those of the machine", "some")),
  row("tmpfs", lost("the paths are those of the machine", "some")),
  row("read_only", lostFlag("the system can be written, where the user may", "some")),
  row("privileged", irrelevant("there is no container to leave")),
  row("cap_add", mapped("`capabilities`, with cap_drop", () => [])),
  row("cap_drop", mapped("`capabilities`, `!`", capabilities)),
  row("security_opt", mapped('`options = ["no-new-privs"]`', securityOptions)),
  row("ulimits", mapped("`rlimit-…`", ulimits)),
  row("mem_limit", group("memory-max", bytes)),
  row("mem_reservation", group("memory-low", bytes)),
  row("memswap_limit", lost("swap is not limited by it", "little")),
  row("cpus", group("cpu-max", processors)),
  row("cpuset", group("cpuset-cpus", (value) => textOf(value))),
  row("cpu_shares", lost("`[cgroup] cpu-weight` has another scale, 1 to 10000", "little")),
  row("pids_limit", group("pids-max", whole)),
  row(
    "oom_score_adj",
    mapped("`oom-score-adj`", (value) => {
      const number = Number(textOf(value));
      return Number.isInteger(number)
        ? [{ kind: "set", key: "oom-score-adj", value: number }]
        : [lost("it is no number", "little")];
    }),
  ),
  row("deploy", mapped("`[cgroup]`, of its limits", deploy)),
  row("scale", lost("it runs once", "much")),
  row(
    "logging",
    mapped(
      "`log-type`",
      (value) =>
        textOf(entryOf(value, "driver")) === "none"
          ? [{ kind: "set", key: "log-type", value: "none" }]
          : [],
    ),
  ),
  row("extends", lost("what it takes from elsewhere is not here", "much")),
  ...rows("secrets configs", lost("the files must be where the program looks for them", "some")),
  ...rows("sysctls shm_size", lost("it is as the machine has it", "some")),
  ...rows(
    "extra_hosts dns dns_search dns_opt hostname domainname mac_address",
    lost("names and addresses are those of the machine", "some"),
  ),
  ...rows(
    "network_mode networks expose external_links",
    irrelevant("the process is in the machine's network"),
  ),
  ...rows(
    "container_name labels label_file annotations platform pull_policy isolation runtime profiles",
    irrelevant("there is no container"),
  ),
  ...rows(
    "init tty stdin_open attach devices device_cgroup_rules group_add ipc pid uts userns_mode " +
      "cgroup cgroup_parent credential_spec volumes_from storage_opt gpus develop provider",
    irrelevant("the process is one of the machine's"),
  ),
];

/** Top-level keys besides `services`. */
export const TOP_ROWS: readonly ComposeRow[] = [
  ...["version", "name"].map((name) => top(name, irrelevant("nothing is named after it"))),
  ...["networks", "volumes"].map((name) =>
    top(name, irrelevant("they are for containers; what services say of them is told there"))
  ),
  ...["secrets", "configs"].map((name) =>
    top(name, irrelevant("what services say of them is told there"))
  ),
  top("include", lost("the services of other files are not converted: name those files", "much")),
];

function top(name: string, fate: ComposeFate): ComposeRow {
  return { section: "", name, isList: false, fate };
}
