/** A machine with OpenRC → what moving it comes to. */
import { type ConvertFiles, namesIn } from "../../convert/mod.ts";
import { linesOf } from "../machine_files.ts";
import { planFileSystems } from "../file_systems.ts";
import { planKernelSettings } from "../kernel_settings.ts";
import { planNetwork } from "../network.ts";
import { type Finding, item, joinedFindings, type PlanItem, type PlannedFile } from "../plan.ts";
import { changedSet } from "../set_files.ts";
import { convertOpenrcScript } from "./openrc_script.ts";
import { OPENRC_SERVICES, OPTIONAL_SERVICES } from "./service_rows.ts";

/** Those of the end are the manager's business. */
const BEGINNING_LEVELS = ["sysinit", "boot"];
const END_LEVEL = "shutdown";

/** Facilities of OpenRC's that services of the set stand for. */
const FACILITIES: ReadonlyMap<string, string> = new Map([
  ["net", "network"],
  ["dns", "network"],
  ["logger", "system-log"],
  ["localmount", "early"],
  ["netmount", "remote-fs"],
  ["clock", "clock"],
]);

/** @param set Files of the set. @param more Scripts that count as on. */
export function planOpenrc(
  files: ConvertFiles,
  set: readonly PlannedFile[],
  more: readonly string[],
): Finding {
  const levels = namesIn("/etc/runlevels", files);
  const names = levels.filter((level) => level !== END_LEVEL)
    .sort((a, b) => rank(a) - rank(b))
    .flatMap((level) => namesIn(`/etc/runlevels/${level}`, files));
  const on = [...new Set([...names, ...more.map((name) => name.replace(/\.service$/, ""))])];
  const isKnown = (name: string): boolean => on.includes(name) && !OPENRC_SERVICES.has(name);
  const dependency = (name: string): string | undefined =>
    FACILITIES.get(name) ?? (OPENRC_SERVICES.get(name) || (isKnown(name) ? name : undefined));
  const scripts = on.map((name) => planScript(name, files, dependency));
  const off = new Set<string>(
    OPTIONAL_SERVICES.filter((service) =>
      !on.some((name) => OPENRC_SERVICES.get(name) === service)
    ),
  );
  const converted = new Set(scripts.flatMap(({ files }) => files.map(({ path }) => path)));
  const network = planNetwork(
    files,
    new Set([...converted].map((path) => path.replace(/^boot\.d\//, ""))),
  );
  const replaced = new Map(
    network.replaced === undefined ? [] : [[
      "network.toml",
      network.replaced,
    ]],
  );
  return joinedFindings([
    ...scripts,
    {
      items: [
        ...namesIn(`/etc/runlevels/${END_LEVEL}`, files).map((name) =>
          item("init-script", name, "not-needed", "the manager ends the machine's run by itself")
        ),
        ...terminals(files),
        ...network.items,
        ...planFileSystems(files),
        ...planKernelSettings(files),
      ],
      files: changedSet(set, { off, aliases: new Map(), replaced })
        .filter(({ path }) => !converted.has(path)),
      problems: [],
    },
  ]);
}

function rank(level: string): number {
  const index = BEGINNING_LEVELS.indexOf(level);
  return index < 0 ? BEGINNING_LEVELS.length : index;
}

function planScript(
  name: string,
  files: ConvertFiles,
  dependency: (name: string) => string | undefined,
): Finding {
  const only = (found: PlanItem): Finding => ({ items: [found], files: [], problems: [] });
  const service = OPENRC_SERVICES.get(name);
  if (service === "") {
    return only(item("init-script", name, "not-needed", "it is for OpenRC's own running"));
  }
  if (service !== undefined) {
    return only(item("init-script", name, "set", `the set's ${service} does it`, service));
  }
  const script = convertOpenrcScript(name, files, dependency);
  if (script.kind === "by-hand") return only(item("init-script", name, "by-hand", script.why));
  return {
    items: [item("init-script", name, "converted", "its variables say all of it", name)],
    files: [
      { path: `${name}.toml`, content: { kind: "text", text: script.text, mode: 0o644 } },
      { path: `boot.d/${name}`, content: { kind: "link", target: `../${name}.toml` } },
    ],
    problems: [],
  };
}

/** Lines of busybox's inittab that keep a prompt on a terminal. */
function terminals(files: ConvertFiles): readonly PlanItem[] {
  return linesOf("/etc/inittab", files).flatMap((line) => {
    const [terminal = "", , action, command = ""] = line.split(":");
    if (action !== "respawn" || !/getty/.test(command)) return [];
    return [
      item("login", terminal, "set", `dinit ctl enable getty@${terminal}`, `getty@${terminal}`),
    ];
  });
}
