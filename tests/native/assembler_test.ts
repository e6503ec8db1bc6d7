import { build } from "../../native/assembler.ts";
import type { Processor } from "../../native/conventions.ts";
import { listingText } from "../../native/listing.ts";
import { assertEquals } from "../assert.ts";
import { holds } from "../property.ts";
import { testNeeding, tool } from "../skip.ts";
import { interpret, type State } from "./interpreter.ts";
import { anyProgram, type RandomProgram } from "./random_program.ts";
import { commandFor, staticExecutable } from "./static_executable.ts";

/** Starting an emulator takes long. */
const RUNS: Readonly<Record<Processor, number>> = { x86_64: 300, aarch64: 60 };
const PROCESSORS: readonly Processor[] = ["x86_64", "aarch64"];

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
        Deno.writeFileSync(path, staticExecutable(random.program, processor), { mode: 0o755 });
        const [program, ...args] = commandFor(processor, path);
        const { stdout, code } = new Deno.Command(program, { args }).outputSync();
        assertEquals([code, [...stdout]], [0, [...expected(random)]]);
      }, { runs: RUNS[processor] });
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

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
      try {
        holds(anyProgram, ({ program }) => {
          const { bytes, listing } = build(program, "linux", processor, { base: 0x1000 });
          Deno.writeFileSync(`${folder}/code`, bytes);
          const { stdout } = new Deno.Command(disassembler, {
            args: ["-D", "-b", "binary", "--adjust-vma=0x1000", ...options, `${folder}/code`],
          }).outputSync();
          const ours = listing.filter(({ kind }) => kind === "code").map(({ text }) => text);
          assertEquals(ours, disassembled(new TextDecoder().decode(stdout)));
        }, { runs: 50 });
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  );
}

/** The instructions of objdump's output, one blank between name and operands, comments left out. */
function disassembled(output: string): readonly string[] {
  const lines = output.split("\n").map((line) =>
    /^ +[0-9a-f]+:\t[0-9a-f ]+\t(.*)$/.exec(line)?.[1]
  );
  return lines.filter((line) => line !== undefined).map((line) =>
    line.replace(/\s*(#|\/\/) .*$/, "").replace(/\s+/g, " ").trim()
  );
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
