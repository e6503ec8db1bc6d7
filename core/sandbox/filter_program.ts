/**
 * Filter rules → a program for the kernel's filter of system calls (seccomp(2), classic BPF).
 *
 * It kills what calls by another processor's table of numbers, for they mean something else there;
 * answers ENOSYS to x32 (numbers with bit 30, the same table's name); and finds the number by
 * halving: ranges of numbers with the same rule are the leaves of a tree.
 *
 * Source: linux/seccomp.h, linux/bpf_common.h, linux/audit.h.
 */
import type { ArgumentTest, CallRule, FilterRules, Refusal, Verdict } from "./filter_rules.ts";
import { ERRORS } from "./sandbox.ts";
import type { Processor } from "./system_calls.ts";

/** One instruction: struct sock_filter. */
export interface Instruction {
  readonly code: number;
  /** Instructions that are passed over when the test holds, and when it does not. */
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly operand: number;
}

/** Bytes of an instruction. */
export const INSTRUCTION_BYTES = 8;
/** The kernel takes no longer program: BPF_MAXINSNS. */
export const MOST_INSTRUCTIONS = 4096;

/** Codes of the instructions that are used. */
export const BPF = {
  /** A word of struct seccomp_data, by its offset. */
  load: 0x20,
  and: 0x54,
  jump: 0x05,
  ifEqual: 0x15,
  ifAtLeast: 0x35,
  ifAnyBit: 0x45,
  return: 0x06,
} as const;

/** Offsets in struct seccomp_data. */
const DATA = { number: 0, architecture: 4, arguments: 16, argumentBytes: 8 } as const;

/** AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64. */
export const AUDIT_ARCHITECTURE: Readonly<Record<Processor, number>> = {
  x86_64: 0xc000003e,
  aarch64: 0xc00000b7,
};

/** __X32_SYSCALL_BIT; no processor has numbers from there on. */
const FIRST_FOREIGN_NUMBER = 0x40000000;

/** SECCOMP_RET_*. */
const RETURNS = { allow: 0x7fff0000, error: 0x00050000, killProcess: 0x80000000 } as const;

/** Longest jump of a test. */
const LONGEST_JUMP = 255;

const KILL: Verdict = { kind: "kill" };
const NO_SUCH_CALL: Verdict = { kind: "error", errno: ERRORS.ENOSYS };

/**
 * Assembles a filter.
 *
 * @throws {RangeError} When it is longer than the kernel takes.
 */
export function filterProgram(rules: FilterRules, processor: Processor): readonly Instruction[] {
  const program = [
    load(DATA.architecture),
    test(BPF.ifEqual, AUDIT_ARCHITECTURE[processor], 1, 0),
    answer(KILL),
    load(DATA.number),
    test(BPF.ifAtLeast, FIRST_FOREIGN_NUMBER, 0, 1),
    answer(NO_SUCH_CALL),
    ...decision(rangesOf(rules)),
  ];
  if (program.length > MOST_INSTRUCTIONS) {
    throw new RangeError(`The filter has ${program.length} instructions`);
  }
  return program;
}

/** As the kernel takes them; little-endian, as both processors are. */
export function programBytes(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, whenTrue, whenFalse, operand }] of program.entries()) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, whenTrue);
    view.setUint8(at + 3, whenFalse);
    view.setUint32(at + 4, operand, true);
  }
  return bytes;
}

/** Numbers from here up to the next range. */
interface NumberRange {
  readonly from: number;
  readonly rule: CallRule;
}

function rangesOf({ fallback, calls }: FilterRules): readonly NumberRange[] {
  const gap: CallRule = { refusals: [], otherwise: fallback };
  const ranges: NumberRange[] = [];
  const add = (from: number, rule: CallRule) => {
    const last = ranges.at(-1);
    if (last === undefined || !isSame(last.rule, rule)) ranges.push({ from, rule });
  };
  let next = 0;
  for (const [number, rule] of [...calls].toSorted(([a], [b]) => a - b)) {
    if (number > next) add(next, gap);
    add(number, rule);
    next = number + 1;
  }
  add(next, gap);
  return ranges;
}

function isSame(a: CallRule, b: CallRule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The number is loaded; every way through ends with an answer. */
function decision(ranges: readonly NumberRange[]): readonly Instruction[] {
  const [only] = ranges;
  if (only === undefined) return [];
  if (ranges.length === 1) return leaf(only.rule);
  const middle = Math.ceil(ranges.length / 2);
  const below = decision(ranges.slice(0, middle));
  const above = decision(ranges.slice(middle));
  const { from } = ranges[middle] as NumberRange;
  if (below.length <= LONGEST_JUMP) {
    return [test(BPF.ifAtLeast, from, below.length, 0), ...below, ...above];
  }
  const jump = { code: BPF.jump, whenTrue: 0, whenFalse: 0, operand: below.length };
  return [test(BPF.ifAtLeast, from, 0, 1), jump, ...below, ...above];
}

function leaf({ refusals, otherwise }: CallRule): readonly Instruction[] {
  return [...refusals.flatMap(refusal), answer(otherwise)];
}

/** Goes on behind itself when a test fails. */
function refusal({ tests, verdict }: Refusal): readonly Instruction[] {
  let behind: readonly Instruction[] = [answer(verdict)];
  for (const each of tests.toReversed()) behind = [...argumentTest(each, behind.length), ...behind];
  return behind;
}

/** @param rest Instructions that are passed over when it fails. */
function argumentTest(wanted: ArgumentTest, rest: number): readonly Instruction[] {
  const value = load(DATA.arguments + wanted.argument * DATA.argumentBytes);
  const masked = { code: BPF.and, whenTrue: 0, whenFalse: 0, operand: wanted.mask };
  switch (wanted.kind) {
    case "any-bit":
      return [value, test(BPF.ifAnyBit, wanted.mask, 0, rest)];
    case "all-bits":
      return [value, masked, test(BPF.ifEqual, wanted.mask, 0, rest)];
    case "one-of":
    case "none-of": {
      const { values, kind } = wanted;
      const isIn = kind === "one-of";
      const comparisons = values.map((each, index) => {
        const left = values.length - 1 - index;
        const whenNone = left > 0 ? 0 : isIn ? rest : 0;
        return test(BPF.ifEqual, each, isIn ? left : left + rest, whenNone);
      });
      return [value, masked, ...comparisons];
    }
  }
}

function load(offset: number): Instruction {
  return { code: BPF.load, whenTrue: 0, whenFalse: 0, operand: offset };
}

function test(code: number, operand: number, whenTrue: number, whenFalse: number): Instruction {
  if (whenTrue > LONGEST_JUMP || whenFalse > LONGEST_JUMP) {
    throw new RangeError(`A test cannot pass over ${Math.max(whenTrue, whenFalse)} instructions`);
  }
  return { code, whenTrue, whenFalse, operand };
}

function answer(verdict: Verdict): Instruction {
  return { code: BPF.return, whenTrue: 0, whenFalse: 0, operand: returned(verdict) };
}

function returned(verdict: Verdict): number {
  switch (verdict.kind) {
    case "allow":
      return RETURNS.allow;
    case "error":
      return RETURNS.error | verdict.errno;
    case "kill":
      return RETURNS.killProcess;
  }
}
