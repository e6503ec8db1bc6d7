/** Where a system's syslog listens. */
import type { System } from "../../core/types.ts";

/** Source: syslog(3); FreeBSD's is /var/run/log. */
export const SYSLOG_SOCKET: Readonly<Record<System, string>> = {
  linux: "/dev/log",
  freebsd: "/var/run/log",
  darwin: "/var/run/syslog",
};
