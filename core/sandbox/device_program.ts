/**
 * Allowed devices → a program that the kernel asks for each opening and making of a device's file
 * by a process of a control group (version 2; BPF_PROG_TYPE_CGROUP_DEVICE): 1 lets it, 0 does not.
 *
 * Source: linux/bpf.h (struct bpf_insn, struct bpf_cgroup_dev_ctx, BPF_DEVCG_*);
 * Documentation/admin-guide/cgroup-v2.rst, "Device controller".
 */
import type { AllowedDevice } from "./devices.ts";

const INSTRUCTION_BYTES = 8;
/** The kernel takes no longer program of one without rights: BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096;

/** Codes of 32-bit instructions, and of the end. */
const CODE = {
  loadWord: 0x61,
  moveRegister: 0xbc,
  moveNumber: 0xb4,
  andNumber: 0x54,
  shiftRight: 0x74,
  ifNotNumber: 0x56,
  ifNotRegister: 0x5e,
  exit: 0x95,
} as const;

/** Registers: the answer, the context, and what is loaded from it. */
const R = { answer: 0, context: 1, type: 2, access: 3, major: 4, minor: 5, wanted: 6 } as const;
/** Offsets in the context; the first word holds the type below and the access above. */
const AT = { typeAndAccess: 0, major: 4, minor: 8 } as const;
const TYPES = { block: 1, char: 2 } as const;
const ACCESS: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };
const ALL_ACCESS = 7;

interface Instruction {
  readonly code: number;
  readonly target?: number;
  readonly source?: number;
  /** Of memory, or instructions that a test passes over. */
  readonly offset?: number;
  readonly number?: number;
}

/**
 * @returns Instructions as they lie in memory of little-endian machines.
 * @throws {RangeError} When there are more than the kernel takes.
 */
export function deviceProgram(devices: readonly AllowedDevice[]): Uint8Array<ArrayBuffer> {
  const program: Instruction[] = [
    { code: CODE.loadWord, target: R.type, source: R.context, offset: AT.typeAndAccess },
    { code: CODE.moveRegister, target: R.access, source: R.type },
    { code: CODE.andNumber, target: R.type, number: 0xffff },
    { code: CODE.shiftRight, target: R.access, number: 16 },
    { code: CODE.loadWord, target: R.major, source: R.context, offset: AT.major },
    { code: CODE.loadWord, target: R.minor, source: R.context, offset: AT.minor },
    ...devices.flatMap(ruleOf),
    ...answer(0),
  ];
  if (program.length > MOST_INSTRUCTIONS) {
    throw new RangeError(`The rules for devices take ${program.length} instructions`);
  }
  return bytesOf(program);
}

/** Passes over the rest of the rule at the first test that does not hold. */
function ruleOf({ type, major, minor, access }: AllowedDevice): readonly Instruction[] {
  const allowed = [...access].reduce((mask, letter) => mask | (ACCESS[letter] ?? 0), 0);
  const tests: ((over: number) => readonly Instruction[])[] = [
    (over) => [unless(R.type, TYPES[type], over)],
    (over) => [unless(R.major, major, over)],
    ...minor === undefined ? [] : [(over: number) => [unless(R.minor, minor, over)]],
    // What is wanted besides the allowed is more than nothing.
    ...allowed === ALL_ACCESS ? [] : [(over: number) => [
      { code: CODE.moveRegister, target: R.wanted, source: R.access },
      { code: CODE.andNumber, target: R.wanted, number: allowed },
      { code: CODE.ifNotRegister, target: R.wanted, source: R.access, offset: over },
    ]],
  ];
  let rest: readonly Instruction[] = answer(1);
  for (const test of tests.reverse()) rest = [...test(rest.length), ...rest];
  return rest;
}

function unless(target: number, number: number, offset: number): Instruction {
  return { code: CODE.ifNotNumber, target, number, offset };
}

function answer(number: 0 | 1): readonly Instruction[] {
  return [{ code: CODE.moveNumber, target: R.answer, number }, { code: CODE.exit }];
}

function bytesOf(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (
    const [index, { code, target = 0, source = 0, offset = 0, number = 0 }] of program.entries()
  ) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint8(at, code);
    view.setUint8(at + 1, source << 4 | target);
    view.setInt16(at + 2, offset, true);
    view.setInt32(at + 4, number, true);
  }
  return bytes;
}
