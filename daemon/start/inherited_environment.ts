/**
 * The environment that the manager was started with, in the order in which it was given, and what
 * of it is for others.
 *
 * Deno keeps variables in a hash table, so that they come in another order at each start, leaves
 * out those that are not UTF-8, and does not get those that would steer it
 * (`native/programs/start_words.ts`). On Linux the kernel still has the block as it was.
 */
import { parseEnvironmentBlock } from "../../core/system/environment_block.ts";
import { CRASH_PAGE_VARIABLE } from "../../core/program/started_words.ts";
import { decodeText } from "../../core/protocol/mod.ts";
import type { Platform } from "../../platform/mod.ts";

import { HANDOVER_VARIABLE } from "../kept/handover.ts";

/** Linux proc(5). Not there before /proc is mounted, and not on other systems. */
const INITIAL_ENVIRONMENT = "/proc/self/environ";

/** Linux gives a new program at most 6 MiB of arguments and environment. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * Variables for the manager itself, from whoever supervises it: where it may report, how often it
 * must, which sockets it was given. A service that took these for its own would speak to that
 * supervisor in the manager's name. Source: sd_notify(3), sd_watchdog_enabled(3), sd_listen_fds(3);
 * all say that they are for one process.
 */
const FOR_THE_MANAGER: ReadonlySet<string> = new Set([
  "NOTIFY_SOCKET",
  "WATCHDOG_USEC",
  "WATCHDOG_PID",
  "LISTEN_PID",
  "LISTEN_PIDFDID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  // A control connection to an outer dinit (pass-cs-fd). The descriptor is not passed on.
  "DINIT_CS_FD",
]);

/**
 * All names and values in their order; what is no variable is left out.
 *
 * @param fallback Taken, in its order, when the system does not keep the order.
 */
export function startEnvironment(
  platform: Pick<Platform, "readFile">,
  fallback: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const block = platform.readFile(INITIAL_ENVIRONMENT, LIMIT_BYTES);
  const variables = block.kind === "failure"
    ? new Map(Object.entries(fallback))
    : parseEnvironmentBlock(decodeText(block.bytes));
  // Of what was here before, and for this program alone: not for one that comes after it, either.
  variables.delete(HANDOVER_VARIABLE);
  variables.delete(CRASH_PAGE_VARIABLE);
  return variables;
}

/** Without what was for the manager alone. */
export function inheritedEnvironment(
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...variables].filter(([name]) => !FOR_THE_MANAGER.has(name)));
}
