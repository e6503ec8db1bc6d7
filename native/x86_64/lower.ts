/**
 * From forms to x86-64 instructions.
 *
 * Variables live in the six registers that a system call does not use for its arguments, further ones
 * in the frame below the entry's stack pointer. rax, rcx and r11 hold nothing for longer than one form.
 * Source: System V ABI for AMD64; Linux arch/x86/entry/entry_64.S; FreeBSD sys/amd64/amd64/exception.S.
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
  type Memory,
  moveByStack,
  moveConstant,
  moveRegister,
  multiplyRegister,
  negate,
  operate,
  operateConstant,
  type Operation,
  opposite,
  REGISTER,
  type Register,
  shift,
  storeMemory,
  systemCall,
  testBits,
  testSelf,
  undefinedInstruction,
} from "./instructions.ts";

const { rax, rcx, rdx, rsp, rsi, rdi, r8, r9, r10, r11 } = REGISTER;
const VARIABLE_REGISTERS: readonly Register[] = [
  ...[REGISTER.rbx, REGISTER.rbp, REGISTER.r12],
  ...[REGISTER.r13, REGISTER.r14, REGISTER.r15],
];
const ARGUMENT_REGISTERS: readonly Register[] = [rdi, rsi, rdx, r10, r8, r9];
const STACK_ALIGNMENT = 16;

const OPERATION: Readonly<Record<string, Operation>> = {
  add: "add",
  subtract: "sub",
  and: "and",
  or: "or",
  exclusiveOr: "xor",
};

const CONDITION: Readonly<Record<Comparison, ConditionName>> = {
  ...{ "==": "je", "!=": "jne", "<": "jl", "<=": "jle", ">": "jg", ">=": "jge" },
  ...{ below: "jb", atLeast: "jae", above: "ja", atMost: "jbe" },
};

/** Lowers a program. @throws {Error} It names a call, a loop or a variable that there is not. */
export function lowerX86_64(program: Program, convention: Convention): readonly Item[] {
  const places = placesOf(program);
  // Variables first, for the lower distances have the shorter instructions.
  const memoryAt = 8 * Math.max(0, program.variables.length - VARIABLE_REGISTERS.length);
  const wanted = memoryAt + program.frameBytes;
  const frame = Math.ceil(wanted / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  let labels = 0;
  const items: Item[] = [];
  const loops = new Map<string, { readonly start: string; readonly end: string }>();

  function place(of: Variable): Register | Memory {
    const index = places.get(of);
    if (index === undefined) throw new Error(`"${of.name}" is no variable of "${program.name}"`);
    const register = VARIABLE_REGISTERS[index];
    if (register !== undefined) return register;
    return { base: rsp, offset: 8 * (index - VARIABLE_REGISTERS.length) };
  }

  function constant(register: Register, value: number | bigint): void {
    const isSmall = typeof value === "number" && value !== 0 && fitsByte(value);
    // A program without a frame may run on somebody else's stack.
    if (isSmall && frame > 0) items.push(...moveByStack(register, value));
    else items.push(moveConstant(register, value));
  }

  /** Puts a value into a register of the caller's choice. */
  function into(register: Register, value: Value): void {
    if (typeof value !== "object") constant(register, value);
    else if (value.kind === "address") items.push(loadLabel(register, value.label, value.offset));
    else if (value.kind === "frame-address") {
      items.push(loadEffectiveAddress(register, { base: rsp, offset: memoryAt + value.offset }));
    } else {
      const from = place(value);
      if (typeof from === "object") items.push(loadMemory(8, register, from));
      else if (from !== register) items.push(moveRegister(register, from));
    }
  }

  /** A register that holds the value: its own, or the one that is given. */
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
    if (typeof to === "object") items.push(storeMemory(8, to, from));
    else if (to !== from) items.push(moveRegister(to, from));
  }

  /** Where an address and a distance are in memory. */
  function memory(base: Value, offset: number, scratch: Register): Memory {
    if (typeof base === "object" && base.kind === "frame-address") {
      return { base: rsp, offset: memoryAt + base.offset + offset };
    }
    return { base: inRegister(base, scratch), offset };
  }

  function newLabel(what: string): string {
    return `${what} ${++labels}`;
  }

  function label(name: string): void {
    items.push({ kind: "label", name });
  }

  /** Jumps when the condition holds, or when it does not. */
  function branch(condition: Condition, holds: boolean, target: string): void {
    const left = inRegister(condition.kind === "bits" ? condition.of : condition.left, rax);
    if (condition.kind === "bits") {
      items.push(testBits(left, condition.mask));
      items.push(jumpIf(condition.set === holds ? "jne" : "je", target));
      return;
    }
    const { right, op } = condition;
    if (right === 0 && (op === "==" || op === "!=" || op === "<" || op === ">=")) {
      items.push(testSelf(left));
    } else if (typeof right === "number" && fitsInt32(right)) {
      items.push(operateConstant("cmp", left, right));
    } else {
      items.push(operate("cmp", left, inRegister(right, rcx)));
    }
    items.push(jumpIf(holds ? CONDITION[op] : opposite(CONDITION[op]), target));
  }

  function calculate(op: string, to: Variable, by: Value): void {
    const at = place(to);
    const register = typeof at === "number" ? at : rax;
    if (typeof at === "object") into(rax, to);
    if (op === "shiftLeft" || op === "shiftRight") {
      items.push(shift(op === "shiftLeft" ? "shl" : "shr", register, Number(by)));
    } else if (op === "multiply") {
      items.push(multiplyRegister(register, inRegister(by, rcx)));
    } else {
      const operation = OPERATION[op] as Operation;
      if (typeof by === "number" && fitsInt32(by)) {
        items.push(operateConstant(operation, register, by));
      } else {
        items.push(operate(operation, register, inRegister(by, rcx)));
      }
    }
    if (typeof at === "object") keep(to, rax);
  }

  function callSystem(call: string | Variable, args: readonly Value[], result?: Variable): void {
    if (args.length > ARGUMENT_REGISTERS.length) {
      throw new Error("A call has at most six arguments");
    }
    args.forEach((value, index) => into(ARGUMENT_REGISTERS[index] as Register, value));
    if (typeof call === "object") into(rax, call);
    else {
      const number = convention.numbers[call];
      if (number === undefined) throw new Error(`This system has no call "${call}"`);
      constant(rax, number);
    }
    items.push(systemCall());
    if (convention.failure === "carry") {
      const done = newLabel("called");
      items.push(jumpIf("jae", done), negate(rax));
      label(done);
    }
    if (result !== undefined) keep(result, rax);
  }

  function load(size: Size, to: Variable, base: Value, offset: number): void {
    const at = place(to);
    const register = typeof at === "number" ? at : rax;
    items.push(loadMemory(size, register, memory(base, offset, rcx)));
    if (typeof at === "object") keep(to, rax);
  }

  function lower(form: Form): void {
    switch (form.kind) {
      case "set": {
        const to = place(form.to);
        if (typeof to === "number") return into(to, form.from);
        return keep(form.to, inRegister(form.from, rax));
      }
      case "arithmetic":
        return calculate(form.op, form.to, form.by);
      case "divide":
        into(rax, form.to);
        constant(rcx, form.by);
        items.push(moveConstant(rdx, 0), divideBy(rcx));
        keep(form.to, rax);
        return keep(form.remainder, rdx);
      case "load":
        return load(form.size, form.to, form.base, form.offset);
      case "store": {
        const to = memory(form.base, form.offset, rcx);
        return void items.push(storeMemory(form.size, to, inRegister(form.value, rax)));
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
        items.push(loadLabel(rax, here, 0));
        keep(form.link, rax);
        items.push(jump(form.routine));
        return label(here);
      }
      case "back":
        return void items.push(jumpRegister(inRegister(form.link, rax)));
      case "entry-stack":
        items.push(loadEffectiveAddress(rax, { base: rsp, offset: frame }));
        return keep(form.to, rax);
      case "enter":
        into(r11, form.at);
        into(rdx, form.register);
        into(rsp, form.stack);
        return void items.push(jumpRegister(r11));
      case "never":
        return void items.push(undefinedInstruction());
      case "bytes":
        return void items.push({ kind: "data", bytes: form.bytes, text: form.what });
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

  if (frame > 0) items.push(operateConstant("sub", rsp, frame));
  program.body.forEach(lower);
  return items;
}
