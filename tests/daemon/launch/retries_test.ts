import type { ServiceState } from "../../../core/types.ts";
import { instant, serviceId } from "../../../core/types.ts";
import type { SpawnCommand } from "../../../daemon/launch/queue.ts";
import { LaunchRetries } from "../../../daemon/launch/retries.ts";
import { assert, assertEquals } from "../../assert.ts";

const EAGAIN = 11;
const ENOENT = 2;
const START: SpawnCommand = {
  kind: "spawn",
  service: serviceId(1),
  role: "start",
  onConsole: false,
  watchReadiness: false,
};

function scene() {
  const world = { now: 1000, state: "starting" as ServiceState, isShuttingDown: false };
  const launched: number[] = [];
  const retries = new LaunchRetries({
    platform: {
      now: () => instant(world.now),
      errnoText: (errno) => ({ name: errno === EAGAIN ? "EAGAIN" : "ENOENT", text: "" }),
    },
    scheduler: {
      status: () => ({ state: world.state }) as never,
      get shutdownType() {
        return world.isShuttingDown ? "halt" as const : undefined;
      },
    },
    launch: () => void launched.push(world.now),
  });
  return { world, launched, retries };
}

Deno.test("LaunchRetries tries again with growing pauses, and gives up in the end", () => {
  const { world, launched, retries } = scene();
  assertEquals(retries.defer(START, EAGAIN), "first");
  let answer = "again";
  while (answer === "again") {
    const next = retries.next();
    assert(next !== undefined && next > world.now);
    world.now = next;
    retries.runDue(next);
    assertEquals(retries.next(), undefined, "under way");
    answer = retries.defer(START, EAGAIN);
  }
  assertEquals(answer, "no");
  const pauses = launched.map((time, index) => time - (launched[index - 1] ?? 1000));
  assertEquals(pauses, [50, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
  assertEquals([retries.next(), retries.defer(START, EAGAIN)], [undefined, "first"]);
});

Deno.test("LaunchRetries leaves other failures alone", () => {
  const { retries } = scene();
  assertEquals([retries.defer(START, ENOENT), retries.next()], ["no", undefined]);
});

Deno.test("LaunchRetries begins anew after a launch that worked", () => {
  const { retries } = scene();
  retries.defer(START, EAGAIN);
  retries.succeeded(START);
  assertEquals([retries.next(), retries.defer(START, EAGAIN)], [undefined, "first"]);
});

Deno.test("LaunchRetries waits for no start that is not wanted any more, but for stop commands", () => {
  const { world, retries } = scene();
  world.state = "stopping";
  assertEquals(retries.defer(START, EAGAIN), "no");
  assertEquals(retries.defer({ ...START, role: "stop" }, EAGAIN), "first");
  world.state = "starting";
  world.isShuttingDown = true;
  assertEquals(retries.defer(START, EAGAIN), "no");
});
