/**
 * From a service's name to a handle: finding what is loaded, loading what is not, and saying why
 * not.
 */
import { meantServiceInTurns } from "../../../core/description/mod.ts";
import type { Handle } from "../../../core/protocol/mod.ts";
import type { ServiceState } from "../../../core/types.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { LoadFault, Reporting } from "../../interface/report.ts";
import { inTurns, type Waiting } from "../../interface/waits.ts";
import type { Session } from "../../connection/session.ts";
import { type ManagerPaths, serviceDirectories } from "./description_file.ts";
import { readNameOperand } from "./name_pattern.ts";

/** A loaded service, with a handle of this connection. */
export interface LoadedService {
  readonly kind: "loaded";
  readonly name: string;
  readonly handle: Handle;
  /** When it was found or loaded. */
  readonly state: ServiceState;
  readonly target: "stopped" | "started";
}

export interface LoadFailure {
  readonly kind: "failed";
  readonly fault: LoadFault;
}

const LONGEST_NAME_BYTES = 1021;

/**
 * Finds a service among those loaded; undefined if it is not.
 *
 * @throws {ClientError} For a name that no service can have, and as `Session.expect` does.
 */
export function* findService(
  session: Session,
  name: string,
): Waiting<LoadedService | undefined> {
  checkName(name);
  const reply = yield* session.expect({ kind: "find", name }, "service-record", "no-service");
  return reply.kind === "service-record" ? { ...reply, kind: "loaded", name } : undefined;
}

/**
 * Finds a service, or has it loaded. Same errors as {@link findService}.
 *
 * @param name As the manager has it: what was written on a command line goes through
 * {@link literalName} or `namedServices` first.
 */
export function* loadService(
  session: Session,
  name: string,
): Waiting<LoadedService | LoadFailure> {
  checkName(name);
  const reply = yield* session.expect(
    { kind: "load", name },
    "service-record",
    "no-service",
    "description-error",
    "load-error",
  );
  switch (reply.kind) {
    case "service-record":
      return { ...reply, kind: "loaded", name };
    case "no-service":
      return { kind: "failed", fault: "no-description" };
    default:
      return { kind: "failed", fault: reply.kind };
  }
}

/**
 * A service that something is taken from, or that is stopped: one that cannot be loaded, and that
 * others wait for, has a record all the same. Same errors as {@link findService}.
 */
export function* presentService(
  session: Session,
  name: string,
): Waiting<LoadedService | LoadFailure> {
  const service = yield* loadService(session, name);
  if (service.kind === "loaded") return service;
  return (yield* findService(session, name)) ?? service;
}

/** Tells of a service that could not be loaded: why, where it was looked for, what was meant. */
export function* tellLoadFailure(
  name: string,
  fault: LoadFault,
  paths: ManagerPaths,
  io: ClientIo,
): Reporting<void> {
  if (fault !== "no-description") {
    const causes = yield* paths.session.causes();
    yield { kind: "load-failed", service: name, fault, causes, searched: [], meant: undefined };
    return;
  }
  const searched = yield* serviceDirectories(paths);
  const meant = yield* inTurns(meantServiceInTurns(name, searched, io.files));
  yield { kind: "load-failed", service: name, fault, causes: [], searched, meant };
}

/**
 * The one service that a word names, for commands that take no pattern.
 *
 * @param session undefined: there is no manager to ask.
 * @throws {ClientError} For a pattern: a service called so would be loaded, which nobody wants.
 */
export function* literalName(session: Session | undefined, word: string): Waiting<string> {
  const operand = readNameOperand(word);
  if (operand.kind === "name") return operand.name;
  const isLoaded = session !== undefined && (yield* findService(session, word)) !== undefined;
  if (!operand.isCertain || isLoaded) return word;
  throw new ClientError(
    `'${word}' is a pattern, and this command takes one service by its name.`,
    "a backslash before '*' or '?' makes it a part of the name.",
  );
}

/** Why a name cannot be sent: a server closes the connection on such. undefined: it can. */
export function sendingFault(name: string): string | undefined {
  const first = name[0] ?? "";
  if (first === "." || first === "@") {
    return `'${name}' is no service name: it must not begin with '${first}'.`;
  }
  return new TextEncoder().encode(name).length > LONGEST_NAME_BYTES
    ? `service name is longer than ${LONGEST_NAME_BYTES} bytes.`
    : undefined;
}

function checkName(name: string): void {
  const fault = sendingFault(name);
  if (fault !== undefined) throw new ClientError(fault);
}
