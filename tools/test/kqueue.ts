/**
 * The surroundings in which managers on Linux wait by kqueue: a library for it, and the variable
 * that names it.
 *
 * The library is made from `tests/platform/kqueue/kqueue_on_epoll.c`;
 * `DINIT_TEST_KQUEUE=/path/libkqueue.so` puts another (of 32-byte events) in its place.
 */

const SOURCE = new URL("../../tests/platform/kqueue/kqueue_on_epoll.c", import.meta.url).pathname;

const PROGRAM = new URL("../../dist/for-tests/dinit", import.meta.url).pathname;

/** What to run tests with; disposing of it removes a library that was made. */
export type KqueueEnvironment = Disposable & {
  readonly kind: "environment";
  readonly library: string;
  readonly variables: Readonly<Record<string, string>>;
};

/** Why there is none. */
export type NoKqueue = Disposable & { readonly kind: "none"; readonly why: string };

/** Makes the library, if none is named. */
export async function kqueueEnvironment(
  given: string | undefined = Deno.env.get("DINIT_TEST_KQUEUE"),
  compiler = "cc",
): Promise<KqueueEnvironment | NoKqueue> {
  if (given !== undefined) return environment(given, () => {});
  const folder = await Deno.makeTempDir({ prefix: "dinit-kqueue-" });
  // Tests run managers of other users, too.
  await Deno.chmod(folder, 0o755);
  const remove = () => Deno.removeSync(folder, { recursive: true });
  const library = `${folder}/libkqueue.so`;
  const problem = await compile(compiler, library);
  if (problem === undefined) return environment(library, remove);
  remove();
  return { kind: "none", why: problem, [Symbol.dispose]: () => {} };
}

function environment(library: string, dispose: () => void): KqueueEnvironment {
  const variables = {
    DINIT_EVENT_BACKEND: `kqueue:${library}`,
    // A release does not know that variable.
    DINIT_PROGRAM: PROGRAM,
  };
  return { kind: "environment", library, variables, [Symbol.dispose]: dispose };
}

/** @returns Why it failed. */
async function compile(compiler: string, library: string): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(compiler, {
      args: ["-shared", "-fPIC", "-O2", "-o", library, SOURCE],
      stdin: "null",
    }).output();
    return success ? undefined : `${compiler} failed: ${new TextDecoder().decode(stderr).trim()}`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `Cannot run "${compiler}": ${why}. It makes the library of kqueue; install a C compiler`;
  }
}
