/**
 * What differs between two descriptions of a service, setting by setting.
 *
 * Values of environment variables are nobody's business: only their names are told.
 */
import { groupText } from "../conditions/condition.ts";
import type {
  LogCopies,
  LogRate,
  ServiceDescription,
  SideCommand,
} from "../description/contract/description.ts";
import { once } from "../once.ts";
import type { PlannedChange } from "../planned.ts";

/** Those that are told member by member. */
type Composed =
  | ("name" | "source" | "dependencies" | "attributes" | "options" | "environment")
  | ("logCopies" | "logRate");
type PlainKey = Exclude<keyof ServiceDescription, Composed>;

type Parts = {
  readonly [Key in PlainKey]: readonly [
    setting: string,
    text: (value: ServiceDescription[Key]) => string | undefined,
  ];
};

/** How each part of a description is called in a file, and how it is told. */
const parts = once((): Parts => ({
  type: ["type", String],
  aliases: ["aliases", list],
  summary: ["description", optional],
  documentation: ["documentation", list],
  command: ["command", list],
  stopCommand: ["stop-command", list],
  startPre: ["start-pre", sides],
  startPost: ["start-post", sides],
  stopPost: ["stop-post", sides],
  refresh: ["reload-command", (refresh) => refresh.kind === "none" ? undefined : plain(refresh)],
  workingDirectory: ["working-dir", String],
  folders: ["directories", (folders) => list(folders.map(plain))],
  conditions: ["conditions", (groups) => list(groups.map(groupText))],
  assertions: ["assertions", (groups) => list(groups.map(groupText))],
  requiresMountsFor: ["requires-mounts-for", list],
  conflicts: ["conflicts", list],
  after: ["after", list],
  before: ["before", list],
  chainTo: ["chain-to", optional],
  onFailure: ["on-failure", optional],
  consumerOf: ["consumer-of", optional],
  restart: ["restart", String],
  successStatus: ["success-status", list],
  restartPreventStatus: ["restart-prevent-status", list],
  restartForceStatus: ["restart-force-status", list],
  smoothRecovery: ["smooth-recovery", yes],
  restartDelayMs: ["restart-delay", seconds],
  backoff: ["restart-delay-step", (backoff) => backoff && plain(backoff)],
  restartLimitIntervalMs: ["restart-limit-interval", seconds],
  restartLimitCount: ["restart-limit-count", String],
  activationLimitCount: ["activation-limit-count", String],
  activationLimitIntervalMs: ["activation-limit-interval", seconds],
  startTimeoutMs: ["start-timeout", seconds],
  stopTimeoutMs: ["stop-timeout", seconds],
  termSignal: ["term-signal", String],
  pidFile: ["pid-file", optional],
  readyNotification: ["ready-notification", plain],
  readiness: ["readiness", (probe) => probe && plain(probe)],
  liveness: ["liveness", (probe) => probe && plain(probe)],
  watchdogTimeoutMs: ["watchdog-timeout", seconds],
  killTree: ["kill-tree", yes],
  cgroup: ["cgroup", (cgroup) => cgroup && list(cgroup.map(({ file, text }) => `${file}=${text}`))],
  delegate: ["delegate", yes],
  oomPolicy: ["oom-policy", optional],
  devices: ["devices", (devices) => devices && plain(devices)],
  sandbox: ["sandbox", (sandbox) => sandbox && plain(sandbox)],
  log: ["log-type", plain],
  console: ["console", String],
  sockets: ["socket", (sockets) => list(sockets.map(plain))],
  startsOnDemand: ["socket-activation", (isOnDemand) => isOnDemand ? "on-demand" : undefined],
  timer: ["timer", (timer) => timer && plain(timer)],
  enableVia: ["enable-via", optional],
}));

/** The settings that differ: paths and links first. */
export function descriptionChanges(
  before: ServiceDescription,
  after: ServiceDescription,
): readonly PlannedChange[] {
  const changes = [changeOf("file", before.source.file, after.source.file)];
  for (const [kind, setting] of LINK_SETTINGS) {
    changes.push(changeOf(setting, linked(before, kind), linked(after, kind)));
  }
  for (const key of Object.keys(parts()) as PlainKey[]) {
    changes.push(partChange(key, before, after));
  }
  return [
    ...changes.filter((change) => change.before !== change.after),
    ...memberChanges(before.attributes, after.attributes),
    ...memberChanges(before.options, after.options),
    ...copyChanges(before.logCopies, after.logCopies),
    ...rateChanges(before.logRate, after.logRate),
    ...environmentChanges(before, after),
  ];
}

