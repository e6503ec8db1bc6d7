/**
 * From forms to the instructions of a processor: what each form becomes, which is the same for all
 * of them. Values and places: `emitter.ts`; system calls: `lowered_calls.ts`.
 */
import type { Item } from "./assembly.ts";
import { type Convention, NEVER_FAIL } from "./conventions.ts";
import { Emitter } from "./emitter.ts";
import { type Form, type FormOf, goesOn, isError, negate, type Program } from "./forms.ts";
import type { InstructionSet, Operand, Register } from "./instruction_set.ts";
import { callSystem, negateFailure } from "./lowered_calls.ts";

/** Lowers a program. @throws {Error} It names a call, a loop or a variable that there is not. */
export function lower(
  program: Program,
  convention: Convention,
  set: InstructionSet,
): readonly Item[] {
  const out = new Emitter(program, set);
  out.makeFrame();
  walkAll({ out, program, convention, loops: new Map() }, program.body);
  return out.items;
}

/** A program on its way. */
interface Lowering {
  readonly out: Emitter;
  readonly program: Program;
  readonly convention: Convention;
  /** Loops that are around what is walked, with their labels. */
  readonly loops: Map<string, { readonly start: string; readonly end: string }>;
}

type Walk<Kind extends Form["kind"]> = (lowering: Lowering, form: FormOf<Kind>) => void;

/** What becomes of each form. */
const WALKS: { readonly [Kind in Form["kind"]]: Walk<Kind> } = {
  set({ out }, { to, from }) {
    const place = out.place(to);
    if (typeof place === "number") out.into(place, from);
    else out.keep(to, out.inRegister(from, out.set.registers.scratch));
  },
  arithmetic({ out }, { op, to, by }) {
    const register = out.inRegister(to, out.set.registers.scratch);
    out.emit(...out.set.calculate(op, register, out.operand(op, by)));
    out.keep(to, register);
  },
  negate({ out }, { of }) {
    const register = out.inRegister(of, out.set.registers.scratch);
    out.emit(out.set.negate(register));
    out.keep(of, register);
  },
  divide({ out }, { to, by, remainder }) {
    const value = out.inRegister(to, out.set.registers.scratch);
    const divided = out.set.divide(value, by, out.workplace(remainder));
    out.emit(...divided.items);
    out.keep(to, divided.quotient);
    out.keep(remainder, divided.remainder);
  },
  load({ out }, { to, size, base, offset }) {
    const register = out.workplace(to);
    out.emit(...out.set.load(size, register, out.memory(base, offset)));
    out.keep(to, register);
  },
  store({ out }, { size, base, offset, value }) {
    const { zero, scratch } = out.set.registers;
    const to = out.memory(base, offset);
    const from = value === 0 ? zero : undefined;
    out.emit(...out.set.store(size, to, from ?? out.inRegister(value, scratch)));
  },
  system({ out, convention }, { call, args, result }) {
    callSystem(out, convention, call, args);
    if (result === undefined) return;
    if (!NEVER_FAIL.includes(String(call))) negateFailure(out, convention);
    out.keep(result, out.set.registers.callResult);
  },
  "try-system": walkTry,
  "make-child": walkChild,
  when: walkWhen,
  loop: walkLoop,
  leave: jumpThere,
  again: jumpThere,
  go: jumpThere,
  label: ({ out }, { name }) => out.label(name),
  run({ out }, { routine, link }) {
    const { scratch } = out.set.registers;
    const here = out.newLabel("back");
    out.emit(out.set.labelAddress(scratch, here, 0));
    out.keep(link, scratch);
    out.emit(out.set.jump(routine));
    out.label(here);
  },
  back({ out }, { link }) {
    out.emit(out.set.jumpRegister(out.inRegister(link, out.set.registers.scratch)));
  },
  entered({ out }, { name, parameters }) {
    out.label(name);
    out.makeFrame();
    const given = out.set.registers.arguments;
    parameters.forEach((each, index) => out.keep(each, given[index] as Register));
  },
  "entry-stack"({ out }, { to }) {
    const register = out.workplace(to);
    out.emit(...out.set.sum(register, out.set.registers.stack, out.frameBytes));
    out.keep(to, register);
  },
  enter({ out }, { at, register, stack }) {
    const { registers } = out.set;
    out.into(registers.entryAddress, at);
    out.into(registers.entryRegister, register);
    out.emit(out.set.move(registers.stack, out.inRegister(stack, registers.other)));
    out.emit(out.set.jumpRegister(registers.entryAddress));
  },
  never: ({ out }) => out.emit(out.set.undefinedInstruction()),
  bytes({ out }, { bytes, what }) {
    out.emit({ kind: "data", bytes: out.set.data(bytes), text: what });
  },
};

