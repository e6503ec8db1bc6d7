/**
 * The AArch64 instructions that the forms become, one function each: bytes, and the text that
 * objdump prints for them.
 *
 * Source of the encodings: Arm Architecture Reference Manual for A-profile, chapter C6.
 */
import type { Encoding, Item, Reaching } from "../assembly.ts";
import { littleEndian, type Size } from "../forms.ts";
import type { Register } from "../instruction_set.ts";

/** x0 to x30 have their own numbers; 31 is the stack pointer or zero, as the instruction has it. */
export const STACK_POINTER: Register = 31;
/** As a source or target of data: reads zero, takes nothing. */
export const ZERO: Register = 31;

function code(word: number, text: string): Item {
  return { kind: "code", bytes: littleEndian(word >>> 0, 4), text };
}

function wide(register: Register): string {
  return register === ZERO ? "xzr" : `x${register}`;
}

function narrow(register: Register): string {
  return register === ZERO ? "wzr" : `w${register}`;
}

function withStack(register: Register): string {
  return register === STACK_POINTER ? "sp" : `x${register}`;
}

/** `#0x…`, as objdump writes most constants. */
function hexadecimal(value: number | bigint): string {
  return `#0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`;
}

export function moveRegister(to: Register, from: Register): Item {
  return code(0xaa0003e0 | from << 16 | to, `mov ${wide(to)}, ${wide(from)}`);
}

/** From or to the stack pointer, which no other move takes. */
export function moveStack(to: Register, from: Register): Item {
  return code(0x91000000 | from << 5 | to, `mov ${withStack(to)}, ${withStack(from)}`);
}

/** One instruction for each 16 bits that are not as the first one leaves them. */
export function moveConstant(to: Register, value: number | bigint): readonly Item[] {
  const bits = BigInt.asUintN(64, BigInt(value));
  const parts = [0, 1, 2, 3].map((index) => Number(bits >> BigInt(16 * index) & 0xffffn));
  const ones = parts.filter((part) => part === 0xffff).length;
  const zeros = parts.filter((part) => part === 0).length;
  const filler = ones > zeros ? 0xffff : 0;
  const wanted = parts.map((part, index) => ({ part, index })).filter(({ part }) =>
    part !== filler
  );
  const [first = { part: filler, index: 0 }, ...others] = wanted;
  const isNegative = filler === 0xffff;
  const immediate = isNegative ? first.part ^ 0xffff : first.part;
  const opcode = isNegative ? 0x92800000 : 0xd2800000;
  const shifted = BigInt(immediate) << BigInt(16 * first.index);
  const shown = isNegative ? ~shifted : shifted;
  return [
    code(
      opcode | first.index << 21 | immediate << 5 | to,
      `mov ${wide(to)}, ${hexadecimal(shown)}`,
    ),
    ...others.map(({ part, index }) =>
      code(
        0xf2800000 | index << 21 | part << 5 | to,
        `movk ${wide(to)}, ${hexadecimal(part)}, lsl #${16 * index}`,
      )
    ),
  ];
}

/** The address of a label: within a megabyte one instruction, within four gigabytes two. */
export function loadLabel(to: Register, target: string, offset: number): Reaching {
  const near = reaching(target, offset, 20, (distance, address) => ({
    word: 0x10000000 | distanceField(distance) | to,
    text: `adr ${wide(to)}, 0x${address.toString(16)}`,
  }));
  return { ...near, encodings: [...near.encodings, farLabel(to)] };
}

/**
 * The target's page of 4096 bytes, counted from that of the instruction, and its place in there.
 */
function farLabel(to: Register): Encoding {
  return {
    size: 8,
    encode: (distance, address) => {
      const here = address - distance;
      const pages = Math.floor(address / 0x1000) - Math.floor(here / 0x1000);
      if (pages < -(2 ** 20) || pages >= 2 ** 20) return undefined;
      const rest = address % 0x1000;
      const page = `0x${(address - rest).toString(16)}`;
      return {
        bytes: [
          ...littleEndian((0x90000000 | distanceField(pages) | to) >>> 0, 4),
          ...littleEndian((0x91000000 | rest << 10 | to << 5 | to) >>> 0, 4),
        ],
        text: `adrp ${wide(to)}, ${page}; add ${wide(to)}, ${wide(to)}, ${hexadecimal(rest)}`,
      };
    },
  };
}

