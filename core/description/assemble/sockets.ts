/** Typed values → the sockets that a service is given. */
import type { ListeningSocket } from "../contract/description.ts";
import { fileOwner } from "./file_owner.ts";
import { LISTEN_FORMS, parseListenAddress } from "../contract/listen_address.ts";
import { quote } from "../contract/problem.ts";
import { replacedText } from "./replaced_text.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { Variables } from "../text/substitution.ts";
import type { SettingValues } from "../settings/settings.ts";
import type { WrittenSocket } from "../values/socket.ts";

/** Length of the queue of connections that wait for a service: upstream's. */
const DEFAULT_BACKLOG = 128;

const DEFAULT_MODE = 0o666;

export interface SocketContext {
  /** The service's. */
  readonly name: string;
  readonly variables: Variables;
  readonly reporter: SettingReporter;
}

/**
 * That of `socket-listen` first, then those of `[[socket]]`, in their order.
 *
 * @param path `socket-listen`, its variables replaced.
 */
export function assembleSockets(
  values: SettingValues,
  path: string | undefined,
  context: SocketContext,
): readonly ListeningSocket[] {
  const first: ListeningSocket[] = path === undefined ? [] : [{
    address: { kind: "unix", path },
    type: "stream",
    name: undefined,
    ...fileOwner(values, "socket", DEFAULT_MODE),
    backlog: DEFAULT_BACKLOG,
    ipv6Only: false,
    blocks: false,
  }];
  const others = values.socket?.map((written, index) => socketOf(written, index, context)) ?? [];
  return [...first, ...others.filter((socket) => socket !== undefined)];
}

/** @returns undefined when a fault was reported. */
function socketOf(
  written: WrittenSocket,
  index: number,
  context: SocketContext,
): ListeningSocket | undefined {
  const { listen, uid, gid } = written;
  const path = [index, "listen"];
  const fault = `Cannot listen on ${quote(listen)}`;
  const doubt = `Doubtful listen = ${quote(listen)}`;
  const text = replacedText(listen, { key: "socket", path, fault, doubt }, context);
  if (text === undefined) return undefined;
  const fail = (why: string) => {
    const { reporter } = context;
    reporter.report(reporter.position("socket", path), `${fault}: ${why}`);
    return undefined;
  };
  const address = parseListenAddress(text);
  if (address === undefined) return fail(LISTEN_FORMS);
  const type = written.type ?? "stream";
  if (address.kind === "internet" && type === "seqpacket") {
    return fail("the type seqpacket is for paths and abstract names only");
  }
  return {
    address,
    type,
    name: written.name ?? context.name.replaceAll(":", "-"),
    mode: written.permissions ?? DEFAULT_MODE,
    uid: uid?.uid,
    gid: gid ?? (uid?.kind === "named" ? uid.gid : undefined),
    backlog: written.backlog ?? DEFAULT_BACKLOG,
    ipv6Only: written["ipv6-only"] ?? false,
    blocks: true,
  };
}