function walk(lowering: Lowering, form: Form): void {
  // The table has the right function for each kind, which the compiler cannot follow here.
  (WALKS[form.kind] as (lowering: Lowering, form: Form) => void)(lowering, form);
}

function walkAll(lowering: Lowering, forms: readonly Form[]): void {
  for (const form of forms) walk(lowering, form);
}

function walkTry(lowering: Lowering, form: FormOf<"try-system">): void {
  const { out, convention } = lowering;
  const { call, args, result, succeeded, failed } = form;
  const isNegative = convention.failure === "negative";
  callSystem(out, convention, call, args);
  // No processor loses the carry flag by that.
  out.keep(result, out.set.registers.callResult);
  choose(
    lowering,
    (target) => {
      if (isNegative) out.branch(isError(result), true, target);
      else out.emit(out.set.jumpByCarry(true, target));
    },
    succeeded,
    isNegative ? [negate(result), ...failed] : failed,
  );
}

/** @throws {Error} The program has a frame, which the child would share. */
function walkChild(lowering: Lowering, { parameter, terms }: FormOf<"make-child">): void {
  const { out, convention, program } = lowering;
  const { registers } = out.set;
  if (out.frameBytes > 0) throw new Error(`"${program.name}" makes a child and may have no frame`);
  const { call, terms: wanted } = convention.child;
  const given = registers.arguments[0] as Register;
  const isSafe = wanted.length === 0 && given !== registers.callResult;
  const register = isSafe ? given : registers.duringClone;
  if (register !== given) out.emit(out.set.move(register, given));
  out.withElsewhere(parameter, register, () => {
    callSystem(out, convention, call, wanted.map((each) => each === "nothing" ? 0 : terms[each]));
  });
  negateFailure(out, convention);
  const child = out.newLabel("child");
  const zero: Operand = { kind: "constant", value: 0 };
  out.emit(...out.set.jumpWhen(registers.callResult, "==", zero, child), out.set.returnToC());
  out.label(child);
  out.keep(parameter, register);
}

function walkLoop(lowering: Lowering, { name, body }: FormOf<"loop">): void {
  const { out, loops } = lowering;
  const ends = { start: out.newLabel(name), end: out.newLabel(`behind ${name}`) };
  loops.set(name, ends);
  out.label(ends.start);
  const last = body.at(-1);
  const isLeft = last?.kind === "when" && last.otherwise.length === 0 &&
    targetOfAll(lowering, last.then) === ends.end;
  if (isLeft) {
    walkAll(lowering, body.slice(0, -1));
    out.branch(last.condition, false, ends.start);
  } else {
    walkAll(lowering, body);
    if (goesOn(last)) out.emit(out.set.jump(ends.start));
  }
  out.label(ends.end);
  loops.delete(name);
}

function walkWhen(lowering: Lowering, { condition, then, otherwise }: FormOf<"when">): void {
  const { out } = lowering;
  const target = targetOfAll(lowering, then);
  if (target === undefined) {
    const skip = (other: string) => out.branch(condition, false, other);
    return choose(lowering, skip, then, otherwise);
  }
  out.branch(condition, true, target);
  walkAll(lowering, otherwise);
}

function jumpThere(lowering: Lowering, form: FormOf<"leave" | "again" | "go">): void {
  lowering.out.emit(lowering.out.set.jump(targetOf(lowering, form) as string));
}

/** @param skip Jumps to the label of what is done otherwise. */
function choose(
  lowering: Lowering,
  skip: (other: string) => void,
  then: readonly Form[],
  otherwise: readonly Form[],
): void {
  const { out } = lowering;
  const behind = out.newLabel("behind when");
  const other = otherwise.length === 0 ? behind : out.newLabel("otherwise");
  skip(other);
  walkAll(lowering, then);
  if (otherwise.length > 0) {
    if (goesOn(then.at(-1))) out.emit(out.set.jump(behind));
    out.label(other);
    walkAll(lowering, otherwise);
  }
  out.label(behind);
}

/** Where forms go that do nothing else. */
function targetOfAll(lowering: Lowering, [only, ...more]: readonly Form[]): string | undefined {
  return more.length === 0 ? targetOf(lowering, only) : undefined;
}

/** Where a form goes that does nothing else. @throws {Error} No such loop is around it. */
function targetOf({ loops }: Lowering, form: Form | undefined): string | undefined {
  if (form?.kind === "go") return form.to;
  if (form?.kind !== "leave" && form?.kind !== "again") return undefined;
  const ends = loops.get(form.loop);
  if (ends === undefined) throw new Error(`No loop "${form.loop}" is around here`);
  return form.kind === "leave" ? ends.end : ends.start;
}
