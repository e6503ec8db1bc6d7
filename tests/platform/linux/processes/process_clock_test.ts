/** The clock that processes are dated by, held against the date of one. */
import { assert } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { end, platform, start } from "../children.ts";

/** proc(5), starttime: in units of which the C library says 100 a second on all processors. */
const TICK_MS = 10;

testNeeding(
  "processClockMs() counts as the dates of processes do",
  [surroundings("Linux", Deno.build.os === "linux")],
  () => {
    const before = platform.processClockMs();
    const pid = start({ command: ["/bin/sleep", "1000"] });
    const after = platform.processClockMs();
    const facts = platform.processFacts(pid);
    end(pid);
    const madeMs = facts.kind === "process" ? Number(facts.madeAt) * TICK_MS : NaN;
    // The date is rounded down.
    assert(madeMs > before - TICK_MS && madeMs <= after, `${before} ${madeMs} ${after}`);
  },
);
