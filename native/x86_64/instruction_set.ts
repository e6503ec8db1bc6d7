/**
 * How x86-64 does what forms do.
 *
 * Variables live in the six registers that a system call does not use for its arguments. rax, rcx
 * and r11 hold nothing for longer than one form. Source: System V ABI for AMD64; Linux
 * arch/x86/entry/entry_64.S; FreeBSD sys/amd64/amd64/exception.S.
 */
import type { Item } from "../assembly.ts";
import type { Arithmetic, Comparison } from "../forms.ts";
import type { InstructionSet, Operand, Register } from "../instruction_set.ts";
import {
  type ConditionName,
  divideBy,
  fitsByte,
  fitsInt32,
  jump,
  jumpIf,
  jumpRegister,
  loadEffectiveAddress,
  loadLabel,
  loadMemory,
  moveByStack,
  moveConstant,
  moveRegister,
  multiplyRegister,
  negate,
  operate,
  operateConstant,
  type Operation,
  REGISTER,
  returnToC,
  shift,
  storeMemory,
  systemCall,
  testBits,
  testSelf,
  undefinedInstruction,
} from "./instructions.ts";

const { rax, rbx, rcx, rdx, rbp, rsp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 } = REGISTER;

const OPERATION: Readonly<
  Record<Exclude<Arithmetic, "multiply" | "shiftLeft" | "shiftRight">, Operation>
> = {
  add: "add",
  subtract: "sub",
  and: "and",
  or: "or",
  exclusiveOr: "xor",
};

const CONDITION: Readonly<Record<Comparison, ConditionName>> = {
  ...{ "==": "je", "!=": "jne", "<": "jl", "<=": "jle", ">": "jg", ">=": "jge" } as const,
  ...{ below: "jb", atLeast: "jae", above: "ja", atMost: "jbe" } as const,
};
/** Told by a register's own value. */
const OF_ITSELF: readonly Comparison[] = ["==", "!=", "<", ">="];

export const X86_64: InstructionSet = {
  registers: {
    variables: [rbx, rbp, r12, r13, r14, r15],
    arguments: [rdi, rsi, rdx, r10, r8, r9],
    callNumber: rax,
    callResult: rax,
    scratch: rax,
    other: rcx,
    entryAddress: r11,
    entryRegister: rdx,
    stack: rsp,
    duringClone: r9,
  },
  constant(to, value, mayPush) {
    const isSmall = typeof value === "number" && value !== 0 && fitsByte(value);
    return isSmall && mayPush ? moveByStack(to, value) : [moveConstant(to, value)];
  },
  move: moveRegister,
  labelAddress: loadLabel,
  sum(to, from, by) {
    if (by === 0) return to === from ? [] : [moveRegister(to, from)];
    if (to === from) return [addConstant(to, by)];
    return [loadEffectiveAddress(to, { base: from, offset: by })];
  },
  load: (size, to, from) => [loadMemory(size, to, from)],
  store: (size, to, from) => [storeMemory(size, to, from)],
  takesConstant: (op, value) => op !== "multiply" && fitsInt32(value),
  calculate,
  divide(value, by) {
    const items = [
      ...(value === rax ? [] : [moveRegister(rax, value)]),
      moveConstant(rcx, by),
      moveConstant(rdx, 0),
      divideBy(rcx),
    ];
    return { items, quotient: rax, remainder: rdx };
  },
  negate,
  jump,
  jumpRegister,
  jumpWhen(left, op, right, target) {
    return [compare(left, op, right), jumpIf(CONDITION[op], target)];
  },
  jumpByBits: (register, mask, isAny, target) => [
    testBits(register, mask),
    jumpIf(isAny ? "jne" : "je", target),
  ],
  jumpByCarry: (isSet, target) => jumpIf(isSet ? "jb" : "jae", target),
  systemCall: () => [systemCall()],
  returnToC,
  undefinedInstruction,
  data: (bytes) => bytes,
};

function addConstant(to: Register, by: number): Item {
  // The opposite of −2³¹ is no constant of an instruction.
  const isSubtracted = by < 0 && fitsInt32(-by);
  return isSubtracted ? operateConstant("sub", to, -by) : operateConstant("add", to, by);
}

function compare(left: Register, op: Comparison, right: Operand): Item {
  if (right.kind === "register") return operate("cmp", left, right.register);
  if (right.value === 0 && OF_ITSELF.includes(op)) return testSelf(left);
  return operateConstant("cmp", left, right.value);
}

function calculate(op: Arithmetic, to: Register, by: Operand): readonly Item[] {
  if (by.kind === "register") {
    if (op === "multiply") return [multiplyRegister(to, by.register)];
    if (op !== "shiftLeft" && op !== "shiftRight") return [operate(OPERATION[op], to, by.register)];
  } else {
    if (op === "shiftLeft") return [shift("shl", to, by.value)];
    if (op === "shiftRight") return [shift("shr", to, by.value)];
    if (op !== "multiply") return [operateConstant(OPERATION[op], to, by.value)];
  }
  throw new Error(`There is no "${op}" by a ${by.kind}`);
}