function rateChanges(
  before: LogRate | undefined,
  after: LogRate | undefined,
): readonly PlannedChange[] {
  const text = (value: number | undefined) => value === undefined ? undefined : plain(value);
  return [
    changeOf("log-rate-lines", text(before?.lines), text(after?.lines)),
    changeOf("log-rate-bytes", text(before?.bytes), text(after?.bytes)),
    changeOf("log-rate-interval", interval(before?.intervalMs), interval(after?.intervalMs)),
  ].filter((change) => change.before !== change.after);
}

function interval(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : seconds(milliseconds);
}

function copyChanges(before: LogCopies, after: LogCopies): readonly PlannedChange[] {
  const text = (value: unknown) => value === undefined ? undefined : plain(value);
  return [
    changeOf("log-store", text(before.store), text(after.store)),
    changeOf("log-store-size", text(before.storeBytes), text(after.storeBytes)),
    changeOf("syslog", text(before.syslog), text(after.syslog)),
  ].filter((change) => change.before !== change.after);
}

const LINK_SETTINGS = [
  ["need", "depends-on"],
  ["milestone", "depends-ms"],
  ["waits-for", "waits-for"],
  ["prepared-by", "prepared-by"],
] as const;

function linked(
  { dependencies }: ServiceDescription,
  kind: ServiceDescription["dependencies"][number]["kind"],
): string | undefined {
  return list(dependencies.filter((each) => each.kind === kind).map(({ name }) => name));
}

function partChange<Key extends PlainKey>(
  key: Key,
  before: ServiceDescription,
  after: ServiceDescription,
): PlannedChange {
  const [setting, text] = parts()[key];
  return changeOf(setting, text(before[key]), text(after[key]));
}

function changeOf(
  setting: string,
  before: string | undefined,
  after: string | undefined,
): PlannedChange {
  return { setting, before, after };
}

/** Members of it are called as settings are, but for the form of their names. */
function memberChanges<Members extends object>(
  before: Members,
  after: Members,
): readonly PlannedChange[] {
  const changes: PlannedChange[] = [];
  for (const key of Object.keys(after) as (keyof Members & string)[]) {
    const setting = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const change = changeOf(setting, memberText(before[key]), memberText(after[key]));
    if (change.before !== change.after) changes.push(change);
  }
  return changes;
}

function environmentChanges(
  { environment: before }: ServiceDescription,
  { environment: after }: ServiceDescription,
): readonly PlannedChange[] {
  const names = new Set([...before.set.keys(), ...after.set.keys()]);
  const changed = [...names].filter((name) => before.set.get(name) !== after.set.get(name));
  const rest = (changes: ServiceDescription["environment"]) =>
    plain({ clear: changes.clear, keep: changes.keep, unset: changes.unset });
  if (rest(before) !== rest(after)) changed.push("what is inherited");
  return changed.map((name) => changeOf(`environment: ${name}`, undefined, undefined));
}

function optional(text: string | undefined): string | undefined {
  return text;
}

function list(items: readonly (string | number)[]): string | undefined {
  return items.length === 0 ? undefined : items.join(" ");
}

function sides(commands: readonly SideCommand[]): string | undefined {
  return list(commands.map(({ words, mayFail }) => `(${mayFail ? "-" : ""}${words.join(" ")})`));
}

function seconds(milliseconds: number): string | undefined {
  return milliseconds === 0 ? undefined : `${milliseconds / 1000} s`;
}

function yes(value: boolean): string | undefined {
  return value ? "true" : undefined;
}

function memberText(value: unknown): string | undefined {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "boolean":
      return yes(value);
    default:
      return plain(value);
  }
}

/** Of what has parts: `kind=buffer limitBytes=8192`. */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).filter(([, part]) => part !== undefined)
    .map(([name, part]) =>
      typeof part === "object" ? `${name}=(${plain(part)})` : `${name}=${part}`
    )
    .join(" ");
}
