/**
 * Shows a program of `native/` as the instructions that it becomes: `npm run native -- --list entry aarch64`.
 */
import { parseArgs } from "node:util";
import { build } from "../native/assembler.ts";
import type { NativeSystem, Processor } from "../native/conventions.ts";
import { data, type Program } from "../native/forms.ts";
import { listingText } from "../native/listing.ts";
import { clientProgram } from "../native/programs/client/client.ts";
import { entryProgram } from "../native/programs/entry.ts";
import { HEADERS, RUNTIME_ENTRY } from "../native/programs/loader.ts";
import { clientParts } from "./build/client_parts.ts";
import { IDENTITY_PLACEHOLDER } from "./build/identity.ts";

interface Listed {
  readonly program: Program;
  readonly system: NativeSystem;
  /** Labels that the build defines. */
  readonly outside?: Readonly<Record<string, number>>;
}

const CLIENT = clientParts(IDENTITY_PLACEHOLDER);

/** The programs by name. What the build fills in is left empty. */
const PROGRAMS: Readonly<Record<string, Listed>> = {
  client: { program: clientProgram(CLIENT, []), system: "linux" },
  entry: {
    program: entryProgram({
      loaderPath: "/lib64/ld.so",
      client: CLIENT,
      data: data(HEADERS, []),
    }),
    system: "linux",
    outside: { [RUNTIME_ENTRY]: 0 },
  },
};
const PROCESSORS: readonly Processor[] = ["x86_64", "aarch64"];

const HELP = `Usage: npm run native -- --list PROGRAM PROCESSOR

  PROGRAM    ${Object.keys(PROGRAMS).join(", ")}
  PROCESSOR  ${PROCESSORS.join(", ")}`;

function main(words: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: words.filter((word) => word !== "--"),
    options: { list: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
    strict: false,
  });
  const [name = "", wanted = ""] = positionals;
  const listed = PROGRAMS[name];
  const processor = PROCESSORS.find((each) => each === wanted);
  if (
    values.help === true || values.list !== true || listed === undefined || processor === undefined
  ) {
    console.log(HELP);
    return values.help === true ? 0 : 2;
  }
  const { program, system, outside = {} } = listed;
  const assembled = build(program, system, processor, { outside });
  console.log(listingText(assembled));
  console.log(`${assembled.bytes.length} bytes`);
  return 0;
}

if (import.meta.main) Deno.exit(main(Deno.args));
