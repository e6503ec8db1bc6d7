/**
 * How AArch64 does what forms do.
 *
 * Variables live in x19 to x28. x9 to x11 hold nothing for longer than one form.
 * Source: AAPCS64; Linux arch/arm64/kernel/entry.S; FreeBSD sys/arm64/arm64/trap.c.
 */
import type { Item } from "../assembly.ts";
import type { Arithmetic, Comparison, Size } from "../forms.ts";
import type { InstructionSet, Memory, Operand, Register } from "../instruction_set.ts";
import {
  compareConstant,
  compareRegister,
  type ConditionName,
  divide,
  fitsArithmetic,
  fitsOffset,
  fitsPair,
  jump,
  jumpByBit,
  jumpByZero,
  jumpIf,
  jumpRegister,
  loadLabel,
  loadMemory,
  loadPair,
  moveConstant,
  moveRegister,
  moveStack,
  multiply,
  multiplySubtract,
  negate,
  operate,
  operateConstant,
  type Operation,
  returnToC,
  shiftLeft,
  shiftRight,
  STACK_POINTER,
  storeMemory,
  systemCall,
  testRegister,
  undefinedInstruction,
  ZERO,
} from "./instructions.ts";

const [SCRATCH, OTHER, THIRD]: readonly [Register, Register, Register] = [9, 10, 11];
const SIGN_BIT = 63;

const OPERATION: Readonly<
  Record<Exclude<Arithmetic, "multiply" | "shiftLeft" | "shiftRight">, Operation>
> = {
  add: "add",
  subtract: "sub",
  and: "and",
  or: "orr",
  exclusiveOr: "eor",
};

const CONDITION: Readonly<Record<Comparison, ConditionName>> = {
  ...{ "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const,
  ...{ below: "cc", atLeast: "cs", above: "hi", atMost: "ls" } as const,
};

export const AARCH64: InstructionSet = {
  registers: {
    variables: [19, 20, 21, 22, 23, 24, 25, 26, 27, 28],
    arguments: [0, 1, 2, 3, 4, 5],
    callNumber: 8,
    callResult: 0,
    scratch: SCRATCH,
    other: OTHER,
    entryAddress: SCRATCH,
    entryRegister: 0,
    stack: STACK_POINTER,
    zero: ZERO,
    duringClone: SCRATCH,
  },
  constant: moveConstant,
  move(to, from) {
    const isStack = to === STACK_POINTER || from === STACK_POINTER;
    return isStack ? moveStack(to, from) : moveRegister(to, from);
  },
  labelAddress: loadLabel,
  sum,
  load(size, to, from) {
    const { items, memory: { base, offset } } = within(size, from);
    return [...items, loadMemory(size, to, base, offset)];
  },
  loadPair: (first, second, { base, offset }) =>
    fitsPair(offset) ? loadPair(first, second, base, offset) : undefined,
  store(size, to, from) {
    const { items, memory: { base, offset } } = within(size, to);
    return [...items, storeMemory(size, from, base, offset)];
  },
  takesConstant(op, value) {
    if (op === "add" || op === "subtract" || op === "compare") {
      return fitsArithmetic(Math.abs(value));
    }
    return op === "shiftLeft" || op === "shiftRight";
  },
  calculate,
  divide(value, by, free) {
    const items = [
      ...moveConstant(OTHER, by),
      divide(THIRD, value, OTHER),
      multiplySubtract(free, THIRD, OTHER, value),
    ];
    return { items, quotient: THIRD, remainder: free };
  },
  negate: (register) => negate(register, register),
  jump,
  jumpRegister,
  jumpWhen(left, op, right, target) {
    if (right.kind === "constant" && right.value === 0) {
      if (op === "==" || op === "!=") {
        return [jumpByZero(op === "==" ? "cbz" : "cbnz", left, target)];
      }
      if (op === "<" || op === ">=") {
        return [jumpByBit(op === "<" ? "tbnz" : "tbz", left, SIGN_BIT, target)];
      }
    }
    return [compare(left, right), jumpIf(CONDITION[op], target)];
  },
  jumpByBits(register, mask, isAny, target) {
    const bit = Math.log2(mask);
    if (Number.isInteger(bit)) {
      return [jumpByBit(isAny ? "tbnz" : "tbz", register, bit, target)];
    }
    return [
      ...moveConstant(OTHER, mask),
      testRegister(register, OTHER),
      jumpIf(isAny ? "ne" : "eq", target),
    ];
  },
  jumpByCarry: (isSet, target) => jumpIf(isSet ? "cs" : "cc", target),
  systemCall: () => [systemCall()],
  returnToC,
  undefinedInstruction,
  // Instructions lie at multiples of four.
  data: (bytes) => [...bytes, ...new Array(-bytes.length & 3).fill(0)],
};

/** @param by From −2²⁴ to 2²⁴, or any number if the register is not the stack pointer. */
function sum(to: Register, from: Register, by: number): readonly Item[] {
  if (by === 0) return to === from ? [] : [AARCH64.move(to, from)];
  const name = by < 0 ? "sub" : "add";
  const distance = Math.abs(by);
  const low = distance & 0xfff;
  if (distance >= 2 ** 24) {
    return [...moveConstant(THIRD, by), operate("add", to, from, THIRD)];
  }
  if (distance === low) return [operateConstant(name, to, from, low)];
  const high = operateConstant(name, to, from, distance - low);
  return low === 0 ? [high] : [high, operateConstant(name, to, to, low)];
}

/** Memory that a load or store reaches. */
function within(
  size: Size,
  memory: Memory,
): { readonly items: readonly Item[]; readonly memory: Memory } {
  if (fitsOffset(size, memory.offset)) return { items: [], memory };
  return { items: sum(THIRD, memory.base, memory.offset), memory: { base: THIRD, offset: 0 } };
}

function compare(left: Register, right: Operand): Item {
  if (right.kind === "register") return compareRegister(left, right.register);
  return compareConstant(right.value < 0 ? "cmn" : "cmp", left, Math.abs(right.value));
}

function calculate(op: Arithmetic, to: Register, by: Operand): readonly Item[] {
  if (by.kind === "register") {
    if (op === "multiply") return [multiply(to, to, by.register)];
    if (op !== "shiftLeft" && op !== "shiftRight") {
      return [operate(OPERATION[op], to, to, by.register)];
    }
  } else {
    const { value } = by;
    if (op === "shiftLeft" || op === "shiftRight") {
      return value === 0 ? [] : [(op === "shiftLeft" ? shiftLeft : shiftRight)(to, to, value)];
    }
    if (op === "add" || op === "subtract") {
      const name = (op === "add") === (value >= 0) ? "add" : "sub";
      return [operateConstant(name, to, to, Math.abs(value))];
    }
  }
  throw new Error(`There is no "${op}" by a ${by.kind}`);
}
