/**
 * The kqueue library of the tests, compiled when it is first asked for.
 *
 * `DINIT_TEST_KQUEUE=/path/libkqueue.so` puts another library (of 32-byte events) in its place.
 */
import { type Need, tool } from "../../skip.ts";

const SOURCE = new URL("kqueue_on_epoll.c", import.meta.url).pathname;

/** What a test needs that uses the library. */
export const NEEDS_KQUEUE: readonly Need[] = Deno.env.has("DINIT_TEST_KQUEUE") ? [] : [tool("cc")];

/** Removes its folder at the end of the `using` block. */
export interface KqueueLibrary extends Disposable {
  readonly path: string;
}

/** @param keventBytes Size of struct kevent. @throws {Error} When the compiler fails. */
export function buildKqueueLibrary(keventBytes: 32 | 64 = 32): KqueueLibrary {
  const given = Deno.env.get("DINIT_TEST_KQUEUE");
  if (given !== undefined && keventBytes === 32) return { path: given, [Symbol.dispose]: () => {} };
  const folder = Deno.makeTempDirSync({ prefix: "dinit-kqueue-" });
  const path = `${folder}/libkqueue.so`;
  const extension = keventBytes === 64 ? ["-DKEVENT_EXTENSION"] : [];
  const { success, stderr } = new Deno.Command("cc", {
    args: ["-shared", "-fPIC", "-O2", "-Wall", ...extension, "-o", path, SOURCE],
    stdin: "null",
    stderr: "piped",
  }).outputSync();
  if (!success) throw new Error(`cc failed: ${new TextDecoder().decode(stderr)}`);
  return { path, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}
