/**
 * The manager's poller on Linux: epoll, unless the environment asks for kqueue from a library.
 */
import { EVENT_BACKEND_VARIABLE, eventBackend } from "../event_backend.ts";
import type { Poller } from "../interface.ts";
import { readFile } from "./files.ts";
import { createKqueueLibraryPoller } from "./kqueue_host.ts";
import { createPoller } from "./poller.ts";

/** The auxiliary vector has about 25 entries of 16 bytes. */
const AUXILIARY_LIMIT_BYTES = 64 * 1024;
/** Entry that is not 0 after set-uid, set-gid or file capabilities took effect: getauxval(3). */
const AT_SECURE = 23;

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

/** A vector that cannot be read counts as yes: refusing is the safe answer. */
function hasForeignRights(): boolean {
  const contents = readFile("/proc/self/auxv", AUXILIARY_LIMIT_BYTES);
  if (contents.kind === "failure") return true;
  const { bytes } = contents;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    if (view.getBigUint64(at, true) === BigInt(AT_SECURE)) {
      return view.getBigUint64(at + 8, true) !== 0n;
    }
  }
  return true;
}
