/**
 * Builders of what a child is made from: complete values of which a test names only what it is
 * about.
 */
import type { ProcessAttributes } from "../../core/description/contract/description.ts";
import { type Fd, PLAIN_ATTRIBUTES } from "../../core/types.ts";
import type { CallArgument, ChildCall, ChildContext } from "../../platform/child/call.ts";
import { childCalls } from "../../platform/child/calls.ts";
import { LINUX_CHILD_SYSTEM } from "../../platform/linux/children/child_system.ts";
import type { ChildSettings } from "../../platform/mod.ts";

export interface SettingsParts extends Partial<Omit<ChildSettings, "attributes">> {
  readonly attributes?: Partial<ProcessAttributes>;
}

/** `/bin/true` in `/`, connected to nothing. */
export function buildSettings(parts: SettingsParts = {}): ChildSettings {
  const { attributes = {}, ...rest } = parts;
  return {
    command: ["/bin/true"],
    environment: ["PATH=/usr/bin:/bin"],
    workingDirectory: "/",
    standardInput: { kind: "null" },
    standardOutput: { kind: "null" },
    console: "none",
    unmaskInterrupt: false,
    readiness: undefined,
    activationSockets: [],
    controlSocket: undefined,
    attributes: { ...PLAIN_ATTRIBUTES, ...attributes },
    cgroupProcs: undefined,
    ...rest,
  };
}

/** A manager with /dev/null on 20 that ignores SIGPIPE, as Deno does. */
export function buildContext(parts: Partial<ChildContext> = {}): ChildContext {
  return {
    system: LINUX_CHILD_SYSTEM,
    nullDevice: descriptor(20),
    consoleHasSession: false,
    ignoredSignals: [13],
    limits: new Map(),
    descriptorLimitRaised: false,
    capabilities: { permitted: 0n, inheritable: 0n },
    ...parts,
  };
}

export function descriptor(number: number): Fd {
  return number as Fd;
}

/** The descriptor on which a planned child reports. */
export const REPORT = descriptor(50);

/**
 * The planned calls as lines of text, `6 dup3(20, 0, 0)`: stage, name, arguments, and the rule for
 * failures unless it is "stop".
 */
export function plannedLines(settings: ChildSettings, context = buildContext()): string[] {
  return allPlannedLines(settings, context).filter((line) => !line.includes(" close_range("));
}

/** Those included that close what the child does not need. */
export function allPlannedLines(settings: ChildSettings, context = buildContext()): string[] {
  const plan = childCalls(settings, context, REPORT);
  if (plan.kind === "impossible") return [`impossible ${plan.stage} ${plan.errno}`];
  return plan.calls.map(lineOf);
}

function lineOf(call: ChildCall): string {
  const rule = call.onFailure === "stop" ? "" : ` ${call.onFailure}`;
  return `${call.stage} ${call.name}(${call.arguments.map(textOf).join(", ")})${rule}`;
}

function textOf(argument: CallArgument): string {
  if (typeof argument === "number") return String(argument);
  if (typeof argument === "string") return `"${argument}"`;
  return "words" in argument ? `[${argument.words.join(" ")}]` : argument.kind;
}
