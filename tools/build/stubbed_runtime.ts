/** The runtime with the entry stub in it, kept in the cache by what it was made from. */
import { assemble } from "./assembler.ts";
import { exists, replaceFile } from "./atomic_file.ts";
import { addEntryCode } from "./elf_image.ts";
import { entryStub, ORIGINAL_ENTRY, STUB_MARK } from "./entry_stub.ts";
import { sha256 } from "./hash.ts";
import type { LinuxTarget, Target } from "./target.ts";

const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Puts the stub into a runtime.
 *
 * @param name How to call the runtime in errors.
 * @throws {Error} It has the stub already, or is no ELF file that it can be put into.
 */
export function addStub(
  runtime: Uint8Array<ArrayBuffer>,
  name: string,
  target: LinuxTarget,
): Uint8Array<ArrayBuffer> {
  if (endsWithMark(runtime)) {
    throw new Error(`${name}: Cannot add the entry stub: it is there already`);
  }
  return addEntryCode(
    runtime,
    name,
    ({ address, originalEntry }) =>
      assemble(entryStub(target.machine), address, { [ORIGINAL_ENTRY]: originalEntry }),
  );
}

/**
 * As {@linkcode addStub}, but writes a file and does nothing if that is there from an earlier build. The runtime of a target
 * without a stub is written as it is.
 *
 * @returns Path of the file, executable by its owner.
 */
export async function cacheStubbedRuntime(
  runtime: Uint8Array<ArrayBuffer>,
  target: Target,
  cache: string,
): Promise<string> {
  // Assembled for address 0, the stub differs from the real one in one jump only.
  const stub = target.kind === "linux"
    ? assemble(entryStub(target.machine), 0, { [ORIGINAL_ENTRY]: 0 })
    : new Uint8Array(0);
  const key = await sha256(runtime, stub);
  const path = `${cache}/stubbed/${key.slice(0, 32)}/denort`;
  if (!(await exists(path))) {
    const stubbed = target.kind === "linux" ? addStub(runtime, "the runtime", target) : runtime;
    await replaceFile(path, (temporary) => Deno.writeFile(temporary, stubbed, { mode: 0o755 }));
    await removeOld(`${cache}/stubbed`);
  }
  return path;
}

/** Removes what is older than a day, so that the cache does not grow with each change. */
export async function removeOld(directory: string): Promise<void> {
  for await (const { name } of Deno.readDir(directory)) {
    const { mtime } = await Deno.stat(`${directory}/${name}`);
    if (mtime === null || Date.now() - mtime.getTime() < KEEP_MS) continue;
    await Deno.remove(`${directory}/${name}`, { recursive: true });
  }
}

/** A patched image ends with the stub, and the stub with its mark. */
function endsWithMark(image: Uint8Array): boolean {
  const mark = new TextEncoder().encode(STUB_MARK);
  // The zero byte that ends the text is the last one.
  const tail = image.subarray(-mark.length - 1, -1);
  return tail.length === mark.length && mark.every((byte, i) => tail[i] === byte);
}
