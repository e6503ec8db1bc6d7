/**
 * The manager's poller on Linux: epoll; in a build for tests kqueue from a library, if the
 * environment asks for it.
 */
import { EVENT_BACKEND_VARIABLE, eventBackend } from "../kernel/backends.ts";
import type { Poller } from "../../interface/platform.ts";
import { createKqueueLibraryPoller } from "./kqueue_host.ts";
import { createPoller } from "./poller.ts";

/**
 * Opens the poller.
 *
 * @throws {Error} When the wish of a test cannot be read or its library not be used.
 */
export function openEventPoller(): Poller {
  if (typeof DINIT_FOR_TESTS !== "undefined" && DINIT_FOR_TESTS) {
    const backend = eventBackend(Deno.env.get(EVENT_BACKEND_VARIABLE));
    if (backend.kind === "kqueue") return createKqueueLibraryPoller(backend.library);
  }
  return createPoller();
}
