/**
 * The address of a listening socket as it is written: a path, an abstract name, or an IP address
 * with port.
 *
 * Names of hosts are not looked up: the manager must not wait for a name server.
 */
import { parseIpv4, parseIpv6 } from "../../text/internet_address.ts";
import { quote } from "./problem.ts";

export type ListenAddress =
  /** `@` at the front: an abstract name, which is no file. */
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "internet"; readonly host: ListenHost; readonly port: number };

/**
 * Four bytes (IPv4) or sixteen (IPv6), in network order; or all addresses that the machine has,
 * IPv4's alone where the kernel has no IPv6.
 */
export type ListenHost = readonly number[] | "any";

/** What {@link parseListenAddress} understands, for messages. */
export const LISTEN_FORMS =
  'an address is a path, "@NAME", "PORT", "IPV4:PORT" or "[IPV6]:PORT"; hosts are given by number';

/** @returns undefined when it is none of {@link LISTEN_FORMS}. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text === "" || text === "@") return undefined;
  if (text.startsWith("@") || text.includes("/")) return { kind: "unix", path: text };
  const match = /^(?:(\*|[0-9.]+|\[[0-9A-Fa-f:.]+\]):)?([0-9]{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, host, digits = ""] = match;
  const port = Number(digits);
  const found = host === undefined || host === "*" ? "any" : parseHost(host);
  if (found === undefined || port < 1 || port > 65535) return undefined;
  return { kind: "internet", host: found, port };
}

/** For messages: `"/run/x"`, `TCP 127.0.0.1:80`, `UDP [::1]:53`, `TCP *:80`. */
export function listenAddressText(
  address: ListenAddress,
  type: "stream" | "datagram" | "seqpacket",
): string {
  if (address.kind === "unix") return quote(address.path);
  return `${type === "datagram" ? "UDP" : "TCP"} ${hostText(address.host)}:${address.port}`;
}

function hostText(host: ListenHost): string {
  if (host === "any") return "*";
  if (host.length === 4) return host.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => {
    const [high = 0, low = 0] = host.slice(2 * index, 2 * index + 2);
    return (high * 0x100 + low).toString(16);
  });
  // Leaves out a run of zeros as RFC 5952 has it.
  return new URL(`http://[${groups.join(":")}]`).hostname;
}

function parseHost(host: string): readonly number[] | undefined {
  return host.startsWith("[") ? parseIpv6(host.slice(1, -1)) : parseIpv4(host);
}
