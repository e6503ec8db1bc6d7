/**
 * Names of hosts as /etc/hosts has them: lines of an address and its names, `#` before a remark
 * (hosts(5)). Name servers are not asked: nobody here could wait for one.
 */
import { parseIpv4, parseIpv6 } from "./internet_address.ts";

/** Four bytes of IPv4 or sixteen of IPv6, in network order. */
export type HostAddress = readonly number[];

/** What RFC 6761 says of the name, section 6.3, for a machine whose file does not have it. */
const LOOPBACK: HostAddress = [127, 0, 0, 1];

/** Whether a host could have this name; what is all digits and dots is a bad address. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(text) &&
    !/^[0-9.]+$/.test(text);
}

/**
 * The first address that a name has in a file; large and small letters are the same. `localhost` is
 * known without one.
 *
 * @param hosts The file's text.
 */
export function addressOfName(name: string, hosts: string): HostAddress | undefined {
  const wanted = name.toLowerCase();
  for (const line of hosts.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (!names.some((each) => each.toLowerCase() === wanted)) continue;
    const found = parseIpv4(address) ?? parseIpv6(address);
    if (found !== undefined) return found;
  }
  return wanted === "localhost" ? LOOPBACK : undefined;
}
