/**
 * The services that a command's words name: patterns become the loaded services that fit them. A pattern
 * never makes the manager load anything.
 */
import type { ExitCode, Report } from "../report.ts";
import type { CommandContext } from "./context.ts";
import { type NameOperand, readNameOperand } from "./name_pattern.ts";

export interface NamedServices {
  /** In the order of the words, those of a pattern in the manager's; each once. */
  readonly names: readonly string[];
  /** 1 when a pattern fits no service, which has been told. */
  readonly exit: ExitCode;
}

/** Reads the operands, asking the manager for its list if one is a pattern. */
export function* namedServices(
  { session, operands, options }: CommandContext,
): Generator<Report, NamedServices, void> {
  const names = new Set<string>();
  const missed: string[] = [];
  let loaded: readonly string[] | undefined;
  for (const word of operands) {
    const operand = readNameOperand(word);
    if (operand.kind === "name") {
      names.add(operand.name);
      continue;
    }
    loaded ??= session.list().map(({ name }) => name);
    const fitting = fittingNames(word, operand, loaded);
    if (fitting.length === 0 && operand.isCertain) missed.push(word);
    else if (fitting.length === 0) names.add(word);
    for (const name of fitting) names.add(name);
  }
  if (missed.length === 0 || options.ignoreUnstarted) return { names: [...names], exit: 0 };
  for (const pattern of missed) yield { kind: "no-match", pattern };
  return { names: [...names], exit: 1 };
}

/** A service that is called exactly so is meant alone. */
function fittingNames(
  word: string,
  pattern: Extract<NameOperand, { kind: "pattern" }>,
  loaded: readonly string[],
): readonly string[] {
  return loaded.includes(word) ? [word] : loaded.filter((name) => pattern.fits(name));
}
