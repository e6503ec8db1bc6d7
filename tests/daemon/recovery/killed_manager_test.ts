/** Processes of a manager that was killed, found by their numbers and their ages. */
import type { Fd, Pid, ServiceId } from "../../../core/types.ts";
import { waysToKilled } from "../../../daemon/recovery/killed_manager.ts";
import { assert, assertEquals } from "../../assert.ts";
import { platform, start, waitForEnd } from "../../platform/linux/children.ts";
import { surroundings, testNeeding } from "../../skip.ts";

const ON_LINUX = [surroundings("Linux", Deno.build.os === "linux")];
const PROCESS = { service: 7 as ServiceId, role: "start" } as const;
const NO_ENDS = { readiness: undefined, notify: undefined, control: undefined };
const ways = waysToKilled(platform, new Set([5 as Fd]));
const SLEEP = ["sleep", "1000"];
/** Two ticks: what is made now has an age that was a moment ago. */
const TICKS_MS = 20;

function withChild(body: (pid: Pid) => void): void {
  const pid = start({ command: SLEEP });
  try {
    body(pid);
  } finally {
    platform.poller.unwatchProcess(pid);
    platform.signal(pid, 9, "process");
    waitForEnd(pid);
  }
}

testNeeding("a process that is there is watched, with its age", ON_LINUX, () =>
  withChild((pid) => {
    const found = ways.process?.({ ...PROCESS, pid, seenMs: platform.processClockMs() });
    const facts = platform.processFacts(pid);
    assert(facts.kind === "process", "it is there");
    assertEquals(found, { ...PROCESS, watched: { madeAt: facts.madeAt } });
    let ended: Pid | undefined;
    platform.signal(pid, 9, "process");
    while (ended === undefined) {
      platform.poller.wait(Infinity, {
        descriptor: () => {},
        signal: () => {},
        processEnded: (one) => void (ended = one),
      });
    }
    assertEquals(ended, pid);
  }));

testNeeding(
  "a younger process with the number is another one, and is not watched",
  ON_LINUX,
  () =>
    withChild((pid) => {
      const seenMs = platform.processClockMs() - 60_000;
      assertEquals(ways.process?.({ ...PROCESS, pid, seenMs }), "ended");
      assertEquals(ways.isThere(pid, { notAfterMs: seenMs }), false);
      const watched = { madeAt: "1" };
      const now = platform.processClockMs();
      assertEquals(ways.process?.({ ...PROCESS, pid, seenMs: now, watched }), "ended");
    }),
);

testNeeding("a process of a launch is not older than that", ON_LINUX, () => {
  const before = platform.processClockMs();
  withChild((pid) => {
    assertEquals(ways.isThere(pid, { notBeforeMs: before }), true);
    assertEquals(ways.isThere(pid, { notBeforeMs: before + 60_000 }), false);
    const launched = ways.launched?.(pid, { notBeforeMs: before }, PROCESS);
    assert(launched !== "ended" && launched?.watched !== undefined, "it is watched");
  });
});

testNeeding(
  "the process of a launch without a number is found by its time and command",
  ON_LINUX,
  () => {
    const sinceMs = platform.processClockMs();
    const noNumber = { pid: undefined, isNumbered: false };
    const launch = { ...PROCESS, ...noNumber, sinceMs, report: undefined, ends: NO_ENDS };
    withChild((pid) => {
      assertEquals(ways.unknown?.(launch, new Set(), SLEEP), pid);
      assertEquals(ways.unknown?.(launch, new Set([pid]), SLEEP), undefined);
      assertEquals(ways.unknown?.(launch, new Set(), ["sleep", "1001"]), undefined);
      for (const farMs of [-60_000, 60_000]) {
        const other = { ...launch, sinceMs: sinceMs + farMs };
        assertEquals(ways.unknown?.(other, new Set(), SLEEP), undefined);
      }
      assert(platform.processClockMs() < sinceMs + 60_000 - TICKS_MS, "this was quick");
    });
  },
);

testNeeding("of descriptors there are those that were opened anew", ON_LINUX, () => {
  assertEquals([ways.isOpen(5 as Fd), ways.isOpen(6 as Fd)], [true, false]);
});