/** 21 bits, of which the lowest two are in another place than the others. */
function distanceField(distance: number): number {
  return (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5;
}

const OPERATIONS = { add: 0x8b000000, sub: 0xcb000000 } as const;
const LOGICAL = { and: 0x8a000000, orr: 0xaa000000, eor: 0xca000000 } as const;

export type Operation = keyof typeof OPERATIONS | keyof typeof LOGICAL;

export function operate(name: Operation, to: Register, left: Register, right: Register): Item {
  const opcode = { ...OPERATIONS, ...LOGICAL }[name];
  const text = `${name} ${wide(to)}, ${wide(left)}, ${wide(right)}`;
  return code(opcode | right << 16 | left << 5 | to, text);
}

/** Whether add, subtract and compare take the constant: 12 bits, or 12 bits times 4096. */
export function fitsArithmetic(value: number): boolean {
  return value >= 0 && (value < 0x1000 || (value < 0x1000000 && (value & 0xfff) === 0));
}

function arithmeticField(value: number): { readonly bits: number; readonly text: string } {
  if (value < 0x1000) return { bits: value << 10, text: hexadecimal(value) };
  return { bits: 1 << 22 | value >> 12 << 10, text: `${hexadecimal(value >> 12)}, lsl #12` };
}

/** Both registers may be the stack pointer. @param by As {@link fitsArithmetic} takes it. */
export function operateConstant(
  name: "add" | "sub",
  to: Register,
  left: Register,
  by: number,
): Item {
  const opcode = name === "add" ? 0x91000000 : 0xd1000000;
  const { bits, text } = arithmeticField(by);
  const shown = `${name} ${withStack(to)}, ${withStack(left)}, ${text}`;
  return code(opcode | bits | left << 5 | to, shown);
}

export function compareRegister(left: Register, right: Register): Item {
  return code(0xeb00001f | right << 16 | left << 5, `cmp ${wide(left)}, ${wide(right)}`);
}

/** Compares with the constant (`cmp`) or with its negative (`cmn`). */
export function compareConstant(name: "cmp" | "cmn", left: Register, by: number): Item {
  const { bits, text } = arithmeticField(by);
  const opcode = name === "cmp" ? 0xf100001f : 0xb100001f;
  return code(opcode | bits | left << 5, `${name} ${wide(left)}, ${text}`);
}

export function testRegister(left: Register, right: Register): Item {
  return code(0xea00001f | right << 16 | left << 5, `tst ${wide(left)}, ${wide(right)}`);
}

/** @param by From 1 to 63. */
export function shiftLeft(to: Register, from: Register, by: number): Item {
  const word = 0xd3400000 | (64 - by & 63) << 16 | (63 - by) << 10 | from << 5 | to;
  return code(word, `lsl ${wide(to)}, ${wide(from)}, #${by}`);
}

/** @param by From 1 to 63. */
export function shiftRight(to: Register, from: Register, by: number): Item {
  return code(
    0xd340fc00 | by << 16 | from << 5 | to,
    `lsr ${wide(to)}, ${wide(from)}, #${by}`,
  );
}

export function multiply(to: Register, left: Register, right: Register): Item {
  const text = `mul ${wide(to)}, ${wide(left)}, ${wide(right)}`;
  return code(0x9b007c00 | right << 16 | left << 5 | to, text);
}

export function divide(to: Register, left: Register, right: Register): Item {
  const text = `udiv ${wide(to)}, ${wide(left)}, ${wide(right)}`;
  return code(0x9ac00800 | right << 16 | left << 5 | to, text);
}

/** to = from − left × right */
export function multiplySubtract(
  to: Register,
  left: Register,
  right: Register,
  from: Register,
): Item {
  const text = `msub ${wide(to)}, ${wide(left)}, ${wide(right)}, ${wide(from)}`;
  return code(0x9b008000 | right << 16 | from << 10 | left << 5 | to, text);
}

export function negate(to: Register, from: Register): Item {
  return code(0xcb0003e0 | from << 16 | to, `neg ${wide(to)}, ${wide(from)}`);
}

const LOADS: Readonly<Record<Size, readonly [name: string, scaled: number]>> = {
  8: ["ldr", 0xf9400000],
  4: ["ldr", 0xb9400000],
  2: ["ldrh", 0x79400000],
  1: ["ldrb", 0x39400000],
};

/** Whether a load or store takes the distance: a multiple of the size, or −256 to 255. */
export function fitsOffset(size: Size, offset: number): boolean {
  return isScaled(size, offset) || (offset >= -256 && offset <= 255);
}

function isScaled(size: Size, offset: number): boolean {
  return offset >= 0 && offset % size === 0 && offset / size < 0x1000;
}

/** What is loaded fills the rest of the register with zeros. The base may be the stack pointer. */
export function loadMemory(size: Size, to: Register, base: Register, offset: number): Item {
  return access(...LOADS[size], size, to, base, offset);
}

/** Whether {@link loadPair} takes the distance. */
export function fitsPair(offset: number): boolean {
  return offset % 8 === 0 && offset >= -512 && offset < 512;
}

/** Loads eight bytes and the eight behind them. The two registers are not the same. */
export function loadPair(first: Register, second: Register, base: Register, offset: number): Item {
  const word = 0xa9400000 | (offset / 8 & 0x7f) << 15 | second << 10 | base << 5 | first;
  const place = offset === 0 ? `[${withStack(base)}]` : `[${withStack(base)}, #${offset}]`;
  return code(word, `ldp ${wide(first)}, ${wide(second)}, ${place}`);
}

export function storeMemory(size: Size, from: Register, base: Register, offset: number): Item {
  const [name, scaled] = LOADS[size];
  // Bit 22 makes it a load.
  return access(name.replace("ld", "st"), scaled & ~0x00400000, size, from, base, offset);
}

function access(
  name: string,
  scaled: number,
  size: Size,
  register: Register,
  base: Register,
  offset: number,
): Item {
  const shown = size === 8 ? wide(register) : narrow(register);
  const place = offset === 0 ? `[${withStack(base)}]` : `[${withStack(base)}, #${offset}]`;
  if (isScaled(size, offset)) {
    const word = scaled | offset / size << 10 | base << 5 | register;
    return code(word, `${name} ${shown}, ${place}`);
  }
  // The form that counts in bytes has bit 24 clear and its distance in bits 12 to 20.
  const word = scaled & ~0x01000000 | (offset & 0x1ff) << 12 | base << 5 | register;
  return code(word, `${name.replace(/^(ld|st)/, "$1u")} ${shown}, ${place}`);
}

/** Number in x8, arguments in x0 to x5, result in x0; nothing else changes. */
export function systemCall(): Item {
  return code(0xd4000001, "svc #0x0");
}

export function jumpRegister(register: Register): Item {
  return code(0xd61f0000 | register << 5, `br ${wide(register)}`);
}

export function returnToC(): Item {
  return code(0xd65f03c0, "ret");
}

export function undefinedInstruction(): Item {
  return code(0, "udf #0");
}

/** Conditions of branches. */
export const CONDITION = {
  ...{ eq: 0, ne: 1, cs: 2, cc: 3, hi: 8, ls: 9 },
  ...{ ge: 10, lt: 11, gt: 12, le: 13 },
} as const;

export type ConditionName = keyof typeof CONDITION;

export function jump(target: string): Reaching {
  return reaching(target, 0, 27, (distance, address) => ({
    word: 0x14000000 | distance >> 2 & 0x3ffffff,
    text: `b 0x${address.toString(16)}`,
  }));
}

export function jumpIf(condition: ConditionName, target: string): Reaching {
  return reaching(target, 0, 20, (distance, address) => ({
    word: 0x54000000 | (distance >> 2 & 0x7ffff) << 5 | CONDITION[condition],
    text: `b.${condition} 0x${address.toString(16)}`,
  }));
}

/** Jumps when the register is zero (`cbz`) or not (`cbnz`). */
export function jumpByZero(name: "cbz" | "cbnz", register: Register, target: string): Reaching {
  const opcode = name === "cbz" ? 0xb4000000 : 0xb5000000;
  return reaching(target, 0, 20, (distance, address) => ({
    word: opcode | (distance >> 2 & 0x7ffff) << 5 | register,
    text: `${name} ${wide(register)}, 0x${address.toString(16)}`,
  }));
}

/** Jumps when the bit is set (`tbnz`) or not (`tbz`): within 32 KiB. */
export function jumpByBit(
  name: "tbz" | "tbnz",
  register: Register,
  bit: number,
  target: string,
): Reaching {
  const opcode = (name === "tbz" ? 0x36000000 : 0x37000000) | bit >> 5 << 31 | (bit & 31) << 19;
  // By the half's name that the bit is in.
  const shown = bit < 32 ? narrow(register) : wide(register);
  return reaching(target, 0, 15, (distance, address) => ({
    word: opcode | (distance >> 2 & 0x3fff) << 5 | register,
    text: `${name} ${shown}, #${bit}, 0x${address.toString(16)}`,
  }));
}

/** @param bits Signed bits of the distance in bytes. */
function reaching(
  target: string,
  offset: number,
  bits: number,
  encodeWord: (distance: number, address: number) => { word: number; text: string },
): Reaching {
  const limit = 2 ** bits;
  return {
    kind: "reaching",
    target,
    offset,
    encodings: [{
      size: 4,
      encode: (distance, address) => {
        if (distance < -limit || distance >= limit) return undefined;
        const { word, text } = encodeWord(distance, address);
        return { bytes: littleEndian(word >>> 0, 4), text };
      },
    }],
  };
}
