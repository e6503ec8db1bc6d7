/**
 * A user's report (`dinit ctl report FILE`) in a test: replayed up to its end, or up to the moment
 * that matters.
 *
 *     const { steps, scheduler } = replayReport("tests/reports/hangs.report");
 *     assertEquals(toldOf(steps, scheduler).slice(-2), ["stop web: accepted", "web TERM"]);
 */
import type { Command } from "../../core/command.ts";
import { type Replay, replay, type ReplayedStep } from "../../core/report/replay.ts";
import { readReport } from "../../core/report/report_text.ts";
import type { ServiceId } from "../../core/types.ts";
import { fail } from "../assert.ts";

/**
 * The scheduler after all that it was given, and what it said to each part of it.
 *
 * `isAlike` is false when it came to another state than the manager whose report it is: then the
 * rules have changed since, which is what one wants of a report of a fault that was mended.
 *
 * @throws {Error} When the file is no report, or has inputs only.
 */
export function replayReport(path: string): Replay {
  const report = readReport(Deno.readTextFileSync(path));
  if (typeof report === "string") fail(`${path}: ${report}`);
  const replayed = replay(report);
  if (replayed.kind === "refused") fail(`${path} cannot be replayed: ${replayed.why}`);
  return replayed;
}

/** A line for each input and each command of processes and to clients, services by name. */
export function toldOf({ scheduler, steps }: Replay): readonly string[] {
  const nameOf = (service: ServiceId) => {
    for (const { id, name } of scheduler.records()) {
      if (id === service) return name;
    }
    return `service ${service}`;
  };
  return steps.flatMap(({ input, answer, commands }) => [
    inputText(input, answer, nameOf),
    ...commands.flatMap((command) => commandText(command, nameOf)),
  ]);
}

function inputText(
  input: ReplayedStep["input"],
  answer: ReplayedStep["answer"],
  nameOf: (service: ServiceId) => string,
): string {
  if ("descriptions" in input) {
    return `load ${input.descriptions.map(({ name }) => name).join(" ")}`;
  }
  const words = [input.kind, ..."service" in input ? [nameOf(input.service)] : []].join(" ");
  return answer === undefined ? words : `${words}: ${answer.kind}`;
}

function commandText(command: Command, nameOf: (service: ServiceId) => string): string[] {
  switch (command.kind) {
    case "spawn":
      return [`  ${nameOf(command.service)} spawn ${command.role}`];
    case "signal":
      return [`  ${nameOf(command.service)} ${command.signal}`];
    case "notify":
      return [`  ${nameOf(command.service)} ${command.event}`];
    default:
      return [];
  }
}
