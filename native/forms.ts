/**
 * The forms that the programs of `native/` are written in: what machine code can do, in words that
 * mean the same on every processor and system.
 *
 * A program is data, a list of forms over variables; nothing is encoded here. `lowering.ts` turns
 * forms into the instructions of a processor, `conventions.ts` says how a system is called.
 *
 * All values are 64 bits wide. A variable is a register as long as there are any, in the order in
 * which the program names them, else eight bytes of the program's frame. System calls change no
 * variable but the one that takes their result.
 */

/** A place for one value. */
export interface Variable {
  readonly kind: "variable";
  readonly name: string;
}

/** The address of a label, so many bytes behind it. */
export interface Address {
  readonly kind: "address";
  readonly label: string;
  readonly offset: number;
}

/** The address of the program's own memory on the stack, so many bytes from its lowest one. */
export interface FrameAddress {
  readonly kind: "frame-address";
  readonly offset: number;
}

/** The eight bytes in memory, so many behind the address that the variable holds. */
export interface Stored {
  readonly kind: "stored";
  readonly base: Variable;
  readonly offset: number;
}

/** What the variable holds, and so many more. */
export interface Sum {
  readonly kind: "sum";
  readonly of: Variable;
  readonly by: number;
}

export type Value = Variable | Address | FrameAddress | Stored | Sum | number | bigint;

/** Bytes that a load or store moves; what is loaded fills the rest of the variable with zeros. */
export type Size = 1 | 2 | 4 | 8;

/** Signed, but for the last four, which compare addresses and other unsigned values. */
export type Comparison =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "below"
  | "atLeast"
  | "above"
  | "atMost";

export type Condition =
  | {
    readonly kind: "compare";
    readonly left: Variable;
    readonly op: Comparison;
    readonly right: Value;
  }
  /** Whether any of the bits is set (or none). */
  | { readonly kind: "bits"; readonly of: Variable; readonly mask: number; readonly set: boolean };

export type Arithmetic =
  | "add"
  | "subtract"
  | "multiply"
  | "and"
  | "or"
  | "exclusiveOr"
  | "shiftLeft"
  | "shiftRight";

export type Form =
  | { readonly kind: "set"; readonly to: Variable; readonly from: Value }
  | {
    readonly kind: "arithmetic";
    readonly op: Arithmetic;
    readonly to: Variable;
    readonly by: Value;
  }
  | { readonly kind: "negate"; readonly of: Variable }
  /** Unsigned. */
  | {
    readonly kind: "divide";
    readonly to: Variable;
    readonly by: number;
    readonly remainder: Variable;
  }
  | {
    readonly kind: "load";
    readonly size: Size;
    readonly to: Variable;
    readonly base: Value;
    readonly offset: number;
  }
  | {
    readonly kind: "store";
    readonly size: Size;
    readonly value: Value;
    readonly base: Value;
    readonly offset: number;
  }
  /** The result is what the kernel answers, or the negative error number, on every system. */
  | {
    readonly kind: "system";
    readonly call: string | Value;
    readonly args: readonly Value[];
    readonly result: Variable | undefined;
  }
  /** Goes one way or the other; in `failed`, the result is the error number, on every system. */
  | {
    readonly kind: "try-system";
    readonly call: string | Value;
    readonly args: readonly Value[];
    readonly result: Variable;
    readonly succeeded: readonly Form[];
    readonly failed: readonly Form[];
  }
  /** The first form of a function that C calls: only in the child does the program go on. */
  | { readonly kind: "make-child"; readonly parameter: Variable; readonly terms: ChildTerms }
  | {
    readonly kind: "when";
    readonly condition: Condition;
    readonly then: readonly Form[];
    readonly otherwise: readonly Form[];
  }
  /** Runs its body again and again, until it is left. */
  | { readonly kind: "loop"; readonly name: string; readonly body: readonly Form[] }
  | { readonly kind: "leave"; readonly loop: string }
  | { readonly kind: "again"; readonly loop: string }
  | { readonly kind: "label"; readonly name: string }
  | { readonly kind: "go"; readonly to: string }
  /** Runs a routine, which comes back to where the link says. All variables are shared. */
  | { readonly kind: "run"; readonly routine: string; readonly link: Variable }
  | { readonly kind: "back"; readonly link: Variable }
  /**
   * Where C or the kernel enters the program once more, as a function; it does not return. The
   * program gets another frame, its variables hold nothing but the parameters.
   */
  | { readonly kind: "entered"; readonly name: string; readonly parameters: readonly Variable[] }
  /** The stack pointer as it was when the program was entered. */
  | { readonly kind: "entry-stack"; readonly to: Variable }
  /** Ends the program: another one is entered, with its stack and its entry register. */
  | {
    readonly kind: "enter";
    readonly at: Value;
    readonly stack: Variable;
    readonly register: Value;
  }
  /** Where nothing may come to: the processor stops the process. */
  | { readonly kind: "never" }
  | { readonly kind: "bytes"; readonly bytes: readonly number[]; readonly what: string };

