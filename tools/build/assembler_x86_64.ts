/**
 * The few x86-64 instructions that the entry stub needs, one function each.
 *
 * Every form has one size whatever its operands are (32-bit immediates and distances), because
 * `assembler.ts` places a program before it knows any address.
 * Source of the encodings: Intel 64 and IA-32 Software Developer's Manual, volume 2.
 */
import { type Item, littleEndian } from "./assembler.ts";

/** General registers by their encoding. */
export const REGISTER = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
} as const;

/** Name of a general register. */
export type Register = keyof typeof REGISTER;

/** REX prefix of 64-bit operands; bits 2 and 0 extend the two register fields. */
function rex(registerField: number, rmField: number): number {
  return 0x48 | (registerField >> 3 << 2) | (rmField >> 3);
}

/** ModRM byte with two registers. */
function modRm(registerField: number, rmField: number): number {
  return 0xc0 | ((registerField & 7) << 3) | (rmField & 7);
}

function fixed(bytes: readonly number[]): Item {
  return { size: bytes.length, encode: () => bytes };
}

/** `mov r32, imm32`, the upper half of the register becomes zero; for a number beyond 32 bits `mov r64, imm64`. */
export function moveImmediate(to: Register, value: number): Item {
  const number = REGISTER[to];
  if (value > 0xffff_ffff) {
    return fixed([rex(0, number), 0xb8 | (number & 7), ...littleEndian(value, 8)]);
  }
  // r8 to r11 need a REX prefix, here one without the bit for 64-bit operands.
  const prefix = number < 8 ? [] : [0x41];
  return fixed([...prefix, 0xb8 | (number & 7), ...littleEndian(value, 4)]);
}

/** `mov r64, r64` */
export function move(to: Register, from: Register): Item {
  const [target, source] = [REGISTER[to], REGISTER[from]];
  return fixed([rex(source, target), 0x89, modRm(source, target)]);
}

/** `lea r64, [rip + distance]` */
export function loadAddress(to: Register, label: string): Item {
  const number = REGISTER[to];
  // ModRM with mode 0 and rm 5 means: relative to the next instruction.
  const opcode = [rex(number, 0), 0x8d, ((number & 7) << 3) | 5];
  return relative(opcode, label);
}

/** `test r64, r64`: the sign flag then says whether the number is negative. */
export function test(register: Register): Item {
  const number = REGISTER[register];
  return fixed([rex(number, number), 0x85, modRm(number, number)]);
}

/** `cmp r64, imm32` */
export function compare(register: Register, value: number): Item {
  const number = REGISTER[register];
  return fixed([rex(0, number), 0x81, modRm(7, number), ...littleEndian(value, 4)]);
}

/** `cmp r64, r64` */
export function compareRegisters(register: Register, other: Register): Item {
  const [left, right] = [REGISTER[register], REGISTER[other]];
  return fixed([rex(right, left), 0x39, modRm(right, left)]);
}

/** `add r64, imm8` */
export function addImmediate(register: Register, value: number): Item {
  const number = REGISTER[register];
  return fixed([rex(0, number), 0x83, modRm(0, number), value]);
}

/** `mov r64, [r64]` */
export function load(to: Register, address: Register): Item {
  return fixed([rex(REGISTER[to], REGISTER[address]), 0x8b, ...memory(to, address)]);
}

/** `movzx r64, byte ptr [r64]` */
export function loadByte(to: Register, address: Register): Item {
  return fixed([rex(REGISTER[to], REGISTER[address]), 0x0f, 0xb6, ...memory(to, address)]);
}

/** `mov [r64], r64` */
export function store(address: Register, from: Register): Item {
  return fixed([rex(REGISTER[from], REGISTER[address]), 0x89, ...memory(from, address)]);
}

/** ModRM byte with a register, and memory at an address in another one. */
function memory(register: Register, address: Register): readonly number[] {
  // Their numbers mean other forms here: with an index, relative to the next instruction.
  if (address === "rsp" || address === "rbp") throw new Error(`${address} is no plain address`);
  return [((REGISTER[register] & 7) << 3) | (REGISTER[address] & 7)];
}

/** `syscall`: number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; changes rax, rcx and r11 only. */
export function systemCall(): Item {
  return fixed([0x0f, 0x05]);
}

/** `jmp rel32` */
export function jump(label: string): Item {
  return relative([0xe9], label);
}

/** Condition codes: sign, no sign, equal, not equal, carry (`below`: as numbers without sign). */
const CONDITION = {
  negative: 0x88,
  notNegative: 0x89,
  equal: 0x84,
  notEqual: 0x85,
  below: 0x82,
} as const;

/** `jcc rel32` */
export function jumpIf(condition: keyof typeof CONDITION, label: string): Item {
  return relative([0x0f, CONDITION[condition]], label);
}

/** An instruction that ends with a signed 32-bit distance from its own end. */
function relative(opcode: readonly number[], label: string): Item {
  const size = opcode.length + 4;
  return {
    size,
    encode: (here, addressOf) => {
      const distance = addressOf(label) - (here + size);
      if (distance !== (distance | 0)) {
        throw new Error(`"${label}" is ${distance} bytes away, more than 32 bits can say`);
      }
      return [...opcode, ...littleEndian(distance, 4)];
    },
  };
}
