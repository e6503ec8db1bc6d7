/** Makes an executable of a program's bytes, so that tests run it: one segment, no loader. */
import { build } from "../../native/assembler.ts";
import type { Processor } from "../../native/conventions.ts";
import type { Program } from "../../native/forms.ts";
import { placeExecutableFile } from "../executable_file.ts";

const HEADER_BYTES = 64 + 56;
const BASE = 0x400000;
/** Address of the program's first byte. */
export const ENTRY_ADDRESS = BASE + HEADER_BYTES;
/** Source: elf(5), /usr/include/elf.h. */
const MACHINE: Readonly<Record<Processor, number>> = { x86_64: 62, aarch64: 183 };
const [ET_EXEC, PT_LOAD] = [2, 1];
/** The program may write to its own data. */
const READ_WRITE_EXECUTE = 7;

/** An ELF file for Linux. */
export function staticExecutable(program: Program, processor: Processor): Uint8Array<ArrayBuffer> {
  return executableOf(build(program, "linux", processor, { base: ENTRY_ADDRESS }).bytes, processor);
}

/**
 * @param bytes As placed at {@link ENTRY_ADDRESS}, where it is entered. Source of the layout:
 *   elf(5).
 */
export function executableOf(bytes: Uint8Array, processor: Processor): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(HEADER_BYTES + bytes.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, ET_EXEC, true);
  view.setUint16(18, MACHINE[processor], true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(ENTRY_ADDRESS), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(52, 64, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, PT_LOAD, true);
  view.setUint32(68, READ_WRITE_EXECUTE, true);
  view.setBigUint64(80, BigInt(BASE), true);
  view.setBigUint64(88, BigInt(BASE), true);
  view.setBigUint64(96, BigInt(file.length), true);
  view.setBigUint64(104, BigInt(file.length), true);
  view.setBigUint64(112, 0x1000n, true);
  file.set(bytes, HEADER_BYTES);
  return file;
}

/** Makes a file of it that can be executed. */
export function placeExecutable(path: string, program: Program, processor: Processor): void {
  placeExecutableFile(path, staticExecutable(program, processor));
}

/** The command that runs the executable here. */
export function commandFor(processor: Processor, path: string): [string, ...string[]] {
  return processor === Deno.build.arch ? [path] : [`qemu-${processor}-static`, path];
}
