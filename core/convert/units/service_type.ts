/** What kind of service a unit becomes, and what systemd does where a unit says nothing. */
import type { ServiceType } from "../../description/mod.ts";
import type { Effect } from "../rows.ts";
import { isAfterEarly, parseBoolean, type UnitContext } from "./rows/context.ts";
import { parseUnitCommands } from "./text/commands.ts";

const SERVICE = "Service";

/**
 * Source: systemd.service(5), `Type=`: simple with a command, oneshot without one;
 * `GuessMainPID=`. A daemon that names no pid file is looked for here as there, unless the unit
 * forbids it; one that may end (`RemainAfterExit=`) is what a scripted service leaves.
 */
export function typeOf(values: ReadonlyMap<string, readonly string[]>): ServiceType {
  const type = values.get("Service.Type")?.at(-1);
  const hasCommand = (values.get("Service.ExecStart") ?? []).some((value) =>
    parseUnitCommands(value).kind === "commands"
  );
  switch (type) {
    case "oneshot":
      return "scripted";
    case "forking":
      return hasCommand && isWatched(values) ? "bgprocess" : "scripted";
    default:
      return hasCommand ? "process" : "scripted";
  }
}

function isWatched(values: ReadonlyMap<string, readonly string[]>): boolean {
  if (values.has("Service.PIDFile")) return true;
  const says = (name: string) => parseBoolean(values.get(`Service.${name}`)?.at(-1) ?? "");
  // Only with kill-tree it is known what belongs to the service.
  const killMode = values.get("Service.KillMode")?.at(-1) ?? "control-group";
  const hasTree = killMode === "control-group" || killMode === "mixed";
  return hasTree && says("GuessMainPID") !== false && says("RemainAfterExit") !== true;
}

/** systemd's `DefaultTimeoutStartSec=` and `DefaultTimeoutStopSec=`, seconds. */
const DEFAULT_TIMEOUT = 90;

/** Outputs of a service that leave its log as it is. */
const NOT_LOGGED = /^(null|tty|socket|fd:|file:|append:|truncate:)/;

/**
 * Settings whose defaults differ, for what the unit does not set.
 *
 * @param has Whether a setting has been written.
 */
export function serviceDefaults(
  context: UnitContext,
  has: (key: string) => boolean,
): readonly Effect[] {
  const { type } = context;
  const effects: Effect[] = [];
  const set = (key: string, value: string | number | boolean): void => {
    if (!has(key)) effects.push({ kind: "set", key, value });
  };
  if (!has("command")) {
    const isMeant = context.all(SERVICE, "ExecStart").length > 0;
    effects.push({ kind: "set", key: "command", value: [isMeant ? "/bin/false" : "/bin/true"] });
  }
  set("restart", false);
  const systemdType = context.last(SERVICE, "Type") ?? "simple";
  if (systemdType === "oneshot") set("start-timeout", 0);
  else if (type !== "process" || systemdType.startsWith("notify")) {
    set("start-timeout", DEFAULT_TIMEOUT);
  }
  if (type !== "scripted" || has("stop-command")) set("stop-timeout", DEFAULT_TIMEOUT);
  const leavesProcesses = type !== "scripted" || systemdType === "forking";
  if (leavesProcesses && context.last(SERVICE, "KillMode") === undefined) set("kill-tree", true);
  const isLogged = ["StandardOutput", "StandardError"].some((name) => {
    const stream = context.last(SERVICE, name);
    if (stream === undefined || stream === "inherit") {
      const input = context.last(SERVICE, "StandardInput") ?? "null";
      return name === "StandardOutput" && input === "null";
    }
    return !NOT_LOGGED.test(stream);
  });
  if (isLogged && !has("logfile")) set("log-type", "buffer");
  if (isAfterEarly(context)) effects.push({ kind: "add", key: "after", values: ["early"] });
  return effects;
}
