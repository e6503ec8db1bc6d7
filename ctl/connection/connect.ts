/**
 * Finds the manager's socket and opens a session on it.
 *
 * Order: the passed descriptor (if asked for), `-p`, `DINIT_SOCKET_PATH`, the instance's default
 * path.
 */
import { defaultSocketPath, systemSocketPath } from "../../core/paths.ts";
import { ClientError } from "../interface/client_error.ts";
import type { ConnectFailure, Connection } from "../interface/connection.ts";
import type { ClientIo } from "../interface/io.ts";
import type { Waiting } from "../interface/waits.ts";
import { Session } from "./session.ts";

export interface Target {
  /** undefined: system for root, user for everybody else. */
  readonly instance: "system" | "user" | undefined;
  readonly socketPath: string | undefined;
  readonly usesPassedConnection: boolean;
  /** Talks to a manager whoever runs it. */
  readonly trustsOtherUsers: boolean;
}

const ENOENT = 2;
const EACCES = 13;
/** On Linux, where alone connecting waits. */
const EAGAIN = 11;

/**
 * Connects and agrees on a version.
 *
 * @param lead What stands before the path when no connection can be made.
 * @throws {ClientError} When there is no manager, or one of other versions.
 */
export function* openSession(
  target: Target,
  io: ClientIo,
  lead = "connecting to socket: ",
): Waiting<Session> {
  const passed = target.usesPassedConnection ? passedConnection(io) : undefined;
  const connection = passed ?? connectByPath(target, io, lead);
  if (!target.trustsOtherUsers) checkPeer(connection, io, OTHER_USER_HINT);
  return yield* openOn(connection, io);
}

function* openOn(connection: Connection, io: ClientIo): Waiting<Session> {
  const session = yield* Session.open(connection, io);
  const user = io.userId();
  if (user !== 0 && connection.peerUser() !== user) session.expectMissingRights();
  return session;
}

const OTHER_USER_HINT =
  "it could make this program do what it likes; --other-user talks to it all the same.";

/**
 * Whose manager it is. Another user's (root's aside) is not talked to: its answers name the files
 * that `enable` changes, and what is shown.
 *
 * @throws {ClientError} When it is another user's; the connection is closed then.
 */
function checkPeer(connection: Connection, io: ClientIo, hint: string): void {
  const peer = connection.peerUser();
  if (peer === 0 || (peer !== undefined && peer === io.userId())) return;
  connection.close();
  throw new ClientError(
    peer === undefined
      ? "cannot tell which user the manager runs as."
      : `the manager at this socket runs as user ${peer}, which is neither root nor this user.`,
    hint,
  );
}

/**
 * A session on the system manager's socket, whatever the environment says: for `shutdown`.
 *
 * @throws {ClientError} As {@link openSession}.
 */
export function* openSystemSession(
  usesPassedConnection: boolean,
  io: ClientIo,
): Waiting<Session> {
  const passed = usesPassedConnection ? passedConnection(io) : undefined;
  const path = systemSocketPath(io.os);
  const connection = passed ??
    checkedConnection(io.connect(path), [`connecting to socket: ${path}`]);
  checkPeer(connection, io, "it is not the system's.");
  return yield* openOn(connection, io);
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
  if (failure.errno === EAGAIN) return "it takes no connections: it may be stopped, or hang.";
  const other = isSystem && !wasGiven ? " Use --user for a user's manager." : "";
  return `cannot reach the manager at ${path}: is it running?${other}`;
}
