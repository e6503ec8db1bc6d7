/** The runtime with the entry program in it, kept in the cache by what it was made from. */
import { build } from "../../../native/assembler.ts";
import { data, text } from "../../../native/forms.ts";
import { entryProgram } from "../../../native/programs/entry.ts";
import { USUAL_PLACES } from "../../../native/programs/last_resort/last_resort.ts";
import { HEADERS, RUNTIME_ENTRY } from "../../../native/programs/loader.ts";
import { exists, replaceFile } from "../atomic_file.ts";
import { clientParts } from "../client_parts.ts";
import { addEntryCode, type CodeMaker } from "../elf/image.ts";
import { sha256 } from "../hash.ts";
import { IDENTITY_PLACEHOLDER } from "../identity.ts";
import type { LinuxTarget, Target } from "../target.ts";

/** Text inside every entry program, by which a patched file is known. */
export const ENTRY_MARK = "dinit entry program";

const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Puts the entry program into a runtime.
 *
 * @param name How to call the runtime in errors.
 * @throws {Error} It has one already, or is no ELF file that it can be put into.
 */
export function addEntryProgram(
  runtime: Uint8Array<ArrayBuffer>,
  name: string,
  target: LinuxTarget,
): Uint8Array<ArrayBuffer> {
  if (endsWithMark(runtime)) {
    throw new Error(`${name}: Cannot add the entry program: it is there already`);
  }
  return addEntryCode(runtime, name, entryCode(target));
}

function entryCode({ processor }: LinuxTarget): CodeMaker {
  return ({ address, originalEntry, interpreter, headers }) => {
    const program = entryProgram({
      loaderPath: interpreter,
      client: clientParts(IDENTITY_PLACEHOLDER),
      lastResort: { ...USUAL_PLACES, processor },
      data: [...data(HEADERS, headers), ...text("mark", ENTRY_MARK)],
    });
    const place = { base: address, outside: { [RUNTIME_ENTRY]: originalEntry } };
    const { bytes, labels } = build(program, "linux", processor, place);
    return { bytes, headersAt: labels.get(HEADERS) as number };
  };
}

const NOWHERE: Parameters<CodeMaker>[0] = {
  address: 0,
  originalEntry: 0,
  interpreter: "",
  headers: new Uint8Array(0),
};

/**
 * As {@linkcode addEntryProgram}, but writes a file and does nothing if that is there from an
 * earlier build. The runtime of a target without one is written as it is.
 *
 * @returns Path of the file, executable by its owner.
 */
export async function cachePatchedRuntime(
  runtime: Uint8Array<ArrayBuffer>,
  target: Target,
  cache: string,
): Promise<string> {
  // The code for an empty runtime differs from the real one in addresses only.
  const code = target.kind === "linux" ? entryCode(target)(NOWHERE).bytes : new Uint8Array(0);
  const key = await sha256(runtime, code);
  const path = `${cache}/patched/${key.slice(0, 32)}/denort`;
  if (!(await exists(path))) {
    const patched = target.kind === "linux"
      ? addEntryProgram(runtime, "the runtime", target)
      : runtime;
    await replaceFile(path, (temporary) => Deno.writeFile(temporary, patched, { mode: 0o755 }));
    await removeOld(`${cache}/patched`);
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

/** A patched image ends with the entry program, and that with its mark. */
function endsWithMark(image: Uint8Array): boolean {
  const mark = new TextEncoder().encode(ENTRY_MARK);
  // The zero byte that ends the text is the last one.
  const tail = image.subarray(-mark.length - 1, -1);
  return tail.length === mark.length && mark.every((byte, i) => tail[i] === byte);
}
