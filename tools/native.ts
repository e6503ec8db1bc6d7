/**
 * Shows a program of `native/` as the instructions that it becomes:
 * `npm run native -- --list entry aarch64`.
 */
import { parseArgs } from "node:util";
import { build } from "../native/assembler.ts";
import {
  NATIVE_SYSTEMS,
  type NativeSystem,
  type Processor,
  PROCESSORS,
} from "../native/conventions.ts";
import { data, type Program } from "../native/forms.ts";
import { listingText } from "../native/listing.ts";
import { childLaunchProgram } from "../native/programs/child_launch.ts";
import { clientProgram } from "../native/programs/client/client.ts";
import { entryProgram } from "../native/programs/entry.ts";
import { USUAL_PLACES } from "../native/programs/last_resort/last_resort.ts";
import { HEADERS, RUNTIME_ENTRY } from "../native/programs/loader.ts";
import { clientParts } from "./build/client_parts.ts";
import { IDENTITY_PLACEHOLDER } from "./build/identity.ts";

export interface Listed {
  readonly systems: readonly NativeSystem[];
  program(system: NativeSystem, processor: Processor): Program;
  /** Labels that the build defines. */
  readonly outside?: Readonly<Record<string, number>>;
}

const CLIENT = clientParts(IDENTITY_PLACEHOLDER);

/** The programs by name. What the build fills in is left empty. */
export const PROGRAMS: Readonly<Record<string, Listed>> = {
  client: { systems: ["linux"], program: () => clientProgram(CLIENT, []) },
  entry: {
    systems: ["linux"],
    program: (_, processor) =>
      entryProgram({
        loaderPath: "/lib64/ld.so",
        client: CLIENT,
        lastResort: { ...USUAL_PLACES, processor },
        data: data(HEADERS, []),
      }),
    outside: { [RUNTIME_ENTRY]: 0 },
  },
  child_launch: { systems: NATIVE_SYSTEMS, program: childLaunchProgram },
};

const HELP = `Usage: npm run native -- --list PROGRAM PROCESSOR [SYSTEM]

  PROGRAM    ${
  Object.entries(PROGRAMS).map(([name, { systems }]) => `${name} (${systems.join(", ")})`).join(
    ", ",
  )
}
  PROCESSOR  ${PROCESSORS.join(", ")}
  SYSTEM     linux, unless another one is given`;

function main(words: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: words.filter((word) => word !== "--"),
    options: { list: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
    strict: false,
  });
  const [name = "", wanted = "", wantedSystem = "linux"] = positionals;
  const listed = PROGRAMS[name];
  const processor = PROCESSORS.find((each) => each === wanted);
  const system = listed?.systems.find((each) => each === wantedSystem);
  const isComplete = listed !== undefined && processor !== undefined && system !== undefined;
  if (values.help === true || values.list !== true || !isComplete) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  const { program, outside = {} } = listed;
  const assembled = build(program(system, processor), system, processor, { outside });
  console.log(listingText(assembled));
  console.log(`${assembled.bytes.length} bytes`);
  return 0;
}

if (import.meta.main) Deno.exit(main(Deno.args));
