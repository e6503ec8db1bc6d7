/** From a program to bytes: the one way in for those who use the programs. */
import { assemble, type Assembled } from "./assembly.ts";
import { lowerAarch64 } from "./aarch64/lower.ts";
import { convention, type Processor, type System } from "./conventions.ts";
import type { Program } from "./forms.ts";
import { lowerX86_64 } from "./x86_64/lower.ts";

export interface Place {
  /** Address of the first byte; programs work wherever they are put. */
  readonly base?: number;
  /** Labels that lie elsewhere, with their addresses. */
  readonly outside?: Readonly<Record<string, number>>;
}

/** @throws {Error} The program is at fault: a name that it does not define. */
export function build(
  program: Program,
  system: System,
  processor: Processor,
  { base, outside }: Place = {},
): Assembled {
  const lower = processor === "x86_64" ? lowerX86_64 : lowerAarch64;
  return assemble(lower(program, convention(system, processor)), base, outside);
}
