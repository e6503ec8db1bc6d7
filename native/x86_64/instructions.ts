/**
 * The x86-64 instructions that the forms become, one function each: bytes, and the text that
 * objdump prints for them (Intel syntax).
 *
 * Source of the encodings: Intel 64 and IA-32 Software Developer's Manual, volume 2.
 */
import type { Item, Reaching } from "../assembly.ts";
import { littleEndian, type Size } from "../forms.ts";
import type { Memory, Register } from "../instruction_set.ts";

const NAMES_64 = [
  ...["rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"],
  ...["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"],
] as const;
const NAMES_32 = [
  ...["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"],
  ...["r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"],
] as const;
const NAMES_16 = [
  ...["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"],
  ...["r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"],
] as const;
const NAMES_8 = [
  ...["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"],
  ...["r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"],
] as const;

/** Registers by name. */
export const REGISTER = {
  ...{ rax: 0, rcx: 1, rdx: 2, rbx: 3, rsp: 4, rbp: 5, rsi: 6, rdi: 7 },
  ...{ r8: 8, r9: 9, r10: 10, r11: 11, r12: 12, r13: 13, r14: 14, r15: 15 },
} as const;

/** REX prefix: W for 64-bit operands; R, X and B extend the register fields. */
function rex(wide: boolean, field: Register, rm: Register): number {
  return 0x40 | (wide ? 8 : 0) | (field >> 3 << 2) | (rm >> 3);
}

/** REX where it says something: 32-bit operands in the lower eight registers need none. */
function rexIfNeeded(field: Register, rm: Register): readonly number[] {
  const prefix = rex(false, field, rm);
  return prefix === 0x40 ? [] : [prefix];
}

function twoRegisters(field: Register, rm: Register): number {
  return 0xc0 | ((field & 7) << 3) | (rm & 7);
}

function code(bytes: readonly number[], text: string): Item {
  return { kind: "code", bytes, text };
}

