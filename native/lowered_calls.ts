/** System calls as instructions: arguments into their registers, and what a failure is. */
import type { Convention } from "./conventions.ts";
import type { Emitter } from "./emitter.ts";
import type { Value } from "./forms.ts";
import type { Register } from "./instruction_set.ts";

/**
 * Calls the system. @param call Its name, or a value that is its number.
 *
 * @throws {Error} The system has no call of that name, or the call too many arguments.
 */
export function callSystem(
  out: Emitter,
  convention: Convention,
  call: string | Value,
  args: readonly Value[],
): void {
  const { registers } = out.set;
  if (args.length > registers.arguments.length) {
    throw new Error("A call has at most six arguments");
  }
  for (let index = 0; index < args.length; index++) {
    if (loadTwo(out, args, index)) index++;
    else out.into(registers.arguments[index] as Register, args[index] as Value);
  }
  out.into(registers.callNumber, typeof call === "string" ? numberOf(convention, call) : call);
  out.emit(...out.set.systemCall());
}

/** The result of a call is a negative error number on all systems then. */
export function negateFailure(out: Emitter, convention: Convention): void {
  if (convention.failure === "negative") return;
  const { set } = out;
  const done = out.newLabel("called");
  out.emit(set.jumpByCarry(false, done), set.negate(set.registers.callResult));
  out.label(done);
}

/** Puts two arguments into their registers at once, if they lie in memory one behind the other. */
function loadTwo(out: Emitter, args: readonly Value[], index: number): boolean {
  const [first, second] = [args[index], args[index + 1]];
  if (typeof first !== "object" || first.kind !== "stored") return false;
  if (typeof second !== "object" || second.kind !== "stored") return false;
  const base = out.place(first.base);
  if (typeof base === "object" || first.base !== second.base) return false;
  if (second.offset !== first.offset + 8) return false;
  const { set } = out;
  const [to = 0, next = 0] = set.registers.arguments.slice(index);
  const pair = set.loadPair?.(to, next, { base, offset: first.offset });
  if (pair !== undefined) out.emit(pair);
  return pair !== undefined;
}

function numberOf({ numbers }: Convention, call: string): number {
  const number = numbers[call];
  if (number === undefined) throw new Error(`This system has no call "${call}"`);
  return number;
}
