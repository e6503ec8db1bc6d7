/**
 * The instructions of a program as they come, and where its variables are: in registers that a
 * system call does not change, further ones in the frame below the entry's stack pointer.
 *
 * Knows values and conditions; which form becomes what is `lowering.ts`'s.
 */
import type { Item } from "./assembly.ts";
import {
  type Arithmetic,
  type Comparison,
  type Condition,
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

export class Emitter {
  readonly set: InstructionSet;
  readonly #items: Item[] = [];
  readonly #program: Program;
  readonly #places: ReadonlyMap<Variable, number>;
  readonly #memoryAt: number;
  /** Of the frame; 0: it has none. */
  readonly frameBytes: number;
  #labels = 0;
  /** A variable that is in another place for a while. */
  #elsewhere: { readonly variable: Variable; readonly register: Register } | undefined;

  constructor(program: Program, set: InstructionSet) {
    this.set = set;
    this.#program = program;
    this.#places = placesOf(program);
    const { variables } = set.registers;
    // Variables first, for the lower distances have the shorter instructions.
    this.#memoryAt = 8 * Math.max(0, program.variables.length - variables.length);
    const wanted = this.#memoryAt + program.frameBytes;
    this.frameBytes = Math.ceil(wanted / STACK_ALIGNMENT) * STACK_ALIGNMENT;
  }

  /** All so far. */
  get items(): readonly Item[] {
    return this.#items;
  }

  emit(...items: readonly Item[]): void {
    this.#items.push(...items);
  }

  newLabel(what: string): string {
    return `${what} ${++this.#labels}`;
  }

  label(name: string): void {
    this.emit({ kind: "label", name });
  }

  makeFrame(): void {
    const { stack } = this.set.registers;
    if (this.frameBytes > 0) this.emit(...this.set.sum(stack, stack, -this.frameBytes));
  }

  /** @throws {Error} The program has no such variable. */
  place(of: Variable): Register | Memory {
    if (this.#elsewhere?.variable === of) return this.#elsewhere.register;
    const { variables, stack } = this.set.registers;
    const index = this.#places.get(of);
    if (index === undefined) {
      throw new Error(`"${of.name}" is no variable of "${this.#program.name}"`);
    }
    return variables[index] ?? { base: stack, offset: 8 * (index - variables.length) };
  }

  /** Has a variable in another register while something is emitted. */
  withElsewhere(variable: Variable, register: Register, emit: () => void): void {
    this.#elsewhere = { variable, register };
    emit();
    this.#elsewhere = undefined;
  }

  /** Puts a value into a register of the caller's choice. */
  into(register: Register, value: Value): void {
    const { set } = this;
    // A program without a frame may run on somebody else's stack.
    if (typeof value !== "object") {
      this.emit(...set.constant(register, value, this.frameBytes > 0));
    } else if (value.kind === "address") {
      this.emit(set.labelAddress(register, value.label, value.offset));
    } else if (value.kind === "frame-address") {
      this.emit(...set.sum(register, set.registers.stack, this.#memoryAt + value.offset));
    } else if (value.kind === "stored") {
      const base = this.inRegister(value.base, register);
      this.emit(...set.load(8, register, { base, offset: value.offset }));
    } else if (value.kind === "sum") {
      this.emit(...set.sum(register, this.inRegister(value.of, register), value.by));
    } else {
      const from = this.place(value);
      if (typeof from === "object") this.emit(...set.load(8, register, from));
      else if (from !== register) this.emit(set.move(register, from));
    }
  }

  /** A register that holds the value: its own, or the one that is given. */
  inRegister(value: Value, free: Register): Register {
    if (typeof value === "object" && value.kind === "variable") {
      const from = this.place(value);
      if (typeof from === "number") return from;
    }
    this.into(free, value);
    return free;
  }

  keep(variable: Variable, from: Register): void {
    const to = this.place(variable);
    if (typeof to === "object") this.emit(...this.set.store(8, to, from));
    else if (to !== from) this.emit(this.set.move(to, from));
  }

  /** The register to compute a variable's next value in; {@link keep} brings it home. */
  workplace(variable: Variable): Register {
    const at = this.place(variable);
    return typeof at === "number" ? at : this.set.registers.scratch;
  }

  /** Where an address and a distance are in memory. */
  memory(base: Value, offset: number): Memory {
    const { stack, other } = this.set.registers;
    if (typeof base === "object" && base.kind === "frame-address") {
      return { base: stack, offset: this.#memoryAt + base.offset + offset };
    }
    return { base: this.inRegister(base, other), offset };
  }

  operand(op: Arithmetic | "compare", value: Value): Operand {
    if (typeof value === "number" && this.set.takesConstant(op, value)) {
      return { kind: "constant", value };
    }
    return { kind: "register", register: this.inRegister(value, this.set.registers.other) };
  }

  /** Jumps when the condition holds, or when it does not. */
  branch(condition: Condition, holds: boolean, target: string): void {
    const { set } = this;
    const { scratch } = set.registers;
    if (condition.kind === "bits") {
      const register = this.inRegister(condition.of, scratch);
      this.emit(...set.jumpByBits(register, condition.mask, condition.set === holds, target));
      return;
    }
    const left = this.inRegister(condition.left, scratch);
    const op = holds ? condition.op : OPPOSITE[condition.op];
    this.emit(...set.jumpWhen(left, op, this.operand("compare", condition.right), target));
  }
}
