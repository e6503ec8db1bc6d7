/**
 * The manager's poller on Linux: epoll, unless the environment asks for kqueue from a library.
 */
import { EVENT_BACKEND_VARIABLE, eventBackend } from "../backends.ts";
import type { Poller } from "../interface.ts";
import { hasForeignRights } from "./foreign_rights.ts";
import { createKqueueLibraryPoller } from "./kqueue_host.ts";
import { createPoller } from "./poller.ts";

/**
 * Opens the poller that the environment asks for; what is refused is told on standard error.
 *
 * @throws {Error} When the wish cannot be read or its library not be used.
 */
export function openEventPoller(): Poller {
  const backend = eventBackend({
    value: Deno.env.get(EVENT_BACKEND_VARIABLE),
    isFirstProcess: Deno.pid === 1,
    hasForeignRights,
  });
  if (backend.kind === "kqueue") return createKqueueLibraryPoller(backend.library);
  if (backend.kind === "refused") console.error(`dinit: ${backend.message}`);
  return createPoller();
}
