/** `confirm-boot`: this boot, which was on trial, is well. What that changes is dinit migrate's. */
import type { Command } from "../lookup/context.ts";

/** This very program, which is another one by its words. Source: proc(5). */
const OWN_PROGRAM = "/proc/self/exe";

export const confirmBoot: Command = function* ({ io }) {
  const end = io.run([OWN_PROGRAM, "migrate", "confirm"]);
  if (end.kind === "exited") return end.code === 0 ? 0 : 1;
  const why = end.kind === "not-run" ? end.why : `it was ended by signal ${end.signal}`;
  yield { kind: "error", lines: [`the boot was not confirmed: ${why}.`] };
  return 1;
};
