/** A machine with systemd → what moving it comes to. */
import { type ConvertFiles, namesIn } from "../../convert/mod.ts";
import { planFileSystems } from "../file_systems.ts";
import { planInitScripts } from "../init_scripts.ts";
import { planKernelSettings } from "../kernel_settings.ts";
import { planNetwork } from "../network.ts";
import { type Finding, item, joinedFindings, type PlanItem, type PlannedFile } from "../plan.ts";
import { changedSet, type SetChanges } from "../set_files.ts";
import { unknownGenerators } from "./generated_units.ts";
import { planUnits } from "./plan_units.ts";
import { presetFiles, presetUnits } from "./presets.ts";
import { type WantedUnit, wantedUnits } from "./wanted_units.ts";

/** Services of the set that are on by themselves, and the units that have them on here. */
const OPTIONAL: ReadonlyMap<string, readonly string[]> = new Map([
  ["cron", ["cron.service", "crond.service"]],
  ["sshd", ["ssh.service", "sshd.service"]],
]);

/** Services of the set that are off by themselves, likewise. */
const OFF_BY_ITSELF: ReadonlyMap<string, string> = new Map([["fstrim", "fstrim.timer"]]);

/** Names that packages have for services of the set. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["ssh.service", "sshd"],
  ["rsyslog.service", "syslogd"],
  ["syslog-ng.service", "syslogd"],
  ["crond.service", "cron"],
]);

/** Canonical names are those of gdm3, lightdm, …: the alias tells that there is one. */
const DISPLAY_MANAGER = "display-manager.service";

const SYSLOG_UNITS = ["rsyslog.service", "syslog-ng.service", "inetutils-syslogd.service"];

/**
 * @param set Files of the set.
 * @param more Units that count as on, whatever the machine says.
 */
export function planSystemd(
  files: ConvertFiles,
  set: readonly PlannedFile[],
  more: readonly string[],
): Finding {
  const preset = presetUnits(files);
  const units = wantedUnits(files, [...more, ...preset]);
  const active = units.filter(({ loaded }) => loaded?.kind === "unit");
  const hasDesktop = active.some(({ name, aliases }) =>
    name.full === DISPLAY_MANAGER || aliases.includes(DISPLAY_MANAGER)
  );
  const found = planUnits(units, files, { hasDesktop });
  const scripts = planInitScripts(files, namesOf(units));
  const services = new Set([...found.files, ...scripts.files].flatMap(({ path }) => {
    const name = /^[a-z-]+\.d\/(.+)$/.exec(path)?.[1];
    return name === undefined ? [] : [name];
  }));
  const network = planNetwork(files, services);
  const hasSyslog = active.some(({ name }) => SYSLOG_UNITS.includes(name.full));
  const replaced = new Map(
    network.replaced === undefined ? [] : [[
      "network.toml",
      network.replaced,
    ]],
  );
  const system = textOf("system.toml", set);
  if (!hasSyslog && system !== undefined) {
    replaced.set("system.toml", system.replace(/"system-log",\s*/, ""));
  }
  const changes: SetChanges = { off: offIn(active), aliases: aliasesIn(active, set), replaced };
  const taken = new Set([...found.files, ...scripts.files].map(({ path }) => path));
  const ours = changedSet(set, changes).filter(({ path }) => !taken.has(path));
  const clashes = set.filter(({ path }) => taken.has(path) && path.endsWith(".toml")).map((file) =>
    item("set", file.path, "converted", "the machine's own unit of that name takes its place")
  );
  return joinedFindings([
    found,
    scripts,
    {
      items: [
        ...clashes,
        ...hasSyslog ? [] : [journal()],
        ...network.items,
        ...planFileSystems(files),
        ...planKernelSettings(files),
        ...unknownGenerators(files),
        ...presets(files, preset),
        ...userUnits(files),
      ],
      files: [...ours, ...switchedOn(active, set)],
      problems: [],
    },
  ]);
}

function namesOf(units: readonly WantedUnit[]): ReadonlySet<string> {
  return new Set(
    units.flatMap(({ name, aliases }) => [name.full, ...aliases])
      .map((full) => full.replace(/\.\w+$/, "")),
  );
}

function textOf(path: string, set: readonly PlannedFile[]): string | undefined {
  const content = set.find((file) => file.path === path)?.content;
  return content?.kind === "text" ? content.text : undefined;
}

function offIn(active: readonly WantedUnit[]): ReadonlySet<string> {
  const names = new Set(active.map(({ name }) => name.full));
  return new Set(
    [...OPTIONAL].filter(([, units]) => !units.some((unit) => names.has(unit)))
      .map(([service]) => service),
  );
}

/** Links to services of the set that are off by themselves. */
function switchedOn(
  active: readonly WantedUnit[],
  set: readonly PlannedFile[],
): readonly PlannedFile[] {
  return [...OFF_BY_ITSELF].flatMap(([service, unit]) =>
    set.some(({ path }) => path === `${service}.toml`) &&
      active.some(({ name }) => name.full === unit)
      ? [
        {
          path: `boot.d/${service}`,
          content: { kind: "link", target: `../${service}.toml` },
        } as const,
      ]
      : []
  );
}

/** Of units that the set stands for: their names, where no file has them. */
function aliasesIn(
  active: readonly WantedUnit[],
  set: readonly PlannedFile[],
): ReadonlyMap<string, readonly string[]> {
  const aliases = new Map<string, readonly string[]>();
  for (const { name } of active) {
    const service = NAMES.get(name.full);
    const alias = name.prefix;
    if (service === undefined || set.some(({ path }) => path === `${alias}.toml`)) continue;
    aliases.set(service, [...aliases.get(service) ?? [], alias]);
  }
  return aliases;
}

function journal(): PlanItem {
  return item(
    "log",
    "systemd-journald",
    "not-needed",
    "there is no syslog daemon: services keep their own output (dinit ctl catlog); " +
      "what programs send to syslog is lost until one is installed",
  );
}

function presets(files: ConvertFiles, followed: readonly string[]): readonly PlanItem[] {
  const names = presetFiles(files);
  if (names.length === 0 && followed.length === 0) return [];
  const why = followed.length > 0
    ? `this machine has never booted, so they say what is on: ${followed.join(", ")}`
    : "they count at a first boot, and for new packages; apply takes over what is enabled";
  return [item("presets", names.length === 0 ? "none" : names.join(", "), "not-needed", why)];
}

/** Units of users' managers that are on for everybody. */
function userUnits(files: ConvertFiles): readonly PlanItem[] {
  const folder = "/etc/systemd/user";
  const names = namesIn(folder, files).filter((name) => name.endsWith(".wants"))
    .flatMap((name) => namesIn(`${folder}/${name}`, files));
  if (names.length === 0) return [];
  const name = [...new Set(names)].sort().join(", ");
  const why = "a user's manager is dinit --user, started at login: docs/desktops.md";
  return [item("user-units", name, "not-needed", why)];
}
