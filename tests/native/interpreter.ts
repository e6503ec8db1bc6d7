/**
 * What forms mean, told once more and as simply as can be: the tests compare processors with it.
 */
import type { Arithmetic, Condition, Form, Value, Variable } from "../../native/forms.ts";

/** Values of the variables, each from 0 to 2⁶⁴ − 1, and the frame's bytes. */
export interface State {
  readonly values: Map<Variable, bigint>;
  readonly frame: Uint8Array;
}

const MASK = (1n << 64n) - 1n;

type Outcome = { readonly kind: "on" } | {
  readonly kind: "leave" | "again";
  readonly loop: string;
};
const ON: Outcome = { kind: "on" };

/** Runs forms that call no system and jump nowhere. */
export function interpret(forms: readonly Form[], state: State): Outcome {
  for (const form of forms) {
    const outcome = step(form, state);
    if (outcome.kind !== "on") return outcome;
  }
  return ON;
}

function step(form: Form, state: State): Outcome {
  const { values, frame } = state;
  const view = new DataView(frame.buffer);
  switch (form.kind) {
    case "set":
      values.set(form.to, valueOf(form.from, state));
      return ON;
    case "arithmetic": {
      const left = valueOf(form.to, state);
      values.set(form.to, calculate(form.op, left, valueOf(form.by, state)) & MASK);
      return ON;
    }
    case "negate":
      values.set(form.of, -valueOf(form.of, state) & MASK);
      return ON;
    case "divide": {
      const value = valueOf(form.to, state);
      values.set(form.to, value / BigInt(form.by));
      values.set(form.remainder, value % BigInt(form.by));
      return ON;
    }
    case "load": {
      const at = frameOffset(form.base) + form.offset;
      let value = 0n;
      for (let index = form.size - 1; index >= 0; index--) {
        value = value << 8n | BigInt(view.getUint8(at + index));
      }
      values.set(form.to, value);
      return ON;
    }
    case "store": {
      const at = frameOffset(form.base) + form.offset;
      const value = valueOf(form.value, state);
      for (let index = 0; index < form.size; index++) {
        view.setUint8(at + index, Number(value >> BigInt(8 * index) & 0xffn));
      }
      return ON;
    }
    case "when":
      return interpret(holds(form.condition, state) ? form.then : form.otherwise, state);
    case "loop":
      for (;;) {
        const outcome = interpret(form.body, state);
        if (outcome.kind === "on") continue;
        if (outcome.loop !== form.name) return outcome;
        if (outcome.kind === "leave") return ON;
      }
    case "leave":
    case "again":
      return { kind: form.kind, loop: form.loop };
    default:
      throw new Error(`No meaning is told here for "${form.kind}"`);
  }
}

function valueOf(value: Value, state: State): bigint {
  const { values } = state;
  if (typeof value !== "object") return BigInt(value) & MASK;
  if (value.kind === "variable") return values.get(value) ?? 0n;
  if (value.kind === "sum") return (valueOf(value.of, state) + BigInt(value.by)) & MASK;
  throw new Error(`No meaning is told here for "${value.kind}"`);
}

function frameOffset(base: Value): number {
  if (typeof base === "object" && base.kind === "frame-address") return base.offset;
  throw new Error("Only the frame is memory here");
}

function calculate(op: Arithmetic, left: bigint, right: bigint): bigint {
  switch (op) {
    case "add":
      return left + right;
    case "subtract":
      return left - right;
    case "multiply":
      return left * right;
    case "and":
      return left & right;
    case "or":
      return left | right;
    case "exclusiveOr":
      return left ^ right;
    case "shiftLeft":
      return left << right;
    case "shiftRight":
      return left >> right;
  }
}

function holds(condition: Condition, state: State): boolean {
  if (condition.kind === "bits") {
    const isAny = (valueOf(condition.of, state) & BigInt(condition.mask)) !== 0n;
    return isAny === condition.set;
  }
  const left = valueOf(condition.left, state);
  const right = valueOf(condition.right, state);
  const [signedLeft, signedRight] = [BigInt.asIntN(64, left), BigInt.asIntN(64, right)];
  switch (condition.op) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return signedLeft < signedRight;
    case "<=":
      return signedLeft <= signedRight;
    case ">":
      return signedLeft > signedRight;
    case ">=":
      return signedLeft >= signedRight;
    case "below":
      return left < right;
    case "atLeast":
      return left >= right;
    case "above":
      return left > right;
    case "atMost":
      return left <= right;
  }
}
