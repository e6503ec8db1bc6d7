/** Where lines for syslog go, as it is written: a socket's path, or `udp:HOST:PORT`. */
import { type HostAddress, isHostName } from "../text/host_names.ts";
import { parseIpv4, parseIpv6 } from "../text/internet_address.ts";

export type SyslogPlace =
  | { readonly kind: "path"; readonly path: string }
  /** A name is one of /etc/hosts. */
  | { readonly kind: "udp"; readonly host: HostAddress | string; readonly port: number };

/** RFC 5426, 3.3. */
const USUAL_PORT = 514;
const UDP = "udp:";

/** @returns Why the text is no such place: what is allowed instead. */
export function parseSyslogPlace(text: string): SyslogPlace | string {
  if (!text.startsWith(UDP)) return { kind: "path", path: text };
  const where = /^(\[[^\]]*\]|[^:[\]]*)(?::([0-9]{1,5}))?$/.exec(text.slice(UDP.length));
  const [, host = "", digits = `${USUAL_PORT}`] = where ?? [];
  const port = Number(digits);
  const address = host.startsWith("[") ? parseIpv6(host.slice(1, -1)) : parseIpv4(host);
  const found = address ?? (isHostName(host) ? host : undefined);
  if (found === undefined || port < 1 || port > 65535) {
    return 'write "udp:ADDRESS:PORT", with an address such as 10.0.0.1, [fd00::1] or a name of ' +
      "/etc/hosts";
  }
  return { kind: "udp", host: found, port };
}
