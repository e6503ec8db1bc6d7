/**
 * Which event interface the manager waits with: the system's own, or kqueue from a library that
 * `DINIT_EVENT_BACKEND=kqueue:/path/library.so` names, for testing the backend of FreeBSD and macOS elsewhere.
 *
 * A pure function of its arguments: the library is opened by the system's folder.
 */

/** Name of the environment variable. */
export const EVENT_BACKEND_VARIABLE = "DINIT_EVENT_BACKEND";

const KQUEUE_PREFIX = "kqueue:";

export type EventBackend =
  | { readonly kind: "native" }
  | { readonly kind: "kqueue"; readonly library: string }
  /** The wish is not granted, whatever it is; the manager goes on with the system's own interface. */
  | { readonly kind: "refused"; readonly message: string };

export interface EventBackendSituation {
  /** Value of {@link EVENT_BACKEND_VARIABLE}. */
  readonly value: string | undefined;
  readonly isFirstProcess: boolean;
  /** Whether this program runs with rights that its caller has not: set-uid and the like. Asked only then. */
  readonly hasForeignRights: () => boolean;
}

/**
 * Decides.
 *
 * PID 1 refuses, because a faulty library would be the machine's end, and so does a program with rights that
 * its caller has not, because loading the caller's code would hand them over.
 *
 * @throws {Error} When the value is none of the allowed ones.
 */
export function eventBackend(situation: EventBackendSituation): EventBackend {
  const { value } = situation;
  if (value === undefined || value === "") return { kind: "native" };
  if (situation.isFirstProcess) return refused("process 1 loads no libraries by request");
  if (situation.hasForeignRights()) return refused("this program has more rights than its caller");
  const library = value.startsWith(KQUEUE_PREFIX) ? value.slice(KQUEUE_PREFIX.length) : "";
  if (!library.startsWith("/")) {
    throw new Error(
      `Cannot read ${EVENT_BACKEND_VARIABLE}=${JSON.stringify(value)}: allowed is ` +
        `"${KQUEUE_PREFIX}" with the absolute path of a kqueue library`,
    );
  }
  return { kind: "kqueue", library };
}

function refused(why: string): EventBackend {
  return { kind: "refused", message: `${EVENT_BACKEND_VARIABLE} is ignored: ${why}` };
}
