/**
 * Connects to the manager, if it is one of this user's or root's. All else is left to the full
 * client, which says what is wrong.
 */
import { TAKES_ORDERS_MODE } from "../../../core/program/client_pipe.ts";
import {
  compare,
  failed,
  type Form,
  frame,
  go,
  load,
  noBit,
  store,
  system,
  when,
} from "../../forms.ts";
import { AF_UNIX, PATH_AT } from "./find_socket.ts";
import { ADDRESS, BUFFER, cursor, result, SCRATCH, socket, user } from "./memory.ts";

/**
 * Linux include/linux/net.h, socket.h; asm-generic/socket.h, fcntl.h: equal on x86-64 and aarch64.
 */
const [SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [1, 0o4000, 0o2000000];
const [SOL_SOCKET, SO_PEERCRED] = [1, 17];
const F_SETFL = 4;
/** struct ucred: process, user, group, four bytes each. */
const [CREDENTIALS_BYTES, USER_AT] = [12, 4];
const LAST_STANDARD_DESCRIPTOR = 2;
/** Linux include/uapi/linux/fcntl.h, stat.h; where struct statx has the mode, of two bytes. */
const [AT_FDCWD, STATX_MODE, MODE_AT] = [-100, 2, 28];

/**
 * @param otherwise Where to go when it is not the manager that is wanted; the socket may stay open.
 */
export function connect(otherwise: string): readonly Form[] {
  const giveUp = go(otherwise);
  const lengthAt = frame(SCRATCH.offset + 16);
  return [
    // Managers that take no orders do not even see a connection.
    system("statx", [AT_FDCWD, frame(ADDRESS.offset + PATH_AT), 0, STATX_MODE, BUFFER], result),
    when(failed(result), [giveUp]),
    load(2, result, BUFFER, MODE_AT),
    when(noBit(result, TAKES_ORDERS_MODE), [giveUp]),
    // A full queue is an error so; the full client waits for its turn.
    system("socket", [AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0], socket),
    when(failed(socket), [giveUp]),
    // One of 0 to 2 is closed, and what is written there would go to the manager.
    when(compare(socket, "<=", LAST_STANDARD_DESCRIPTOR), [giveUp]),
    system("connect", [socket, ADDRESS, cursor], result),
    when(failed(result), [giveUp]),
    store(4, CREDENTIALS_BYTES, lengthAt),
    system("getsockopt", [socket, SOL_SOCKET, SO_PEERCRED, SCRATCH, lengthAt], result),
    when(failed(result), [giveUp]),
    load(4, result, SCRATCH, USER_AT),
    // Another user's answers are not shown, root's aside.
    when(compare(result, "!=", 0), [when(compare(result, "!=", user), [giveUp])]),
    // From now on reading waits.
    system("fcntl", [socket, F_SETFL, 0]),
  ];
}