export type FormOf<Kind extends Form["kind"]> = Extract<Form, { kind: Kind }>;

/** How a child is made, by systems that can be told. */
export interface ChildTerms {
  /** Of clone(2). */
  readonly flags: Value;
  /** Address behind the child's stack; zero: where the parent's is. */
  readonly stack: Value;
  /**
   * Address of 32 bits, which the kernel clears when the child no longer uses the parent's memory.
   */
  readonly mark: Value;
  /** Address of 32 bits where the kernel puts the PID before the child begins; zero: none. */
  readonly number: Value;
}

/** A program, complete. */
export interface Program {
  readonly name: string;
  /**
   * Most used first: the first ones are registers. Variables that are never needed at the same time
   * may share a place: they stand in a list of their own.
   */
  readonly variables: readonly (Variable | readonly Variable[])[];
  /** Bytes of memory on the stack, besides variables that found no register. */
  readonly frameBytes: number;
  readonly body: readonly Form[];
}

export function variable(name: string): Variable {
  return { kind: "variable", name };
}

export function addressOf(label: string, offset = 0): Address {
  return { kind: "address", label, offset };
}

export function frame(offset: number): FrameAddress {
  return { kind: "frame-address", offset };
}

export function stored(base: Variable, offset: number): Stored {
  return { kind: "stored", base, offset };
}

export function sum(of: Variable, by: number): Sum {
  return { kind: "sum", of, by };
}

export function set(to: Variable, from: Value): Form {
  return { kind: "set", to, from };
}

function arithmetic(op: Arithmetic): (to: Variable, by: Value) => Form {
  return (to, by) => ({ kind: "arithmetic", op, to, by });
}

export const add = arithmetic("add");
export const subtract = arithmetic("subtract");
export const multiply = arithmetic("multiply");
export const and = arithmetic("and");
export const or = arithmetic("or");
export const exclusiveOr = arithmetic("exclusiveOr");
/** By a constant from 0 to 63. */
export const shiftLeft = arithmetic("shiftLeft");
/** By a constant from 0 to 63; zeros come in. */
export const shiftRight = arithmetic("shiftRight");

export function negate(of: Variable): Form {
  return { kind: "negate", of };
}

/** @param by From 1 to 2³¹ − 1. */
export function divide(to: Variable, by: number, remainder: Variable): Form {
  return { kind: "divide", to, by, remainder };
}

export function load(size: Size, to: Variable, base: Value, offset = 0): Form {
  return { kind: "load", size, to, base, offset };
}

export function store(size: Size, value: Value, base: Value, offset = 0): Form {
  return { kind: "store", size, value, base, offset };
}

/** Calls the kernel. @param call A name in `conventions.ts`, or the number. */
export function system(call: string | Value, args: readonly Value[], result?: Variable): Form {
  return { kind: "system", call, args, result };
}

/** Calls the kernel, which may fail. @param call A name in `conventions.ts`, or the number. */
export function trySystem(
  call: string | Value,
  args: readonly Value[],
  result: Variable,
  { succeeded, failed }: {
    readonly succeeded: readonly Form[];
    readonly failed: readonly Form[];
  },
): Form {
  return { kind: "try-system", call, args, result, succeeded, failed };
}

