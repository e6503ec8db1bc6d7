/**
 * What the environment may choose in a build for tests (`core/program/build_info.ts`), so that the
 * parts of FreeBSD and macOS can be tested elsewhere: the event interface
 * (`DINIT_EVENT_BACKEND=kqueue:/path/library.so`: kqueue from a library, in place of the system's
 * own) and how children are made (`DINIT_SPAWN_BACKEND=posix_spawn`, in place of the stub). A
 * release knows neither: a library is code that somebody else brings.
 *
 * Pure functions of their arguments: the system's folder does what they decide.
 */

declare global {
  /**
   * Put in place by the bundler, which leaves out what depends on it where it is false; so it is
   * asked for in place: `typeof DINIT_FOR_TESTS !== "undefined" && DINIT_FOR_TESTS`. Under
   * `deno run` there is no such name.
   */
  const DINIT_FOR_TESTS: boolean | undefined;
}

/** Names of the environment variables. */
export const EVENT_BACKEND_VARIABLE = "DINIT_EVENT_BACKEND";
export const SPAWN_BACKEND_VARIABLE = "DINIT_SPAWN_BACKEND";

const KQUEUE_PREFIX = "kqueue:";

export type EventBackend =
  | { readonly kind: "native" }
  | { readonly kind: "kqueue"; readonly library: string };

export type SpawnBackend = "stub" | "posix_spawn";

/**
 * Decides on the event interface.
 *
 * @param value Of the variable.
 * @throws {Error} When it is none of the allowed ones.
 */
export function eventBackend(value: string | undefined): EventBackend {
  if (value === undefined || value === "") return { kind: "native" };
  const library = value.startsWith(KQUEUE_PREFIX) ? value.slice(KQUEUE_PREFIX.length) : "";
  if (library.startsWith("/")) return { kind: "kqueue", library };
  throw unreadable(
    EVENT_BACKEND_VARIABLE,
    value,
    `"${KQUEUE_PREFIX}" with the absolute path of a kqueue library`,
  );
}

/**
 * Decides on the making of children.
 *
 * @param value Of the variable.
 * @throws {Error} When it is none of the allowed ones.
 */
export function spawnBackend(value: string | undefined): SpawnBackend {
  if (value === undefined || value === "" || value === "stub") return "stub";
  if (value === "posix_spawn") return "posix_spawn";
  throw unreadable(SPAWN_BACKEND_VARIABLE, value, '"stub" and "posix_spawn"');
}

function unreadable(variable: string, value: string, allowed: string): Error {
  return new Error(`Cannot read ${variable}=${JSON.stringify(value)}: allowed is ${allowed}`);
}
