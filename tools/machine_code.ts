/**
 * Programs of `native/` as modules that hold their bytes: the assembler is no part of the
 * executable.
 */
import { build } from "../native/assembler.ts";
import { NATIVE_SYSTEMS, PROCESSORS } from "../native/conventions.ts";
import { childLaunchProgram } from "../native/programs/child_launch.ts";

/** Bytes a line of the text. */
const LINE_BYTES = 40;

/** `native/code/child_launch.ts`. */
export function childLaunchModule(): string {
  const rows = NATIVE_SYSTEMS.map((system) => {
    const codes = PROCESSORS.map((processor) => {
      const { bytes } = build(childLaunchProgram(system), system, processor);
      return `${processor}: ${hexadecimalText(bytes)}`;
    });
    return `${system}: { ${codes.join(",\n")} }`;
  });
  return `/**
 * The bytes of \`native/programs/child_launch.ts\`, as hexadecimal digits. Made by "npm run
 * generate"; \`npm run native -- --list child_launch x86_64\` shows them as instructions.
 */
import type { NativeSystem, Processor } from "../conventions.ts";

export const CHILD_LAUNCH: Readonly<Record<NativeSystem, Readonly<Record<Processor, string>>>> = {
${rows.join(",\n")}
};
`;
}

function hexadecimalText(bytes: Uint8Array<ArrayBuffer>): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    lines.push(JSON.stringify(bytes.subarray(at, at + LINE_BYTES).toHex()));
  }
  return lines.join(" +\n");
}
