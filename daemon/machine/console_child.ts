/**
 * A child of the manager's own (the shutdown hook, the last shell), on the console and with few
 * settings.
 */
import { PLAIN_ATTRIBUTES } from "../../core/types.ts";
import type { ChildSettings } from "../../platform/mod.ts";

/**
 * @param console `foreground`: it is what the person at the console types to; `shares`: it only
 *   writes.
 */
export function consoleChild(
  command: readonly string[],
  console: "foreground" | "shares",
): ChildSettings {
  return {
    command,
    environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "TERM=linux"],
    workingDirectory: "/",
    standardInput: { kind: "inherit" },
    standardOutput: { kind: "inherit" },
    console,
    unmaskInterrupt: true,
    readiness: undefined,
    activationSockets: [],
    controlSocket: undefined,
    attributes: PLAIN_ATTRIBUTES,
    cgroupProcs: undefined,
  };
}
