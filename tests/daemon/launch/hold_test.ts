/** Nothing is launched while somebody else ends the machine's run. */
import type { Event } from "../../../core/event.ts";
import type { SchedulerApi } from "../../../core/schedule/api.ts";
import type { Instant, ServiceId } from "../../../core/types.ts";
import { LaunchHold } from "../../../daemon/launch/hold.ts";
import { LaunchQueue, type SpawnCommand } from "../../../daemon/launch/queue.ts";
import { assertEquals } from "../../assert.ts";

function makeHold() {
  const launched: number[] = [];
  const said: string[] = [];
  const events: Event[] = [];
  const launches = new LaunchQueue(
    { now: () => 0 as Instant, prefer: () => {} },
    {
      launch: ({ service }) => void launched.push(service),
      look: () => {},
      underWay: () => "none",
    },
  );
  const hold = new LaunchHold({
    launches,
    scheduler: {
      description: () => ({ startTimeoutMs: 7000, stopTimeoutMs: 0 }),
    } as unknown as SchedulerApi,
    log: { announce: (_level, text) => void said.push(text) },
    report: (event) => void events.push(event),
  });
  const add = (service: number, role: SpawnCommand["role"]) =>
    launches.add({ kind: "spawn", service: service as ServiceId, role } as SpawnCommand);
  return { hold, launches, add, launched, said, events };
}

Deno.test("LaunchHold keeps launches back, stop commands too, until it is resumed", () => {
  const { hold, launches, add, launched, said } = makeHold();
  add(1, "start");
  hold.hold();
  hold.hold();
  add(2, "stop");
  launches.run(1);
  assertEquals([launched, launches.isDue, hold.isHeld], [[], false, true]);
  hold.resume();
  hold.resume();
  assertEquals([launches.isDue, hold.isHeld], [true, false]);
  launches.run(1);
  assertEquals(launched, [1, 2]);
  assertEquals(said.length, 2, "each said once");
});

Deno.test("LaunchHold gives what has waited its whole time again", () => {
  const { hold, add, events } = makeHold();
  hold.hold();
  add(1, "start");
  // Without a time limit there is nothing to extend.
  add(2, "stop");
  assertEquals(events, [{ kind: "hold", isHeld: true }]);
  hold.resume();
  // Its time is extended before any can pass again.
  assertEquals(events.slice(1), [
    { kind: "extend-timeout", service: 1 as ServiceId, timeoutMs: 7000 },
    { kind: "hold", isHeld: false },
  ]);
});
