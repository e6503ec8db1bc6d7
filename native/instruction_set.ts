/**
 * What the walk over forms (`lowering.ts`) asks of a processor: registers for its purposes, and
 * instructions for what forms do.
 */
import type { Item } from "./assembly.ts";
import type { Arithmetic, Comparison, Size } from "./forms.ts";

/** A general register, by its number in encodings. */
export type Register = number;

/** A place in memory: a register and a distance. */
export interface Memory {
  readonly base: Register;
  readonly offset: number;
}

/** The right side of a comparison or a calculation. */
export type Operand =
  | { readonly kind: "register"; readonly register: Register }
  | { readonly kind: "constant"; readonly value: number };

export interface Registers {
  /** For variables: system calls do not change them. */
  readonly variables: readonly Register[];
  /** Of a system call, in their order. */
  readonly arguments: readonly Register[];
  readonly callNumber: Register;
  readonly callResult: Register;
  /** These two hold nothing for longer than one form, and are not among the arguments. */
  readonly scratch: Register;
  readonly other: Register;
  /** Where another program is entered, and what it finds in its entry register. */
  readonly entryAddress: Register;
  readonly entryRegister: Register;
  readonly stack: Register;
  /** Holds zero where it is stored. */
  readonly zero?: Register;
  /** No argument of the call that makes a child, and nothing that C wants kept. */
  readonly duringClone: Register;
}

export interface InstructionSet {
  readonly registers: Registers;
  /** @param mayPush Whether the stack is the program's own. */
  constant(to: Register, value: number | bigint, mayPush: boolean): readonly Item[];
  /** Either may be the stack pointer. */
  move(to: Register, from: Register): Item;
  /** The address so many bytes behind a label. */
  labelAddress(to: Register, label: string, offset: number): Item;
  /** A register, which may be the stack pointer, and a constant. */
  sum(to: Register, from: Register, by: number): readonly Item[];
  /** What is loaded fills the rest of the register with zeros. */
  load(size: Size, to: Register, from: Memory): readonly Item[];
  /** Loads eight bytes and the eight behind them. */
  loadPair?(first: Register, second: Register, from: Memory): Item | undefined;
  store(size: Size, to: Memory, from: Register): readonly Item[];
  /** Whether the constant can be the right side. */
  takesConstant(op: Arithmetic | "compare", value: number): boolean;
  calculate(op: Arithmetic, to: Register, by: Operand): readonly Item[];
  /**
   * Leaves quotient and remainder in the registers that it names. @param free For the remainder, if
   * possible.
   */
  divide(value: Register, by: number, free: Register): {
    readonly items: readonly Item[];
    readonly quotient: Register;
    readonly remainder: Register;
  };
  negate(register: Register): Item;
  jump(target: string): Item;
  jumpRegister(register: Register): Item;
  jumpWhen(left: Register, op: Comparison, right: Operand, target: string): readonly Item[];
  /** Jumps when any of the bits is set, or when none is. */
  jumpByBits(register: Register, mask: number, isAny: boolean, target: string): readonly Item[];
  /** Behind a system call that tells a failure by the carry flag. */
  jumpByCarry(isSet: boolean, target: string): Item;
  systemCall(): readonly Item[];
  /** To whoever called this as a C function; the result is where a system call leaves it. */
  returnToC(): Item;
  undefinedInstruction(): Item;
  /** Instructions that follow the bytes must lie where the processor wants them. */
  data(bytes: readonly number[]): readonly number[];
}
