/** Random programs that compute, end for certain, and write out all that they know. */
import {
  add,
  type Arithmetic,
  type Comparison,
  type Condition,
  divide,
  type Form,
  frame,
  leave,
  load,
  loop,
  multiply,
  negate,
  never,
  type Program,
  set,
  type Size,
  store,
  sum,
  system,
  type Value,
  type Variable,
  variable,
  when,
} from "../../native/forms.ts";
import * as fc from "../property.ts";

/** More than either processor has registers for. */
const VARIABLES: readonly Variable[] = Array.from({ length: 14 }, (_, i) => variable(`v${i}`));
const COUNTER = variable("counter");
const MEMORY_BYTES = 64;

const anyVariable = fc.constantFrom(...VARIABLES);
const anyNumber = fc.oneof(
  fc.integer({ min: -130, max: 130 }),
  fc.integer({ min: -5000, max: 5000 }),
  fc.integer(),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 64n) - 1n }),
  fc.constantFrom(-4096, 4096, 0x123000, 0xffff, 0x10000, -0x80000000, 2 ** 31),
);
const anyDistance = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const anySum = fc.tuple(anyVariable, anyDistance).map(([of, by]) => sum(of, by));
const anyValue: fc.Arbitrary<Value> = fc.oneof(anyVariable, anyNumber, anySum);
const anySize = fc.constantFrom<Size>(1, 2, 4, 8);

const COMPARISONS: readonly Comparison[] = [
  ...["==", "!=", "<", "<=", ">", ">=", "below", "atLeast", "above", "atMost"] as const,
];
const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    left: anyVariable,
    op: fc.constantFrom(...COMPARISONS),
    right: anyValue,
  }),
  fc.record({
    kind: fc.constant("bits" as const),
    of: anyVariable,
    mask: fc.oneof(
      fc.integer({ min: 0, max: 30 }).map((bit) => 2 ** bit),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 256, max: 2 ** 31 - 1 }),
    ),
    set: fc.boolean(),
  }),
);

const PLAIN: readonly Arithmetic[] = [
  ...["add", "subtract", "multiply", "and", "or", "exclusiveOr"] as const,
];
const anyPlace = fc.integer({ min: 0, max: MEMORY_BYTES - 8 });
const anyStep: fc.Arbitrary<Form> = fc.oneof(
  anyVariable.map((of) => negate(of)),
  fc.record({ kind: fc.constant("set" as const), to: anyVariable, from: anyValue }),
  fc.record({
    kind: fc.constant("arithmetic" as const),
    op: fc.constantFrom(...PLAIN),
    to: anyVariable,
    by: anyValue,
  }),
  fc.record({
    kind: fc.constant("arithmetic" as const),
    op: fc.constantFrom("shiftLeft" as const, "shiftRight" as const),
    to: anyVariable,
    by: fc.integer({ min: 0, max: 63 }),
  }),
  fc.tuple(anyVariable, fc.integer({ min: 1, max: 2 ** 31 - 1 }), anyVariable)
    .filter(([to, , remainder]) => to !== remainder)
    .map(([to, by, remainder]) => divide(to, by, remainder)),
  fc.tuple(anySize, anyVariable, anyPlace, anyPlace)
    .map(([size, to, at, offset]) => load(size, to, frame(at), half(offset))),
  fc.tuple(anySize, anyValue, anyPlace, anyPlace)
    .map(([size, value, at, offset]) => store(size, value, frame(at), half(offset))),
);

/** Beside a place of up to 56, so that both together stay in the memory. */
function half(offset: number): number {
  return -Math.floor(offset / 100);
}

const { steps: anySteps } = fc.letrec<{ steps: Form[]; form: Form }>((tie) => ({
  steps: fc.array(tie("form"), { maxLength: 12 }),
  form: fc.oneof(
    { maxDepth: 4 },
    anyStep,
    fc.tuple(anyCondition, tie("steps"), tie("steps"))
      .map(([condition, then, otherwise]) => when(condition, then, otherwise)),
  ),
}));

/** The part that can be interpreted, and what it leaves in the frame's first bytes. */
export interface RandomProgram {
  readonly program: Program;
  readonly computed: readonly Form[];
  /** What the program writes to its standard output. */
  readonly variables: readonly Variable[];
  readonly memoryBytes: number;
}

export const anyProgram: fc.Arbitrary<RandomProgram> = fc.tuple(
  fc.array(anyNumber, { minLength: VARIABLES.length, maxLength: VARIABLES.length }),
  anySteps,
  fc.integer({ min: 1, max: 5 }),
  fc.boolean(),
).map(([start, steps, rounds, asksLast]) => {
  const leaveInTime = when({ kind: "compare", left: COUNTER, op: ">", right: rounds }, [
    leave("rounds"),
  ]);
  const computed: readonly Form[] = [
    ...VARIABLES.map((each, index) => set(each, start[index] as number | bigint)),
    ...Array.from({ length: MEMORY_BYTES / 8 }, (_, i) => store(8, i * 0x1234567, frame(8 * i))),
    set(COUNTER, 0),
    loop("rounds", [
      add(COUNTER, 1),
      ...(asksLast ? [] : [leaveInTime]),
      ...steps,
      multiply(VARIABLES[0] as Variable, 3),
      ...(asksLast ? [leaveInTime] : []),
    ]),
  ];
  const outputBytes = MEMORY_BYTES + 8 * VARIABLES.length;
  const program: Program = {
    name: "random",
    variables: [...VARIABLES, COUNTER],
    frameBytes: outputBytes,
    body: [
      ...computed,
      ...VARIABLES.map((each, index) => store(8, each, frame(MEMORY_BYTES + 8 * index))),
      system("write", [1, frame(0), outputBytes]),
      system("exit_group", [0]),
      never,
    ],
  };
  return { program, computed, variables: VARIABLES, memoryBytes: MEMORY_BYTES };
});
