/**
 * The last resort: what is done when the manager crashes. Nothing of it is TypeScript at work, for
 * the runtime is what has crashed.
 *
 * - `guard.ts` runs in the entry, before the runtime: it makes the crash page (`crash_page.ts`) and
 *   installs the handler, or decides what is done after a crash;
 * - `start_state.ts`: what the process was started with;
 * - `handler.ts` runs in the program that has crashed, and executes it again;
 * - `hang_watch.ts`: a program that does not go on has crashed, too;
 * - `lone_process.ts` is what is left of process 1 when there is to be no manager.
 */
import type { Form } from "../../forms.ts";
import type { Texts } from "../../texts.ts";
import { handler } from "./handler.ts";
import { loneProcess } from "./lone_process.ts";
import type { LastResortParts } from "./parts.ts";

export { guard } from "./guard.ts";
export { MANAGER_SIGNALS } from "./handler.ts";
export { LONE_PROCESS_IN_SILENCE } from "./lone_process.ts";
export { LAST_RESORT_FRAME_BYTES, LAST_RESORT_VARIABLES, page } from "./memory.ts";
export { type LastResortParts, USUAL_PLACES } from "./parts.ts";

/**
 * What {@link guard} leads to: it stands where the including program does not come by.
 *
 * @param texts Gets the texts that are used here.
 */
export function lastResort(parts: LastResortParts, texts: Texts): readonly Form[] {
  return [...handler(parts), ...loneProcess(parts, texts)];
}