/**
 * Makes a child. The parent returns to C at once, with the child's PID or the negative error
 * number, and all registers that C wants kept are.
 *
 * @param parameter What C gave; the terms may use it, and nothing else.
 */
export function makeChild(parameter: Variable, terms: ChildTerms): Form {
  return { kind: "make-child", parameter, terms };
}

export function compare(left: Variable, op: Comparison, right: Value): Condition {
  return { kind: "compare", left, op, right };
}

export function anyBit(of: Variable, mask: number): Condition {
  return { kind: "bits", of, mask, set: true };
}

export function noBit(of: Variable, mask: number): Condition {
  return { kind: "bits", of, mask, set: false };
}

/** Whether a system call has failed that never answers with a negative number otherwise. */
export function failed(result: Variable): Condition {
  return compare(result, "<", 0);
}

export function succeeded(result: Variable): Condition {
  return compare(result, ">=", 0);
}

/**
 * Whether the result of any system call is an error: one of the last 4095 values.
 * Source: Linux include/linux/err.h, MAX_ERRNO.
 */
export function isError(result: Variable): Condition {
  return compare(result, "above", -4096);
}

export function when(
  condition: Condition,
  then: readonly Form[],
  otherwise: readonly Form[] = [],
): Form {
  return { kind: "when", condition, then, otherwise };
}

export function loop(name: string, body: readonly Form[]): Form {
  return { kind: "loop", name, body };
}

export function leave(name: string): Form {
  return { kind: "leave", loop: name };
}

export function again(name: string): Form {
  return { kind: "again", loop: name };
}

export function label(name: string): Form {
  return { kind: "label", name };
}

export function go(to: string): Form {
  return { kind: "go", to };
}

/** A piece of a program that is run from several places, and where it has to come back to. */
export interface Routine {
  readonly name: string;
  /** Of this routine alone: it must not change while the routine is at work. */
  readonly link: Variable;
}

export function routine(name: string): Routine {
  return { name, link: variable(`back from ${name}`) };
}

export function run({ name, link }: Routine): Form {
  return { kind: "run", routine: name, link };
}

/**
 * The routine's forms; they are reached by {@link run} only, so they stand behind what leaves or
 * ends.
 */
export function define({ name, link }: Routine, body: readonly Form[]): readonly Form[] {
  return [label(name), ...body, { kind: "back", link }];
}

/** The places of a program's variables: the number of the place for each. */
export function placesOf({ variables }: Program): ReadonlyMap<Variable, number> {
  return new Map(
    variables.flatMap((each, index) => {
      const sharing: readonly Variable[] = "kind" in each ? [each] : each;
      return sharing.map((variable): [Variable, number] => [variable, index]);
    }),
  );
}

/** @param parameters At most three: so many have the registers that they have in system calls. */
export function entered(name: string, parameters: readonly Variable[]): Form {
  return { kind: "entered", name, parameters };
}

/** Whether what stands behind the form is reached through it. */
export function goesOn(form: Form | undefined): boolean {
  switch (form?.kind) {
    case "leave":
    case "again":
    case "go":
    case "back":
    case "enter":
    case "never":
      return false;
    default:
      return true;
  }
}

export const never: Form = { kind: "never" };

export function entryStack(to: Variable): Form {
  return { kind: "entry-stack", to };
}

export function enter(at: Value, stack: Variable, register: Value): Form {
  return { kind: "enter", at, stack, register };
}

/** Bytes as they are, behind a label. */
export function data(name: string, bytes: Iterable<number>): readonly Form[] {
  return [label(name), { kind: "bytes", bytes: [...bytes], what: name }];
}

/** A text in UTF-8 with the zero byte that ends it in C, behind a label. */
export function text(name: string, value: string): readonly Form[] {
  const bytes = [...new TextEncoder().encode(value), 0];
  return [label(name), { kind: "bytes", bytes, what: JSON.stringify(value) }];
}

/** A number as little-endian bytes. */
export function littleEndian(value: number | bigint, byteCount: number): readonly number[] {
  const bits = BigInt.asUintN(byteCount * 8, BigInt(value));
  return Array.from({ length: byteCount }, (_, i) => Number(bits >> BigInt(8 * i) & 0xffn));
}