function hexadecimal(value: number | bigint): string {
  return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

export function fitsByte(value: number): boolean {
  return value >= -128 && value <= 127;
}

export function fitsInt32(value: number): boolean {
  return value === (value | 0);
}

export function moveRegister(to: Register, from: Register): Item {
  const bytes = [rex(true, from, to), 0x89, twoRegisters(from, to)];
  return code(bytes, `mov ${NAMES_64[to]},${NAMES_64[from]}`);
}

/** The shortest way to a constant. */
export function moveConstant(to: Register, value: number | bigint): Item {
  const number = BigInt.asIntN(64, BigInt(value));
  if (number === 0n) {
    const bytes = [...rexIfNeeded(to, to), 0x31, twoRegisters(to, to)];
    return code(bytes, `xor ${NAMES_32[to]},${NAMES_32[to]}`);
  }
  const opcode = 0xb8 | (to & 7);
  if (number > 0n && number < 1n << 32n) {
    const bytes = [...rexIfNeeded(0, to), opcode, ...littleEndian(number, 4)];
    return code(bytes, `mov ${NAMES_32[to]},${hexadecimal(number)}`);
  }
  if (number < 0n && number >= -(1n << 31n)) {
    const bytes = [rex(true, 0, to), 0xc7, twoRegisters(0, to), ...littleEndian(number, 4)];
    return code(bytes, `mov ${NAMES_64[to]},${hexadecimal(number)}`);
  }
  const bytes = [rex(true, 0, to), opcode, ...littleEndian(number, 8)];
  return code(bytes, `movabs ${NAMES_64[to]},${hexadecimal(number)}`);
}

/** In three or four bytes, for −128 to 127; needs a stack. */
export function moveByStack(to: Register, value: number): readonly Item[] {
  return [
    code([0x6a, value & 0xff], `push ${hexadecimal(value)}`),
    code([...rexIfNeeded(0, to), 0x58 | (to & 7)], `pop ${NAMES_64[to]}`),
  ];
}

/** ModRM, SIB and displacement of a place in memory. */
function memoryOperand(field: Register, { base, offset }: Memory): readonly number[] {
  const low = base & 7;
  // With mode 0, rbp and r13 would mean something else.
  const mode = offset === 0 && low !== 5 ? 0 : fitsByte(offset) ? 1 : 2;
  const modRm = mode << 6 | (field & 7) << 3 | low;
  // As a base, rsp and r12 need a byte that says so.
  const sib = low === 4 ? [0x24] : [];
  const displacement = littleEndian(offset, [0, 1, 4][mode] as number);
  return [modRm, ...sib, ...displacement];
}

function memoryText({ base, offset }: Memory): string {
  const sign = offset < 0 ? "-" : "+";
  const distance = offset === 0 && (base & 7) !== 5
    ? ""
    : `${sign}0x${Math.abs(offset).toString(16)}`;
  return `[${NAMES_64[base]}${distance}]`;
}

/** What is loaded fills the rest of the register with zeros. */
export function loadMemory(size: Size, to: Register, from: Memory): Item {
  const operand = memoryOperand(to, from);
  const place = memoryText(from);
  const prefix = rexIfNeeded(to, from.base);
  switch (size) {
    case 8:
      return code(
        [rex(true, to, from.base), 0x8b, ...operand],
        `mov ${NAMES_64[to]},QWORD PTR ${place}`,
      );
    case 4:
      return code([...prefix, 0x8b, ...operand], `mov ${NAMES_32[to]},DWORD PTR ${place}`);
    case 2:
      return code([...prefix, 0x0f, 0xb7, ...operand], `movzx ${NAMES_32[to]},WORD PTR ${place}`);
    case 1:
      return code([...prefix, 0x0f, 0xb6, ...operand], `movzx ${NAMES_32[to]},BYTE PTR ${place}`);
  }
}

export function storeMemory(size: Size, to: Memory, from: Register): Item {
  const operand = memoryOperand(from, to);
  const place = memoryText(to);
  const prefix = rexIfNeeded(from, to.base);
  switch (size) {
    case 8:
      return code(
        [rex(true, from, to.base), 0x89, ...operand],
        `mov QWORD PTR ${place},${NAMES_64[from]}`,
      );
    case 4:
      return code([...prefix, 0x89, ...operand], `mov DWORD PTR ${place},${NAMES_32[from]}`);
    case 2:
      return code([0x66, ...prefix, 0x89, ...operand], `mov WORD PTR ${place},${NAMES_16[from]}`);
    case 1: {
      // Without any REX prefix, 4 to 7 would be ah, ch, dh and bh.
      const always = from >= 4 ? [rex(false, from, to.base)] : prefix;
      return code([...always, 0x88, ...operand], `mov BYTE PTR ${place},${NAMES_8[from]}`);
    }
  }
}

export function loadEffectiveAddress(to: Register, from: Memory): Item {
  const bytes = [rex(true, to, from.base), 0x8d, ...memoryOperand(to, from)];
  return code(bytes, `lea ${NAMES_64[to]},${memoryText(from)}`);
}

/** The address of a label, from where the program lies. */
export function loadLabel(to: Register, target: string, offset: number): Reaching {
  // ModRM with mode 0 and rm 5 means: relative to the next instruction.
  const opcode = [rex(true, to, 0), 0x8d, (to & 7) << 3 | 5];
  const size = opcode.length + 4;
  return {
    kind: "reaching",
    target,
    offset,
    encodings: [{
      size,
      encode: (distance) => {
        const bytes = [...opcode, ...littleEndian(distance - size, 4)];
        const far = hexadecimal(distance - size);
        return { bytes, text: `lea ${NAMES_64[to]},[rip+${far}]` };
      },
    }],
  };
}

/** Two-operand instructions by their name in the text. */
const OPERATIONS = {
  add: { opcode: 0x01, extension: 0 },
  or: { opcode: 0x09, extension: 1 },
  and: { opcode: 0x21, extension: 4 },
  sub: { opcode: 0x29, extension: 5 },
  xor: { opcode: 0x31, extension: 6 },
  cmp: { opcode: 0x39, extension: 7 },
} as const;

export type Operation = keyof typeof OPERATIONS;

export function operate(name: Operation, to: Register, by: Register): Item {
  const bytes = [rex(true, by, to), OPERATIONS[name].opcode, twoRegisters(by, to)];
  return code(bytes, `${name} ${NAMES_64[to]},${NAMES_64[by]}`);
}

/** @param by From −2³¹ to 2³¹ − 1. */
export function operateConstant(name: Operation, to: Register, by: number): Item {
  const { extension } = OPERATIONS[name];
  const isShort = fitsByte(by);
  const bytes = [
    rex(true, 0, to),
    isShort ? 0x83 : 0x81,
    twoRegisters(extension, to),
    ...littleEndian(by, isShort ? 1 : 4),
  ];
  return code(bytes, `${name} ${NAMES_64[to]},${hexadecimal(by)}`);
}

/** Sets the flags by the register's own value. */
export function testSelf(register: Register): Item {
  const bytes = [rex(true, register, register), 0x85, twoRegisters(register, register)];
  return code(bytes, `test ${NAMES_64[register]},${NAMES_64[register]}`);
}

/** @param mask From 0 to 2³¹ − 1. */
export function testBits(register: Register, mask: number): Item {
  if (mask < 0x100) {
    const prefix = register >= 4 ? [rex(false, 0, register)] : [];
    const bytes = [...prefix, 0xf6, twoRegisters(0, register), mask];
    return code(bytes, `test ${NAMES_8[register]},${hexadecimal(mask)}`);
  }
  const bytes = [
    ...rexIfNeeded(0, register),
    0xf7,
    twoRegisters(0, register),
    ...littleEndian(mask, 4),
  ];
  return code(bytes, `test ${NAMES_32[register]},${hexadecimal(mask)}`);
}

export function shift(name: "shl" | "shr", register: Register, by: number): Item {
  const extension = name === "shl" ? 4 : 5;
  const bytes = [rex(true, 0, register), 0xc1, twoRegisters(extension, register), by];
  return code(bytes, `${name} ${NAMES_64[register]},${hexadecimal(by)}`);
}

export function multiplyRegister(to: Register, by: Register): Item {
  const bytes = [rex(true, to, by), 0x0f, 0xaf, twoRegisters(to, by)];
  return code(bytes, `imul ${NAMES_64[to]},${NAMES_64[by]}`);
}

/** rdx:rax divided by the register: quotient in rax, remainder in rdx. */
export function divideBy(register: Register): Item {
  const bytes = [rex(true, 0, register), 0xf7, twoRegisters(6, register)];
  return code(bytes, `div ${NAMES_64[register]}`);
}

export function negate(register: Register): Item {
  const bytes = [rex(true, 0, register), 0xf7, twoRegisters(3, register)];
  return code(bytes, `neg ${NAMES_64[register]}`);
}

/**
 * Number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; changes rax, rcx and r11 (FreeBSD: rdx,
 * too).
 */
export function systemCall(): Item {
  return code([0x0f, 0x05], "syscall");
}

export function jumpRegister(register: Register): Item {
  const bytes = [...rexIfNeeded(0, register), 0xff, twoRegisters(4, register)];
  return code(bytes, `jmp ${NAMES_64[register]}`);
}

export function returnToC(): Item {
  return code([0xc3], "ret");
}

export function undefinedInstruction(): Item {
  return code([0x0f, 0x0b], "ud2");
}

/** Conditions of jumps: the low four bits of their opcodes. */
export const CONDITION = {
  ...{ jb: 2, jae: 3, je: 4, jne: 5, jbe: 6, ja: 7 },
  ...{ js: 8, jns: 9, jl: 12, jge: 13, jle: 14, jg: 15 },
} as const;

export type ConditionName = keyof typeof CONDITION;

export function jump(target: string): Reaching {
  return branch(target, "jmp", [0xeb], [0xe9]);
}

export function jumpIf(condition: ConditionName, target: string): Reaching {
  const number = CONDITION[condition];
  return branch(target, condition, [0x70 | number], [0x0f, 0x80 | number]);
}

/** A jump by 8 bits, where they reach, else by 32, counted from the instruction's end. */
function branch(
  target: string,
  name: string,
  near: readonly number[],
  far: readonly number[],
): Reaching {
  const form = (opcode: readonly number[], width: 1 | 4) => {
    const size = opcode.length + width;
    return {
      size,
      encode: (distance: number, address: number) => {
        const reach = distance - size;
        if (width === 1 && !fitsByte(reach)) return undefined;
        const bytes = [...opcode, ...littleEndian(reach, width)];
        return { bytes, text: `${name} ${hexadecimal(address)}` };
      },
    };
  };
  return { kind: "reaching", target, offset: 0, encodings: [form(near, 1), form(far, 4)] };
}
