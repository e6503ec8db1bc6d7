/** From a program to bytes: the one way in for those who use the programs. */
import { assemble, type Assembled } from "./assembly.ts";
import { AARCH64 } from "./aarch64/instruction_set.ts";
import { convention, type NativeSystem, type Processor } from "./conventions.ts";
import type { Program } from "./forms.ts";
import type { InstructionSet } from "./instruction_set.ts";
import { lower } from "./lowering.ts";
import { X86_64 } from "./x86_64/instruction_set.ts";

const INSTRUCTION_SETS: Readonly<Record<Processor, InstructionSet>> = {
  x86_64: X86_64,
  aarch64: AARCH64,
};

export interface Place {
  /** Address of the first byte; programs work wherever they are put. */
  readonly base?: number;
  /** Labels that lie elsewhere, with their addresses. */
  readonly outside?: Readonly<Record<string, number>>;
}

/** @throws {Error} The program is at fault: a name that it does not define. */
export function build(
  program: Program,
  system: NativeSystem,
  processor: Processor,
  { base, outside }: Place = {},
): Assembled {
  const items = lower(program, convention(system, processor), INSTRUCTION_SETS[processor]);
  return assemble(items, base, outside);
}
