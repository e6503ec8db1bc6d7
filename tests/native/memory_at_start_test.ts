/** What the entry program makes of /proc/meminfo, run on each processor. */
import { PROCESSORS } from "../../native/conventions.ts";
import { label, never, type Program, system } from "../../native/forms.ts";
import {
  LEAST_MEMORY_MIB,
  MEMORY_FRAME_BYTES,
  MEMORY_VARIABLES,
  WANTED_MEMORY_MIB,
  wantMemory,
  wantPromisedMemory,
} from "../../native/programs/memory_at_start.ts";
import { byteLength, Texts } from "../../native/texts.ts";
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { testNeeding } from "../skip.ts";
import { needs } from "./last_resort/running.ts";
import { commandFor, placeExecutable } from "./static_executable.ts";

const [WENT_ON, GAVE_UP] = [40, 41];

/** Looks at memory and ends with one of the two. */
function lookingProgram(file: string): Program {
  const texts = new Texts();
  const say = (message: string) => system("write", [2, texts.at(message), byteLength(message)]);
  const ways = { say, cannotStart: "cannot start" };
  const body = [
    ...wantPromisedMemory(ways),
    ...wantMemory(ways, file, texts),
    system("exit_group", [WENT_ON]),
    never,
    label("cannot start"),
    system("exit_group", [GAVE_UP]),
    never,
  ];
  return {
    name: "looking",
    variables: MEMORY_VARIABLES,
    frameBytes: MEMORY_FRAME_BYTES,
    body: [...body, ...texts.forms()],
  };
}

/** As the kernel writes it. */
function memoryText(availableMiB: number, swapMiB = 0): string {
  const line = (name: string, mebibytes: number) =>
    `${`${name}:`.padEnd(16)}${String(mebibytes * 1024).padStart(8)} kB\n`;
  return [
    line("MemTotal", 100),
    line("MemFree", 1),
    line("MemAvailable", availableMiB),
    line("Buffers", 90),
    line("SwapCached", 90),
    line("SwapTotal", 90),
    line("SwapFree", swapMiB),
    "HugePages_Total:       0\n",
  ].join("");
}

for (const processor of PROCESSORS) {
  const onProcessor = (name: string, test: (look: Look) => Promise<void>) =>
    testNeeding(`${name} on ${processor}`, needs(processor), () =>
      withFolder(async (folder) => {
        placeExecutable(`${folder}/program`, lookingProgram(`${folder}/memory`), processor);
        const [command, ...args] = commandFor(processor, `${folder}/program`);
        await test(async (text) => {
          if (text !== undefined) await Deno.writeTextFile(`${folder}/memory`, text);
          const { code, stderr } = await new Deno.Command(command, { args }).output();
          return { code, said: new TextDecoder().decode(stderr) };
        });
      }));

  onProcessor("with enough memory nothing is said", async (look) => {
    const well = { code: WENT_ON, said: "" };
    assertEquals(await look(memoryText(WANTED_MEMORY_MIB)), well);
    assertEquals(await look(memoryText(1_000_000)), well);
    assertEquals(await look(memoryText(LEAST_MEMORY_MIB, WANTED_MEMORY_MIB)), well);
  });

  onProcessor("with too little memory the start is given up, and why", async (look) => {
    const { code, said } = await look(memoryText(LEAST_MEMORY_MIB - 1));
    assertEquals(code, GAVE_UP);
    assertMatch(
      said,
      /^dinit: Too little memory to start: \d+ MiB must .* Give the machine more\. There is\nMemAvailable: +\d+ kB\n$/,
    );
    assertEquals((await look(memoryText(0))).code, GAVE_UP);
    assertEquals((await look("MemAvailable: 1")).code, GAVE_UP);
    assertEquals((await look(memoryText(LEAST_MEMORY_MIB - 2, 1))).code, GAVE_UP);
    assertEquals((await look(memoryText(LEAST_MEMORY_MIB - 2, 2))).code, WENT_ON);
  });

  onProcessor("with little memory it goes on, and says so", async (look) => {
    const { code, said } = await look(memoryText(WANTED_MEMORY_MIB - 1));
    assertEquals(code, WENT_ON);
    assertMatch(said, /^dinit: Little memory: \d+ MiB .*\nMemAvailable: +\d+ kB\n$/);
    const least = await look(memoryText(LEAST_MEMORY_MIB));
    assertEquals(least.code, WENT_ON);
    assertIncludes(least.said, ` ${LEAST_MEMORY_MIB * 1024} kB\n`);
  });

  onProcessor("what is not told is not looked at", async (look) => {
    const well = { code: WENT_ON, said: "" };
    assertEquals(await look(undefined), well);
    assertEquals(await look(""), well);
    assertEquals(await look("MemTotal: 1 kB\nMemFree: 1 kB\nSwapFree: 1 kB\n"), well);
    assertEquals(await look("MemAvailable"), well);
  });
}

/** Runs the program with such a text in the file; undefined: there is no file. */
type Look = (text: string | undefined) => Promise<{ readonly code: number; readonly said: string }>;
