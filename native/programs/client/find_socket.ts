/**
 * Which socket the manager listens at: the rules of `ctl/connection/connect.ts`, and the address in
 * memory.
 */
import { HOME_SOCKET_NAME, RUNTIME_SOCKET_NAME, systemSocketPath } from "../../../core/paths.ts";
import {
  add,
  compare,
  type Form,
  frame,
  go,
  leave,
  load,
  loop,
  run,
  set,
  store,
  subtract,
  system,
  type Variable,
  when,
} from "../../forms.ts";
import type { Texts } from "../../texts.ts";
import {
  ADDRESS,
  append,
  at,
  byte,
  cursor,
  fromHome,
  fromRuntime,
  fromSocket,
  given,
  instance,
  limit,
  path,
  personality,
  user,
} from "./memory.ts";
import { PROGRAM, WORD } from "./recognise.ts";

/** Linux include/linux/socket.h. */
export const AF_UNIX = 1;
/**
 * Of sockaddr_un: where its path begins, and how long that may be, with the NUL. Source: unix(7).
 */
export const PATH_AT = 2;
const PATH_BYTES = 108;

const SLASH = "/".charCodeAt(0);
/** Begins the name of a socket that is no file. */
const AT_SIGN = "@".charCodeAt(0);
const FIRST_NOT_ASCII = 0x80;

/**
 * Leaves the address at `ADDRESS`, its length in `cursor`, and `user`.
 *
 * @param otherwise Where to go when the place cannot be told here: a home that only the user
 *   database knows, a path too long or in other letters than ASCII, a socket that is no file.
 */
export function findSocket(texts: Texts, otherwise: string): readonly Form[] {
  const systemSocket = texts.at(systemSocketPath("linux"));
  return [
    system("geteuid", [], user),
    ...ignoreEmpty(fromSocket, fromRuntime, fromHome),
    when(compare(path, "==", 0), [set(path, fromSocket)]),
    // `shutdown` talks to the system's manager, whatever the environment says.
    when(compare(personality, "==", PROGRAM.shutdown), [set(path, systemSocket)]),
    when(compare(path, "==", 0), [
      when(compare(instance, "==", WORD.system), [set(path, systemSocket)]),
      when(compare(instance, "==", 0), [
        when(compare(user, "==", 0), [set(path, systemSocket)]),
      ]),
    ]),
    store(2, AF_UNIX, ADDRESS),
    set(cursor, frame(ADDRESS.offset + PATH_AT)),
    set(limit, frame(ADDRESS.offset + PATH_AT + PATH_BYTES)),
    when(compare(path, "!=", 0), [set(given, path), run(append)], [
      when(compare(fromRuntime, "!=", 0), put(texts, fromRuntime, RUNTIME_SOCKET_NAME), [
        when(compare(fromHome, "==", 0), [go(otherwise)]),
        ...put(texts, fromHome, HOME_SOCKET_NAME),
      ]),
    ]),
    ...checkPath(otherwise),
  ];
}

/** An empty variable is as good as none. */
function ignoreEmpty(...variables: readonly Variable[]): readonly Form[] {
  return variables.map((each) =>
    when(compare(each, "!=", 0), [
      load(1, byte, each),
      when(compare(byte, "==", 0), [set(each, 0)]),
    ])
  );
}

/** A name in a directory. */
function put(texts: Texts, directory: Variable, name: string): readonly Form[] {
  return [
    set(given, directory),
    run(append),
    load(1, byte, cursor, -1),
    when(compare(byte, "!=", SLASH), [set(given, texts.at("/")), run(append)]),
    set(given, texts.at(name)),
    run(append),
  ];
}

function checkPath(otherwise: string): readonly Form[] {
  return [
    store(1, 0, cursor),
    set(at, frame(ADDRESS.offset + PATH_AT)),
    load(1, byte, at),
    when(compare(byte, "==", AT_SIGN), [go(otherwise)]),
    loop("bytes of the path", [
      load(1, byte, at),
      when(compare(byte, "==", 0), [leave("bytes of the path")]),
      when(compare(byte, "atLeast", FIRST_NOT_ASCII), [go(otherwise)]),
      add(at, 1),
    ]),
    add(cursor, 1),
    subtract(cursor, ADDRESS),
  ];
}
