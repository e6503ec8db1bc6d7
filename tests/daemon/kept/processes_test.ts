/** Processes that another manager has left: known again, and never taken for what they are not. */
import { type Pid, pid, type ServiceId } from "../../../core/types.ts";
import { ServiceProcesses } from "../../../daemon/processes/service_processes.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";
import { randomSource } from "../control/random_requests.ts";
import { keptOf } from "./handed_on.ts";

const SERVICE = 1 as ServiceId;
const SEED = 0x91d;

type Kinship = "running" | "ended" | "foreign" | "none";

/** @param world PID → what it is to us, and when it was made. */
function processesIn(world: Map<Pid, { readonly state: Kinship; readonly madeAt: string }>) {
  const watched: Pid[] = [];
  const platform = {
    childState: (one: Pid) => world.get(one)?.state ?? "none",
    processFacts: (one: Pid) => {
      const found = world.get(one);
      if (found === undefined) return { kind: "gone" };
      const { madeAt } = found;
      return { kind: "process", parent: 1, group: 1, session: 1, realUid: 0, savedUid: 0, madeAt };
    },
    poller: {
      watchProcess: (one: Pid) => void watched.push(one),
      unwatchProcess: () => {},
    },
  } as unknown as Platform;
  const made = new ServiceProcesses(platform, {
    platform,
    cgroupOwnerOf: () => undefined,
    markedFor: () => undefined,
    nameOf: () => "other",
  });
  return { made, watched };
}

Deno.test("children stay children, strangers are watched again, and who has gone is told", () => {
  const [child, zombie, stranger, gone] = [pid(10), pid(11), pid(12), pid(13)];
  const world = new Map<Pid, { readonly state: Kinship; readonly madeAt: string }>();
  for (const one of [stranger, gone]) world.set(one, { state: "foreign", madeAt: `t${one}` });
  world.set(child, { state: "running", madeAt: "t10" });
  world.set(zombie, { state: "ended", madeAt: "t11" });
  const before = processesIn(world).made;
  before.add(child, { service: SERVICE, role: "start" });
  before.add(zombie, { service: SERVICE, role: "stop" });
  for (const one of [stranger, gone]) {
    before.add(one, { service: SERVICE, role: "start", watched: { madeAt: `t${one}` } });
  }
  const { kept } = keptOf(before);
  world.delete(gone);
  const { made, watched } = processesIn(world);
  assertEquals(made.adopt(kept), [gone]);
  assertEquals(watched, [stranger]);
  assertEquals(made.get(child), { service: SERVICE, role: "start" });
  assertEquals(made.get(stranger)?.watched, { madeAt: "t12" });
  assertEquals(made.target(stranger, "process"), "process");
});

Deno.test("a number that another process has by now is never a service's", () => {
  for (let run = 0; run < 500; run++) {
    const random = randomSource(SEED + run);
    const world = new Map<Pid, { state: Kinship; madeAt: string }>();
    const all = Array.from({ length: 1 + random(8) }, (_, index) => pid(100 + index));
    for (const one of all) {
      world.set(one, { state: random(2) === 0 ? "running" : "foreign", madeAt: `t${random(9)}` });
    }
    const before = processesIn(world).made;
    for (const one of all) {
      const isChild = world.get(one)?.state === "running";
      const watched = isChild ? {} : { watched: { madeAt: world.get(one)?.madeAt } };
      before.add(one, { service: SERVICE, role: "start", ...watched });
    }
    const { kept } = keptOf(before);
    const isAnother = new Set<Pid>();
    for (const one of all) {
      // In another manager's life; a child that it inherits stays what it is.
      if (random(3) !== 0) continue;
      isAnother.add(one);
      if (random(3) === 0) world.delete(one);
      else world.set(one, { state: "foreign", madeAt: "later" });
    }
    const { made, watched } = processesIn(world);
    const ended = made.adopt(kept);
    assertEquals(new Set(ended), isAnother, `run ${run}`);
    assertEquals(watched.some((one) => isAnother.has(one)), false, `run ${run}`);
  }
});
