/**
 * The few A64 instructions that the entry stub needs, one function each.
 *
 * Each is one little-endian 32-bit word; registers are given by number (x0 to x30).
 * Source of the encodings: Arm Architecture Reference Manual for A-profile, chapter C6.
 */
import { type AddressOf, type Item, littleEndian } from "./assembler.ts";

function word(value: number): Item {
  return { size: 4, encode: () => littleEndian(value, 4) };
}

/** A word whose operand depends on where it stands. */
function placedWord(encode: (here: number, addressOf: AddressOf) => number): Item {
  return { size: 4, encode: (here, addressOf) => littleEndian(encode(here, addressOf), 4) };
}

/** Checks a signed field of an instruction and cuts it to its bits. */
function signedField(value: number, bits: number, label: string): number {
  const limit = 2 ** (bits - 1);
  if (!Number.isInteger(value) || value < -limit || value >= limit) {
    throw new Error(`"${label}" is out of reach: ${value} does not fit in ${bits} bits`);
  }
  return Number(BigInt.asUintN(bits, BigInt(value)));
}

/** Distance in instructions, as jumps count it. */
function jumpField(here: number, target: number, bits: number, label: string): number {
  return signedField((target - here) / 4, bits, label);
}

const TWO_TO_32 = 2 ** 32;

/**
 * `movz xd, #imm16`, or `movn xd, #imm16` for a negative number: from -65536 to 65535. For a multiple of 2^32
 * `movz xd, #imm16, lsl #32`.
 */
export function moveImmediate(to: number, value: number): Item {
  const high = value / TWO_TO_32;
  if (Number.isInteger(high) && high > 0 && high <= 0xffff) {
    return word(0xd2c00000 + (high << 5) + to);
  }
  if (!Number.isInteger(value) || value < -0x10000 || value > 0xffff) {
    throw new Error(`Cannot load ${value} by one instruction: allowed are -65536 to 65535`);
  }
  if (value < 0) return word(0x92800000 + (~value << 5) + to);
  return word(0xd2800000 + (value << 5) + to);
}

/** `mov xd, xm` (an alias of `orr xd, xzr, xm`) */
export function move(to: number, from: number): Item {
  return word(0xaa0003e0 + (from << 16) + to);
}

/** `mov xd, sp` (an alias of `add xd, sp, #0`) */
export function moveStackPointer(to: number): Item {
  return word(0x910003e0 + to);
}

/** `add xd, xd, #imm12` */
export function addImmediate(register: number, value: number): Item {
  return word(0x91000000 + (value << 10) + (register << 5) + register);
}

/** `ldr xt, [xn]` */
export function load(to: number, address: number): Item {
  return word(0xf9400000 + (address << 5) + to);
}

/** `ldrb wt, [xn]` */
export function loadByte(to: number, address: number): Item {
  return word(0x39400000 + (address << 5) + to);
}

/** `str xt, [xn]` */
export function store(address: number, from: number): Item {
  return word(0xf9000000 + (address << 5) + from);
}

/** `adr xd, label`: within 1 MiB. */
export function loadAddress(to: number, label: string): Item {
  return placedWord((here, addressOf) => {
    const distance = signedField(addressOf(label) - here, 21, label);
    return 0x10000000 + (distance & 3) * 2 ** 29 + ((distance >> 2) << 5) + to;
  });
}

/** `svc #0`: number in x8, arguments in x0 to x5; changes x0 only. */
export function systemCall(): Item {
  return word(0xd4000001);
}

/** `tbnz xt, #63, label`: jumps when the number is negative. Within 32 KiB. */
export function jumpIfNegative(register: number, label: string): Item {
  return placedWord((here, addressOf) =>
    0xb7f80000 + (jumpField(here, addressOf(label), 14, label) << 5) + register
  );
}

/** `tbz xt, #63, label`: jumps when the number is not negative. Within 32 KiB. */
export function jumpIfNotNegative(register: number, label: string): Item {
  return placedWord((here, addressOf) =>
    0xb6f80000 + (jumpField(here, addressOf(label), 14, label) << 5) + register
  );
}

/** `cmp xn, #imm12`; for a negative number `cmn`, which compares with its opposite. */
export function compare(register: number, value: number): Item {
  if (value < 0) return word(0xb100001f + (-value << 10) + (register << 5));
  return word(0xf100001f + (value << 10) + (register << 5));
}

/** `cmp xn, xm` */
export function compareRegisters(register: number, other: number): Item {
  return word(0xeb00001f + (other << 16) + (register << 5));
}

/** Condition fields: eq, ne, lo (`below`: as numbers without sign). */
const CONDITION = { equal: 0, notEqual: 1, below: 3 } as const;

/** `b.cond label`: within 1 MiB. */
export function jumpIf(condition: keyof typeof CONDITION, label: string): Item {
  return placedWord((here, addressOf) =>
    0x54000000 + (jumpField(here, addressOf(label), 19, label) << 5) + CONDITION[condition]
  );
}

/** `b label`: within 128 MiB. */
export function jump(label: string): Item {
  return placedWord((here, addressOf) => 0x14000000 + jumpField(here, addressOf(label), 26, label));
}
