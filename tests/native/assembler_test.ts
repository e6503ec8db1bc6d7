import { build } from "../../native/assembler.ts";
import { type NativeSystem, type Processor, PROCESSORS } from "../../native/conventions.ts";
import {
  add,
  compare,
  never,
  type Program,
  set,
  system,
  variable,
  when,
} from "../../native/forms.ts";
import { listingText } from "../../native/listing.ts";
import { PROGRAMS } from "../../tools/native.ts";
import { assertEquals } from "../assert.ts";
import { holds } from "../property.ts";
import { testNeeding, tool } from "../skip.ts";
import { interpret, type State } from "./interpreter.ts";
import { anyProgram, type RandomProgram } from "./random_program.ts";
import { commandFor, placeExecutable } from "./static_executable.ts";

/** Starting an emulator takes long. */
const RUNS: Readonly<Record<Processor, number>> = { x86_64: 300, aarch64: 60 };

function expected({ computed, variables, memoryBytes }: RandomProgram): Uint8Array {
  const state: State = { values: new Map(), frame: new Uint8Array(memoryBytes) };
  interpret(computed, state);
  const output = new Uint8Array(memoryBytes + 8 * variables.length);
  output.set(state.frame);
  const view = new DataView(output.buffer);
  variables.forEach((variable, index) => {
    view.setBigUint64(memoryBytes + 8 * index, state.values.get(variable) ?? 0n, true);
  });
  return output;
}

for (const processor of PROCESSORS) {
  const needs = processor === Deno.build.arch ? [] : [tool(`qemu-${processor}-static`)];
  testNeeding(`programs compute on ${processor} what their forms mean`, needs, () => {
    const folder = Deno.makeTempDirSync({ prefix: "dinit-native-" });
    try {
      const path = `${folder}/program`;
      holds(anyProgram, (random) => {
        // A new file each time: the one before may still be executing in the emulator.
        placeExecutable(path, random.program, processor);
        const [program, ...args] = commandFor(processor, path);
        const { stdout, code } = new Deno.Command(program, { args }).outputSync();
        assertEquals([code, [...stdout]], [0, [...expected(random)]]);
      }, { runs: RUNS[processor] });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

const LEAST = -(2 ** 31);

for (const processor of PROCESSORS) {
  const needs = processor === Deno.build.arch ? [] : [tool(`qemu-${processor}-static`)];
  testNeeding(`the least number that can be added is added on ${processor}`, needs, () => {
    const [number, status] = [variable("number"), variable("status")];
    const folder = Deno.makeTempDirSync({ prefix: "dinit-native-" });
    try {
      const body = [
        set(number, 2 ** 32),
        add(number, LEAST),
        set(status, 1),
        when(compare(number, "==", 2 ** 31), [set(status, 7)]),
        system("exit_group", [status]),
        never,
      ];
      const program: Program = { name: "least", variables: [number, status], frameBytes: 0, body };
      placeExecutable(`${folder}/program`, program, processor);
      const [path, ...args] = commandFor(processor, `${folder}/program`);
      assertEquals(new Deno.Command(path, { args }).outputSync().code, 7);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

const BASE = 0x1000;
/** Of x86-64, in one byte. */
const NO_OPERATION = 0x90;

/** What objdump is called for a processor, and how it is told that a file is bare code. */
const DISASSEMBLERS: Readonly<Record<Processor, readonly [string, ...string[]]>> = {
  x86_64: ["objdump", "-m", "i386:x86-64", "-M", "intel"],
  aarch64: ["aarch64-linux-gnu-objdump", "-m", "aarch64"],
};

for (const processor of PROCESSORS) {
  const [disassembler, ...options] = DISASSEMBLERS[processor];
  testNeeding(
    `a listing for ${processor} reads as ${disassembler} does`,
    [tool(disassembler)],
    () => {
      const folder = Deno.makeTempDirSync({ prefix: "dinit-native-" });
      const compareListing = (program: Program, system: NativeSystem, outside = {}) => {
        const { bytes, listing } = build(program, system, processor, { base: BASE, outside });
        // Data could be taken for the beginning of an instruction behind it.
        for (const { kind, address, bytes: data } of listing) {
          if (kind === "data") {
            bytes.fill(NO_OPERATION, address - BASE, address - BASE + data.length);
          }
        }
        Deno.writeFileSync(`${folder}/code`, bytes);
        const { stdout } = new Deno.Command(disassembler, {
          args: ["-D", "-z", "-b", "binary", `--adjust-vma=${BASE}`, ...options, `${folder}/code`],
        }).outputSync();
        const theirs = disassembled(new TextDecoder().decode(stdout));
        for (const { kind, address, text } of listing) {
          if (kind !== "code") continue;
          const shown = text.split("; ").map((_, index) => theirs.get(address + 4 * index));
          assertEquals(text, shown.join("; "));
        }
      };
      try {
        holds(anyProgram, ({ program }) => compareListing(program, "linux"), { runs: 50 });
        for (const { program, systems, outside } of Object.values(PROGRAMS)) {
          for (const system of systems) compareListing(program(system, processor), system, outside);
        }
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  );
}

/**
 * The instructions of objdump's output by address, one blank between name and operands, comments
 * left out.
 */
function disassembled(output: string): ReadonlyMap<number, string> {
  const lines = [...output.matchAll(/^ +([0-9a-f]+):\t[0-9a-f ]+\t(.*)$/gm)];
  return new Map(lines.map(([, address = "", text = ""]) => [
    parseInt(address, 16),
    text.replace(/\s*(#|\/\/) .*$/, "").replace(/\s+/g, " ").trim(),
  ]));
}

Deno.test("listingText() shows addresses, bytes and names", () => {
  const text = listingText(build(
    {
      name: "small",
      variables: [],
      frameBytes: 0,
      body: [
        { kind: "label", name: "start" },
        { kind: "go", to: "start" },
        { kind: "bytes", bytes: [1, 2, 3], what: "three" },
      ],
    },
    "linux",
    "x86_64",
  ));
  assertEquals(text, "start:\n     0  ebfe              jmp 0x0\n     2  010203            three");
});
