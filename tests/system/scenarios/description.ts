/**
 * A scenario's service → the text of its description file.
 */
import type { Role, ScenarioService } from "../../scenarios/scenario.ts";
import type { Cast } from "./cast.ts";

/** Settings that a scenario names and writes as description files do. */
const PLAIN = [
  "type",
  "restart",
  "depends-on",
  "depends-ms",
  "waits-for",
  "before",
  "after",
  "prepared-by",
  "chain-to",
  "restart-delay",
  "restart-limit-count",
  "restart-limit-interval",
  "start-timeout",
  "stop-timeout",
  "smooth-recovery",
  "term-signal",
  "ready-notification",
  "options",
] as const;

const START_ROLES: Readonly<Record<string, Role>> = {
  process: "run",
  scripted: "start",
  bgprocess: "launch",
};

/** @param cast Gives the commands. */
export function descriptionText(name: string, service: ScenarioService, cast: Cast): string {
  const settings = new Map<string, unknown>();
  for (const key of PLAIN) {
    if (service[key] !== undefined) settings.set(key, service[key]);
  }
  const role = START_ROLES[service.type];
  if (role !== undefined) settings.set("command", cast.command(name, role, service));
  if (service["stop-command"] !== undefined) {
    settings.set("stop-command", cast.command(name, "stop", service));
  }
  if (service.type === "bgprocess") settings.set("pid-file", cast.pidFile(name));
  // JSON's texts, numbers, booleans and lists of these are TOML's.
  return [...settings].map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join("");
}
