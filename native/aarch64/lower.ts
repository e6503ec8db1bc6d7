/**
 * From forms to AArch64 instructions.
 *
 * Variables live in x19 to x28, further ones in the frame below the entry's stack pointer. x9 to x11
 * hold nothing for longer than one form. Source: AAPCS64; Linux arch/arm64/kernel/entry.S; FreeBSD
 * sys/arm64/arm64/trap.c.
 */
import type { Item } from "../assembly.ts";
import type { Convention } from "../conventions.ts";
import {
  type Comparison,
  type Condition,
  type Form,
  goesOn,
  placesOf,
  type Program,
  type Size,
  type Value,
  type Variable,
} from "../forms.ts";
import {
  compareConstant,
  compareRegister,
  type ConditionName,
  divide,
  fitsArithmetic,
  fitsOffset,
  jump,
  jumpBySign,
  jumpByZero,
  jumpIf,
  jumpRegister,
  loadLabel,
  loadMemory,
  moveConstant,
  moveRegister,
  moveStack,
  multiply,
  multiplySubtract,
  negate,
  operate,
  operateConstant,
  type Operation,
  opposite,
  type Register,
  shiftLeft,
  shiftRight,
  STACK_POINTER,
  storeMemory,
  systemCall,
  testRegister,
  undefinedInstruction,
} from "./instructions.ts";

const FIRST_VARIABLE: Register = 19;
const VARIABLE_COUNT = 10;
const [SCRATCH, OTHER, THIRD]: readonly [Register, Register, Register] = [9, 10, 11];
const CALL_NUMBER: Register = 8;
const RESULT: Register = 0;
const ARGUMENTS = 6;
const STACK_ALIGNMENT = 16;

const OPERATION: Readonly<Record<string, Operation>> = {
  add: "add",
  subtract: "sub",
  and: "and",
  or: "orr",
  exclusiveOr: "eor",
};

const CONDITION: Readonly<Record<Comparison, ConditionName>> = {
  ...{ "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge" },
  ...{ below: "cc", atLeast: "cs", above: "hi", atMost: "ls" },
};

interface Place {
  readonly base: Register;
  readonly offset: number;
}

