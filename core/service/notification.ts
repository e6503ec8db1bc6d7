/**
 * What a service says over its notification socket: the text of one datagram → messages.
 *
 * The protocol is that of sd_notify(3): lines of `KEY=value`. Who may say it is the daemon's to
 * check; what follows from it is in `notify_rules.ts`.
 */

/** One message of a service about itself. Times in milliseconds. */
export type Notification =
  | { readonly kind: "ready" }
  | { readonly kind: "stopping" }
  /** It reads its configuration again; "ready" tells that it is done. */
  | { readonly kind: "reloading" }
  /** One line for people; empty: nothing to tell any more. */
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "main-pid"; readonly pid: number }
  /** A sign of life. */
  | { readonly kind: "watchdog-ping" }
  /** The service asks to be treated as if it had given no sign of life. */
  | { readonly kind: "watchdog-trigger" }
  /**
   * Replaces `watchdog-timeout` for this run, from now on; 0: no sign of life is awaited any more.
   */
  | { readonly kind: "watchdog-timeout"; readonly timeoutMs: number }
  /** From now on it may take that long until it is up, or down. */
  | { readonly kind: "extend-timeout"; readonly timeoutMs: number };

/** Longest datagram that is read; systemd's limit. */
export const NOTIFICATION_BYTES = 4096;

const MAX_PID = 2 ** 22;
/** UINT64_MAX. */
const INFINITE_USEC = 2n ** 64n - 1n;

/** The messages of a datagram in their order; lines that mean nothing here are skipped. */
export function parseNotifications(bytes: Uint8Array): readonly Notification[] {
  const messages: Notification[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const separator = line.indexOf("=");
    if (separator < 0) continue;
    const message = parseLine(line.slice(0, separator), line.slice(separator + 1));
    if (message !== undefined) messages.push(message);
  }
  return messages;
}

function parseLine(key: string, value: string): Notification | undefined {
  switch (key) {
    case "READY":
      return value === "1" ? { kind: "ready" } : undefined;
    case "STOPPING":
      return value === "1" ? { kind: "stopping" } : undefined;
    case "RELOADING":
      return value === "1" ? { kind: "reloading" } : undefined;
    case "STATUS":
      return { kind: "status", text: printable(value) };
    case "MAINPID": {
      const pid = wholeNumber(value);
      return pid === undefined || pid < 2 || pid > MAX_PID ? undefined : { kind: "main-pid", pid };
    }
    case "WATCHDOG":
      if (value === "1") return { kind: "watchdog-ping" };
      return value === "trigger" ? { kind: "watchdog-trigger" } : undefined;
    case "WATCHDOG_USEC": {
      const timeoutMs = duration(value);
      if (timeoutMs === undefined) return undefined;
      return { kind: "watchdog-timeout", timeoutMs: timeoutMs === "none" ? 0 : timeoutMs };
    }
    case "EXTEND_TIMEOUT_USEC": {
      const timeoutMs = duration(value);
      return typeof timeoutMs === "number" ? { kind: "extend-timeout", timeoutMs } : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * Microseconds → milliseconds. 0 and the largest number of 64 bits are no limit at all:
 * timestamp_is_set() of systemd's basic/time-util.h.
 */
function duration(value: string): number | "none" | undefined {
  if (!/^[0-9]{1,20}$/.test(value)) return undefined;
  const microseconds = BigInt(value);
  if (microseconds > INFINITE_USEC) return undefined;
  if (microseconds === 0n || microseconds === INFINITE_USEC) return "none";
  return Number(microseconds) / 1000;
}

function wholeNumber(value: string): number | undefined {
  return /^[0-9]{1,9}$/.test(value) ? Number(value) : undefined;
}

/** It is shown on terminals, so it must not drive them. */
function printable(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ").trim();
}
