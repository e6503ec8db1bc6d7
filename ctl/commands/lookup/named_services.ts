/**
 * The services that a command's words name: patterns become the loaded services that fit them. A
 * pattern never makes the manager load anything.
 */
import type { ExitCode, Report, Reporting } from "../../interface/report.ts";
import { filterInTurns, type Waiting } from "../../interface/waits.ts";
import type { CommandContext } from "./context.ts";
import { type NameOperand, readNameOperand } from "./name_pattern.ts";
import { sendingFault } from "./service_lookup.ts";

export interface NamedServices {
  /** In the order of the words, those of a pattern in the manager's; each once. */
  readonly names: readonly string[];
  /** 1 when a pattern fits no service, or a word can be no name, which has been told. */
  readonly exit: ExitCode;
}

/** Reads the operands, asking the manager for its list if one is a pattern. */
export function* namedServices(
  { session, operands, options }: CommandContext,
): Reporting<NamedServices> {
  const names = new Set<string>();
  const faults: Report[] = [];
  let loaded: readonly string[] | undefined;
  for (const word of operands) {
    const operand = readNameOperand(word);
    if (operand.kind === "name") {
      const fault = sendingFault(operand.name);
      if (fault === undefined) names.add(operand.name);
      else faults.push({ kind: "error", lines: [fault] });
      continue;
    }
    loaded ??= (yield* session.list()).map(({ name }) => name);
    const fitting = yield* fittingNames(word, operand, loaded);
    if (fitting.length === 0) {
      if (!operand.isCertain) names.add(word);
      else if (!options.ignoreUnstarted) faults.push({ kind: "no-match", pattern: word });
    }
    for (const name of fitting) names.add(name);
  }
  yield* faults;
  return { names: [...names], exit: faults.length === 0 ? 0 : 1 };
}

/** A service that is called exactly so is meant alone. */
function* fittingNames(
  word: string,
  pattern: Extract<NameOperand, { kind: "pattern" }>,
  loaded: readonly string[],
): Waiting<readonly string[]> {
  if (loaded.includes(word)) return [word];
  return yield* filterInTurns(loaded, (name) => pattern.fits(name));
}
