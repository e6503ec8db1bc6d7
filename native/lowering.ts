/**
 * From forms to the instructions of a processor: the walk, which is the same for all of them.
 *
 * Variables live in registers that a system call does not change, further ones in the frame below
 * the entry's stack pointer.
 */
import type { Item } from "./assembly.ts";
import { type Convention, NEVER_FAIL } from "./conventions.ts";
import {
  type Arithmetic,
  type Comparison,
  type Condition,
  type Form,
  type FormOf,
  goesOn,
  isError,
  negate,
  placesOf,
  type Program,
  type Value,
  type Variable,
} from "./forms.ts";
import type { InstructionSet, Memory, Operand, Register } from "./instruction_set.ts";

const STACK_ALIGNMENT = 16;

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  ...{ "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const,
  ...{ below: "atLeast", atLeast: "below", above: "atMost", atMost: "above" } as const,
};

/** Lowers a program. @throws {Error} It names a call, a loop or a variable that there is not. */
export function lower(
  program: Program,
  convention: Convention,
  set: InstructionSet,
): readonly Item[] {
  const { registers } = set;
  const { scratch, other, stack } = registers;
  const places = placesOf(program);
  // Variables first, for the lower distances have the shorter instructions.
  const memoryAt = 8 * Math.max(0, program.variables.length - registers.variables.length);
  const wanted = memoryAt + program.frameBytes;
  const frameBytes = Math.ceil(wanted / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  const items: Item[] = [];
  const loops = new Map<string, { readonly start: string; readonly end: string }>();
  let labels = 0;
  /** A variable that is in another place for a while. */
  let elsewhere: { readonly variable: Variable; readonly register: Register } | undefined;

  function place(of: Variable): Register | Memory {
    if (elsewhere?.variable === of) return elsewhere.register;
    const index = places.get(of);
    if (index === undefined) throw new Error(`"${of.name}" is no variable of "${program.name}"`);
    const register = registers.variables[index];
    if (register !== undefined) return register;
    return { base: stack, offset: 8 * (index - registers.variables.length) };
  }

  /** Puts a value into a register of the caller's choice. */
  function into(register: Register, value: Value): void {
    // A program without a frame may run on somebody else's stack.
    if (typeof value !== "object") items.push(...set.constant(register, value, frameBytes > 0));
    else if (value.kind === "address") {
      items.push(set.labelAddress(register, value.label, value.offset));
    } else if (value.kind === "frame-address") {
      items.push(...set.sum(register, stack, memoryAt + value.offset));
    } else if (value.kind === "stored") {
      const base = inRegister(value.base, register);
      items.push(...set.load(8, register, { base, offset: value.offset }));
    } else if (value.kind === "sum") {
      items.push(...set.sum(register, inRegister(value.of, register), value.by));
    } else {
      const from = place(value);
      if (typeof from === "object") items.push(...set.load(8, register, from));
      else if (from !== register) items.push(set.move(register, from));
    }
  }

  /** A register that holds the value: its own, or the one that is given. */
  function inRegister(value: Value, free: Register): Register {
    if (typeof value === "object" && value.kind === "variable") {
      const from = place(value);
      if (typeof from === "number") return from;
    }
    into(free, value);
    return free;
  }

  function keep(variable: Variable, from: Register): void {
    const to = place(variable);
    if (typeof to === "object") items.push(...set.store(8, to, from));
    else if (to !== from) items.push(set.move(to, from));
  }

  /** The register to compute a variable's next value in; {@link keep} brings it home. */
  function workplace(variable: Variable): Register {
    const at = place(variable);
    return typeof at === "number" ? at : scratch;
  }

  /** Where an address and a distance are in memory. */
  function memory(base: Value, offset: number): Memory {
    if (typeof base === "object" && base.kind === "frame-address") {
      return { base: stack, offset: memoryAt + base.offset + offset };
    }
    return { base: inRegister(base, other), offset };
  }

  function operand(op: Arithmetic | "compare", value: Value): Operand {
    if (typeof value === "number" && set.takesConstant(op, value)) {
      return { kind: "constant", value };
    }
    return { kind: "register", register: inRegister(value, other) };
  }

  function newLabel(what: string): string {
    return `${what} ${++labels}`;
  }

  function label(name: string): void {
    items.push({ kind: "label", name });
  }

  /** Jumps when the condition holds, or when it does not. */
  function branch(condition: Condition, holds: boolean, target: string): void {
    if (condition.kind === "bits") {
      const register = inRegister(condition.of, scratch);
      items.push(...set.jumpByBits(register, condition.mask, condition.set === holds, target));
      return;
    }
    const left = inRegister(condition.left, scratch);
    const op = holds ? condition.op : OPPOSITE[condition.op];
    items.push(...set.jumpWhen(left, op, operand("compare", condition.right), target));
  }

  function callSystem(call: string | Value, args: readonly Value[]): void {
    if (args.length > registers.arguments.length) {
      throw new Error("A call has at most six arguments");
    }
    for (let index = 0; index < args.length; index++) {
      if (loadTwo(args, index)) index++;
      else into(registers.arguments[index] as Register, args[index] as Value);
    }
    into(registers.callNumber, typeof call === "string" ? numberOf(call) : call);
    items.push(...set.systemCall());
  }

  /**
   * Puts two arguments into their registers at once, if they lie in memory one behind the other.
   */
  function loadTwo(args: readonly Value[], index: number): boolean {
    const [first, second] = [args[index], args[index + 1]];
    if (typeof first !== "object" || first.kind !== "stored") return false;
    if (typeof second !== "object" || second.kind !== "stored") return false;
    const base = place(first.base);
    if (typeof base === "object" || first.base !== second.base) return false;
    if (second.offset !== first.offset + 8) return false;
    const [to = 0, next = 0] = registers.arguments.slice(index);
    const pair = set.loadPair?.(to, next, { base, offset: first.offset });
    if (pair !== undefined) items.push(pair);
    return pair !== undefined;
  }

  /** The result of a call is a negative error number on all systems then. */
  function negateFailure(): void {
    if (convention.failure === "negative") return;
    const done = newLabel("called");
    items.push(set.jumpByCarry(false, done), set.negate(registers.callResult));
    label(done);
  }

  function numberOf(call: string): number {
    const number = convention.numbers[call];
    if (number === undefined) throw new Error(`This system has no call "${call}"`);
    return number;
  }

  function walk(form: Form): void {
    switch (form.kind) {
      case "set": {
        const to = place(form.to);
        if (typeof to === "number") return into(to, form.from);
        return keep(form.to, inRegister(form.from, scratch));
      }
      case "arithmetic": {
        const register = inRegister(form.to, scratch);
        items.push(...set.calculate(form.op, register, operand(form.op, form.by)));
        return keep(form.to, register);
      }
      case "negate": {
        const register = inRegister(form.of, scratch);
        items.push(set.negate(register));
        return keep(form.of, register);
      }
      case "divide": {
        const value = inRegister(form.to, scratch);
        const { items: divide, quotient, remainder } = set.divide(
          value,
          form.by,
          workplace(form.remainder),
        );
        items.push(...divide);
        keep(form.to, quotient);
        return keep(form.remainder, remainder);
      }
      case "load": {
        const register = workplace(form.to);
        items.push(...set.load(form.size, register, memory(form.base, form.offset)));
        return keep(form.to, register);
      }
      case "store": {
        const to = memory(form.base, form.offset);
        const from = form.value === 0 ? registers.zero : undefined;
        return void items.push(
          ...set.store(form.size, to, from ?? inRegister(form.value, scratch)),
        );
      }
      case "system":
        callSystem(form.call, form.args);
        if (form.result === undefined) return;
        if (!NEVER_FAIL.includes(String(form.call))) negateFailure();
        return keep(form.result, registers.callResult);
      case "try-system":
        return walkTry(form);
      case "make-child":
        return walkChild(form);
      case "when":
        return walkWhen(form);
      case "loop":
        return walkLoop(form);
      case "leave":
      case "again":
      case "go":
        return void items.push(set.jump(targetOf(form) as string));
      case "label":
        return label(form.name);
      case "run": {
        const here = newLabel("back");
        items.push(set.labelAddress(scratch, here, 0));
        keep(form.link, scratch);
        items.push(set.jump(form.routine));
        return label(here);
      }
      case "back":
        return void items.push(set.jumpRegister(inRegister(form.link, scratch)));
      case "entered": {
        label(form.name);
        makeFrame();
        form.parameters.forEach((each, index) =>
          keep(each, registers.arguments[index] as Register)
        );
        return;
      }
      case "entry-stack": {
        const register = workplace(form.to);
        items.push(...set.sum(register, stack, frameBytes));
        return keep(form.to, register);
      }
      case "enter":
        into(registers.entryAddress, form.at);
        into(registers.entryRegister, form.register);
        items.push(set.move(stack, inRegister(form.stack, other)));
        return void items.push(set.jumpRegister(registers.entryAddress));
      case "never":
        return void items.push(set.undefinedInstruction());
      case "bytes":
        return void items.push({ kind: "data", bytes: set.data(form.bytes), text: form.what });
    }
  }

  function walkTry({ call, args, result, succeeded, failed }: FormOf<"try-system">): void {
    callSystem(call, args);
    // No processor loses the carry flag by that.
    keep(result, registers.callResult);
    choose(
      (target) => {
        if (convention.failure === "negative") branch(isError(result), true, target);
        else items.push(set.jumpByCarry(true, target));
      },
      succeeded,
      convention.failure === "negative" ? [negate(result), ...failed] : failed,
    );
  }

  function walkChild({ parameter, terms }: FormOf<"make-child">): void {
    if (frameBytes > 0) throw new Error(`"${program.name}" makes a child and may have no frame`);
    const { call, terms: wanted } = convention.child;
    const given = registers.arguments[0] as Register;
    const isSafe = wanted.length === 0 && given !== registers.callResult;
    const register = isSafe ? given : registers.duringClone;
    if (register !== given) items.push(set.move(register, given));
    elsewhere = { variable: parameter, register };
    callSystem(call, wanted.map((each) => each === "nothing" ? 0 : terms[each]));
    elsewhere = undefined;
    negateFailure();
    const child = newLabel("child");
    const zero: Operand = { kind: "constant", value: 0 };
    items.push(...set.jumpWhen(registers.callResult, "==", zero, child), set.returnToC());
    label(child);
    keep(parameter, register);
  }

  function walkLoop({ name, body }: FormOf<"loop">): void {
    const ends = { start: newLabel(name), end: newLabel(`behind ${name}`) };
    loops.set(name, ends);
    label(ends.start);
    const last = body.at(-1);
    if (
      last?.kind === "when" && targetOfAll(last.then) === ends.end && last.otherwise.length === 0
    ) {
      body.slice(0, -1).forEach(walk);
      branch(last.condition, false, ends.start);
    } else {
      body.forEach(walk);
      if (goesOn(last)) items.push(set.jump(ends.start));
    }
    label(ends.end);
    loops.delete(name);
  }

  /** Where forms go that do nothing else. */
  function targetOfAll([only, ...more]: readonly Form[]): string | undefined {
    return more.length === 0 ? targetOf(only) : undefined;
  }

  /** Where a form goes that does nothing else. */
  function targetOf(form: Form | undefined): string | undefined {
    if (form?.kind === "go") return form.to;
    if (form?.kind !== "leave" && form?.kind !== "again") return undefined;
    const ends = loops.get(form.loop);
    if (ends === undefined) throw new Error(`No loop "${form.loop}" is around here`);
    return form.kind === "leave" ? ends.end : ends.start;
  }

  function walkWhen({ condition, then, otherwise }: FormOf<"when">): void {
    const target = targetOfAll(then);
    if (target === undefined) {
      return choose((other) => branch(condition, false, other), then, otherwise);
    }
    branch(condition, true, target);
    otherwise.forEach(walk);
  }

  /** @param skip Jumps to the label of what is done otherwise. */
  function choose(
    skip: (other: string) => void,
    then: readonly Form[],
    otherwise: readonly Form[],
  ): void {
    const behind = newLabel("behind when");
    const other = otherwise.length === 0 ? behind : newLabel("otherwise");
    skip(other);
    then.forEach(walk);
    if (otherwise.length > 0) {
      if (goesOn(then.at(-1))) items.push(set.jump(behind));
      label(other);
      otherwise.forEach(walk);
    }
    label(behind);
  }

  function makeFrame(): void {
    if (frameBytes > 0) items.push(...set.sum(stack, stack, -frameBytes));
  }

  makeFrame();
  program.body.forEach(walk);
  return items;
}
