/**
 * What the environment may choose, so that the parts of FreeBSD and macOS can be tested elsewhere: the event
 * interface (`DINIT_EVENT_BACKEND=kqueue:/path/library.so`: kqueue from a library, in place of the system's own) and
 * how children are made (`DINIT_SPAWN_BACKEND=posix_spawn`, in place of the stub).
 *
 * Pure functions of their arguments: the system's folder does what they decide.
 */

/** Names of the environment variables. */
export const EVENT_BACKEND_VARIABLE = "DINIT_EVENT_BACKEND";
export const SPAWN_BACKEND_VARIABLE = "DINIT_SPAWN_BACKEND";

const KQUEUE_PREFIX = "kqueue:";

/** The wish is not granted, whatever it is; the manager goes on with what the system has. */
export interface RefusedBackend {
  readonly kind: "refused";
  readonly message: string;
}

export type EventBackend =
  | { readonly kind: "native" }
  | { readonly kind: "kqueue"; readonly library: string }
  | RefusedBackend;

export type SpawnBackend =
  | { readonly kind: "stub" }
  | { readonly kind: "posix_spawn" }
  | RefusedBackend;

export interface BackendSituation {
  /** Value of the variable. */
  readonly value: string | undefined;
  readonly isFirstProcess: boolean;
  /** Whether this program runs with rights that its caller has not: set-uid and the like. Asked only then. */
  readonly hasForeignRights: () => boolean;
}

/**
 * Decides on the event interface.
 *
 * PID 1 refuses, because a faulty library would be the machine's end, and so does a program with rights that
 * its caller has not, because loading the caller's code would hand them over.
 *
 * @throws {Error} When the value is none of the allowed ones.
 */
export function eventBackend(situation: BackendSituation): EventBackend {
  const { value } = situation;
  if (value === undefined || value === "") return { kind: "native" };
  const refusal = refuse(EVENT_BACKEND_VARIABLE, situation);
  if (refusal !== undefined) return refusal;
  const library = value.startsWith(KQUEUE_PREFIX) ? value.slice(KQUEUE_PREFIX.length) : "";
  if (!library.startsWith("/")) {
    throw unreadable(
      EVENT_BACKEND_VARIABLE,
      value,
      `"${KQUEUE_PREFIX}" with the absolute path of a kqueue library`,
    );
  }
  return { kind: "kqueue", library };
}

/**
 * Decides on the making of children; refused as the event interface is: services would lose settings that the
 * stub serves.
 *
 * @throws {Error} When the value is none of the allowed ones.
 */
export function spawnBackend(situation: BackendSituation): SpawnBackend {
  const { value } = situation;
  if (value === undefined || value === "" || value === "stub") return { kind: "stub" };
  const refusal = refuse(SPAWN_BACKEND_VARIABLE, situation);
  if (refusal !== undefined) return refusal;
  if (value === "posix_spawn") return { kind: "posix_spawn" };
  throw unreadable(SPAWN_BACKEND_VARIABLE, value, '"stub" and "posix_spawn"');
}

function refuse(variable: string, situation: BackendSituation): RefusedBackend | undefined {
  const refused = (why: string): RefusedBackend => {
    return { kind: "refused", message: `${variable} is ignored: ${why}` };
  };
  if (situation.isFirstProcess) return refused("process 1 takes no such wishes");
  if (situation.hasForeignRights()) return refused("this program has more rights than its caller");
  return undefined;
}

function unreadable(variable: string, value: string, allowed: string): Error {
  return new Error(`Cannot read ${variable}=${JSON.stringify(value)}: allowed is ${allowed}`);
}