/** Lowers a program. @throws {Error} It names a call, a loop or a variable that there is not. */
export function lowerAarch64(program: Program, convention: Convention): readonly Item[] {
  const places = placesOf(program);
  const memoryAt = 8 * Math.max(0, program.variables.length - VARIABLE_COUNT);
  const wanted = memoryAt + program.frameBytes;
  const frame = Math.ceil(wanted / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  let labels = 0;
  const items: Item[] = [];
  const loops = new Map<string, { readonly start: string; readonly end: string }>();

  function place(of: Variable): Register | Place {
    const index = places.get(of);
    if (index === undefined) throw new Error(`"${of.name}" is no variable of "${program.name}"`);
    if (index < VARIABLE_COUNT) return FIRST_VARIABLE + index;
    return { base: STACK_POINTER, offset: 8 * (index - VARIABLE_COUNT) };
  }

  function into(register: Register, value: Value): void {
    if (typeof value !== "object") items.push(...moveConstant(register, value));
    else if (value.kind === "address") items.push(loadLabel(register, value.label, value.offset));
    else if (value.kind === "frame-address") {
      addTo(register, STACK_POINTER, memoryAt + value.offset);
    } else {
      const from = place(value);
      if (typeof from === "object") items.push(loadMemory(8, register, from.base, from.offset));
      else if (from !== register) items.push(moveRegister(register, from));
    }
  }

  /** The sum of a register, which may be the stack pointer, and a constant. */
  function addTo(to: Register, from: Register, by: number): void {
    const low = by & 0xfff;
    if (by - low > 0) items.push(operateConstant("add", to, from, by - low));
    if (by === 0) items.push(moveStack(to, from));
    else if (low > 0) items.push(operateConstant("add", to, by > low ? to : from, low));
  }

  function inRegister(value: Value, scratch: Register): Register {
    if (typeof value === "object" && value.kind === "variable") {
      const from = place(value);
      if (typeof from === "number") return from;
    }
    into(scratch, value);
    return scratch;
  }

  function keep(variable: Variable, from: Register): void {
    const to = place(variable);
    if (typeof to === "object") items.push(storeMemory(8, from, to.base, to.offset));
    else if (to !== from) items.push(moveRegister(to, from));
  }

  /** Where an address and a distance are in memory. */
  function memory(size: Size, base: Value, offset: number, scratch: Register): Place {
    const isFrame = typeof base === "object" && base.kind === "frame-address";
    const register = isFrame ? STACK_POINTER : inRegister(base, scratch);
    const whole = isFrame ? memoryAt + base.offset + offset : offset;
    if (fitsOffset(size, whole)) return { base: register, offset: whole };
    if (isFrame) addTo(scratch, STACK_POINTER, whole);
    else {
      items.push(...moveConstant(THIRD, whole));
      items.push(operate("add", scratch, register, THIRD));
    }
    return { base: scratch, offset: 0 };
  }

  function newLabel(what: string): string {
    return `${what} ${++labels}`;
  }

  function label(name: string): void {
    items.push({ kind: "label", name });
  }

  /** Jumps when the condition holds, or when it does not. */
  function branch(condition: Condition, holds: boolean, target: string): void {
    const left = inRegister(condition.kind === "bits" ? condition.of : condition.left, SCRATCH);
    if (condition.kind === "bits") {
      items.push(...moveConstant(OTHER, condition.mask), testRegister(left, OTHER));
      items.push(jumpIf(condition.set === holds ? "ne" : "eq", target));
      return;
    }
    const { right, op } = condition;
    if (right === 0 && (op === "==" || op === "!=")) {
      items.push(jumpByZero((op === "==") === holds ? "cbz" : "cbnz", left, target));
      return;
    }
    if (right === 0 && (op === "<" || op === ">=")) {
      items.push(jumpBySign((op === "<") === holds ? "tbnz" : "tbz", left, target));
      return;
    }
    if (typeof right === "number" && fitsArithmetic(right)) {
      items.push(compareConstant("cmp", left, right));
    } else if (typeof right === "number" && right < 0 && fitsArithmetic(-right)) {
      items.push(compareConstant("cmn", left, -right));
    } else {
      items.push(compareRegister(left, inRegister(right, OTHER)));
    }
    items.push(jumpIf(holds ? CONDITION[op] : opposite(CONDITION[op]), target));
  }

  function calculate(op: string, to: Variable, by: Value): void {
    const at = place(to);
    const register = inRegister(to, SCRATCH);
    const target = typeof at === "number" ? at : SCRATCH;
    if (op === "shiftLeft" || op === "shiftRight") {
      const shift = op === "shiftLeft" ? shiftLeft : shiftRight;
      if (Number(by) !== 0) items.push(shift(target, register, Number(by)));
    } else if (op === "multiply") {
      items.push(multiply(target, register, inRegister(by, OTHER)));
    } else {
      const isSum = op === "add" || op === "subtract";
      if (isSum && typeof by === "number" && fitsArithmetic(Math.abs(by))) {
        const name = (op === "add") === (by >= 0) ? "add" : "sub";
        items.push(operateConstant(name, target, register, Math.abs(by)));
      } else {
        items.push(operate(OPERATION[op] as Operation, target, register, inRegister(by, OTHER)));
      }
    }
    if (typeof at === "object") keep(to, SCRATCH);
  }

  function callSystem(call: string | Variable, args: readonly Value[], result?: Variable): void {
    if (args.length > ARGUMENTS) throw new Error("A call has at most six arguments");
    args.forEach((value, index) => into(index, value));
    if (typeof call === "object") into(CALL_NUMBER, call);
    else {
      const number = convention.numbers[call];
      if (number === undefined) throw new Error(`This system has no call "${call}"`);
      items.push(...moveConstant(CALL_NUMBER, number));
    }
    items.push(systemCall());
    if (convention.failure === "carry") {
      const done = newLabel("called");
      items.push(jumpIf("cc", done), negate(RESULT, RESULT));
      label(done);
    }
    if (result !== undefined) keep(result, RESULT);
  }

  function lower(form: Form): void {
    switch (form.kind) {
      case "set": {
        const to = place(form.to);
        if (typeof to === "number") return into(to, form.from);
        return keep(form.to, inRegister(form.from, SCRATCH));
      }
      case "arithmetic":
        return calculate(form.op, form.to, form.by);
      case "divide": {
        const value = inRegister(form.to, SCRATCH);
        items.push(...moveConstant(OTHER, form.by), divide(THIRD, value, OTHER));
        items.push(multiplySubtract(OTHER, THIRD, OTHER, value));
        keep(form.to, THIRD);
        return keep(form.remainder, OTHER);
      }
      case "load": {
        const at = place(form.to);
        const from = memory(form.size, form.base, form.offset, OTHER);
        const register = typeof at === "number" ? at : SCRATCH;
        items.push(loadMemory(form.size, register, from.base, from.offset));
        if (typeof at === "object") keep(form.to, SCRATCH);
        return;
      }
      case "store": {
        const to = memory(form.size, form.base, form.offset, OTHER);
        const value = inRegister(form.value, SCRATCH);
        return void items.push(storeMemory(form.size, value, to.base, to.offset));
      }
      case "system":
        return callSystem(form.call, form.args, form.result);
      case "when":
        return lowerWhen(form);
      case "loop": {
        const ends = { start: newLabel(form.name), end: newLabel(`behind ${form.name}`) };
        loops.set(form.name, ends);
        label(ends.start);
        form.body.forEach(lower);
        items.push(jump(ends.start));
        label(ends.end);
        loops.delete(form.name);
        return;
      }
      case "leave":
      case "again":
      case "go":
        return void items.push(jump(targetOf(form) as string));
      case "label":
        return label(form.name);
      case "run": {
        const here = newLabel("back");
        items.push(loadLabel(SCRATCH, here, 0));
        keep(form.link, SCRATCH);
        items.push(jump(form.routine));
        return label(here);
      }
      case "back":
        return void items.push(jumpRegister(inRegister(form.link, SCRATCH)));
      case "entry-stack":
        addTo(SCRATCH, STACK_POINTER, frame);
        return keep(form.to, SCRATCH);
      case "enter": {
        into(SCRATCH, form.at);
        into(RESULT, form.register);
        const stack = inRegister(form.stack, OTHER);
        items.push(moveStack(STACK_POINTER, stack));
        return void items.push(jumpRegister(SCRATCH));
      }
      case "never":
        return void items.push(undefinedInstruction());
      case "bytes":
        return void items.push({ kind: "data", bytes: padded(form.bytes), text: form.what });
    }
  }

  /** Where a form goes that does nothing else. */
  function targetOf(form: Form | undefined): string | undefined {
    if (form?.kind === "go") return form.to;
    if (form?.kind !== "leave" && form?.kind !== "again") return undefined;
    const ends = loops.get(form.loop);
    if (ends === undefined) throw new Error(`No loop "${form.loop}" is around here`);
    return form.kind === "leave" ? ends.end : ends.start;
  }

  function lowerWhen({ condition, then, otherwise }: Extract<Form, { kind: "when" }>): void {
    const [only, ...more] = then;
    const target = more.length === 0 ? targetOf(only) : undefined;
    if (target !== undefined) {
      branch(condition, true, target);
      return otherwise.forEach(lower);
    }
    const behind = newLabel("behind when");
    const other = otherwise.length === 0 ? behind : newLabel("otherwise");
    branch(condition, false, other);
    then.forEach(lower);
    if (otherwise.length > 0) {
      if (goesOn(then.at(-1))) items.push(jump(behind));
      label(other);
      otherwise.forEach(lower);
    }
    label(behind);
  }

  if (frame > 0) subtractFrame();
  program.body.forEach(lower);
  return items;

  function subtractFrame(): void {
    const low = frame & 0xfff;
    const take = (bytes: number) =>
      items.push(operateConstant("sub", STACK_POINTER, STACK_POINTER, bytes));
    if (frame - low > 0) take(frame - low);
    if (low > 0) take(low);
  }
}

/** Instructions lie at multiples of four, so data fills up to one. */
function padded(bytes: readonly number[]): readonly number[] {
  return [...bytes, ...new Array(-bytes.length & 3).fill(0)];
}
