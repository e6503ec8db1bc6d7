/**
 * A program that a client runs for its user: on the client's own standard descriptors, in a session
 * of its own, so that keys of the terminal signal the client only.
 */
import { PLAIN_ATTRIBUTES } from "../../core/types.ts";
import type { ChildSettings } from "../interface/child_settings.ts";

/** @param environment `NAME=VALUE` each. */
export function programSettings(
  command: readonly string[],
  environment: readonly string[],
): ChildSettings {
  return {
    command,
    environment,
    workingDirectory: "",
    standardInput: { kind: "inherit" },
    standardOutput: { kind: "inherit" },
    console: "none",
    unmaskInterrupt: true,
    readiness: undefined,
    activationSockets: [],
    controlSocket: undefined,
    cgroupProcs: undefined,
    attributes: PLAIN_ATTRIBUTES,
  };
}
