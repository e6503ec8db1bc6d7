/**
 * The services that a command's words name: patterns become the loaded services that fit them. A
 * pattern never makes the manager load anything.
 */
import type { ExitCode, Report, Reporting } from "../../interface/report.ts";
import type { ListEntry } from "../../connection/session.ts";
import { eachInTurns, filterInTurns, type Waiting } from "../../interface/waits.ts";
import type { CommandContext } from "./context.ts";
import { type NameOperand, readNameOperand } from "./name_pattern.ts";
import { sendingFault } from "./service_lookup.ts";

export interface NamedServices {
  /** In the order of the words, those of a pattern in the manager's. */
  readonly names: ReadonlySet<string>;
  /** 1 when a pattern fits no service, or a word can be no name, which has been told. */
  readonly exit: ExitCode;
}

/** Reads the operands, asking the manager for its list if one is a pattern. */
export function* namedServices(
  { session, operands, options }: CommandContext,
): Reporting<NamedServices> {
  const names = new Set<string>();
  const faults: Report[] = [];
  let loaded: readonly ListEntry[] | undefined;
  for (const word of operands) {
    const operand = readNameOperand(word);
    if (operand.kind === "name") {
      const fault = sendingFault(operand.name);
      if (fault === undefined) names.add(operand.name);
      else faults.push({ kind: "error", lines: [fault] });
      continue;
    }
    loaded ??= yield* session.list();
    const fitting = yield* fittingNames(word, operand, loaded);
    if (fitting.length === 0) {
      if (!operand.isCertain) names.add(word);
      else if (!options.ignoreUnstarted) faults.push({ kind: "no-match", pattern: word });
    }
    yield* eachInTurns(fitting, ({ name }) => names.add(name));
  }
  yield* faults;
  return { names, exit: faults.length === 0 ? 0 : 1 };
}

/** A service that is called exactly so is meant alone. */
function* fittingNames(
  word: string,
  pattern: Extract<NameOperand, { kind: "pattern" }>,
  loaded: readonly ListEntry[],
): Waiting<readonly ListEntry[]> {
  const exact = yield* filterInTurns(loaded, ({ name }) => name === word);
  if (exact.length > 0) return exact;
  return yield* filterInTurns(loaded, ({ name }) => pattern.fits(name));
}
