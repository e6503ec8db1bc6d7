/**
 * Finds the manager's socket and opens a session on it.
 *
 * Order: the passed descriptor (if asked for), `-p`, `DINIT_SOCKET_PATH`, the instance's default path.
 */
import { defaultSocketPath, systemSocketPath } from "../core/paths.ts";
import { ClientError } from "./client_error.ts";
import type { ConnectFailure, Connection } from "./connection.ts";
import type { ClientIo } from "./io.ts";
import { Session } from "./session.ts";

export interface Target {
  /** undefined: system for root, user for everybody else. */
  readonly instance: "system" | "user" | undefined;
  readonly socketPath: string | undefined;
  readonly usesPassedConnection: boolean;
}

const ENOENT = 2;
const EACCES = 13;

/**
 * Connects and agrees on a version.
 *
 * @param lead What stands before the path when no connection can be made.
 * @throws {ClientError} When there is no manager, or one of other versions.
 */
export function openSession(
  target: Target,
  io: ClientIo,
  lead = "connecting to socket: ",
): Session {
  const passed = target.usesPassedConnection ? passedConnection(io) : undefined;
  return Session.open(passed ?? connectByPath(target, io, lead));
}

/**
 * A session on the system manager's socket, whatever the environment says: for `shutdown`.
 *
 * @throws {ClientError} As {@link openSession}.
 */
export function openSystemSession(usesPassedConnection: boolean, io: ClientIo): Session {
  const passed = usesPassedConnection ? passedConnection(io) : undefined;
  if (passed !== undefined) return Session.open(passed);
  const path = systemSocketPath(io.os);
  return Session.open(checkedConnection(io.connect(path), [`connecting to socket: ${path}`]));
}

/** Whether the system manager is reached at its usual socket, because no other was named. */
export function usesSystemSocket(target: Target, io: ClientIo): boolean {
  const isNamed = namedPath(target, io) !== undefined || target.usesPassedConnection;
  return !isNamed && isSystemTarget(target, io);
}

/** An empty variable is as good as none. */
function namedPath(target: Target, io: ClientIo): string | undefined {
  return target.socketPath ?? (io.env("DINIT_SOCKET_PATH") || undefined);
}

/** Whether the system instance is meant. */
export function isSystemTarget(target: Pick<Target, "instance">, io: ClientIo): boolean {
  if (target.instance !== undefined) return target.instance === "system";
  return io.userId() === 0;
}

/** undefined: the variable is unset or no number, and the path is to be used. */
function passedConnection(io: ClientIo): Connection | undefined {
  const digits = /^[0-9]+/.exec(io.env("DINIT_CS_FD") ?? "")?.[0];
  if (digits === undefined) return undefined;
  return checkedConnection(io.adopt(Number(digits)), [
    `using the passed connection: descriptor ${digits}`,
  ]);
}

function connectByPath(target: Target, io: ClientIo, lead: string): Connection {
  const isSystem = isSystemTarget(target, io);
  const given = namedPath(target, io);
  const path = given ?? defaultSocketPath({
    isSystem,
    os: io.os,
    env: (name) => io.env(name),
    homeFromDatabase: () => io.homeFromDatabase(),
  });
  if (path === undefined) {
    throw new ClientError(
      "cannot tell where the control socket is: neither XDG_RUNTIME_DIR nor HOME is set, and the user has no home directory.",
      "name it with --socket-path PATH.",
    );
  }
  const connection = io.connect(path);
  const hints = isConnection(connection)
    ? []
    : [hint(path, connection, isSystem, given !== undefined)];
  return checkedConnection(connection, [`${lead}${path}`, ...hints]);
}

function isConnection(result: Connection | ConnectFailure): result is Connection {
  return !("kind" in result);
}

/** The system's text goes to the end of the first line. */
function checkedConnection(
  result: Connection | ConnectFailure,
  [first, ...others]: readonly string[],
): Connection {
  if (isConnection(result)) return result;
  throw new ClientError(`${first}: ${result.text}`, ...others);
}

function hint(path: string, failure: ConnectFailure, isSystem: boolean, wasGiven: boolean): string {
  if (failure.errno === EACCES) {
    return `no permission to use ${path}: ask as root, or use --user for your own services.`;
  }
  if (!isSystem && !wasGiven && failure.errno === ENOENT) {
    return "no manager of this user seems to run; start one with 'dinit --user', or use --system.";
  }
  const other = isSystem && !wasGiven ? " Use --user for a user's manager." : "";
  return `cannot reach the manager at ${path}: is it running?${other}`;
}
