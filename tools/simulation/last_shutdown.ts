/**
 * The shutdown at the end of a run, with processes that do not end when they are told to, and
 * somebody at the console who loses patience.
 */
import type { ServiceRecord } from "../../core/service/record/record.ts";
import { PRESSES } from "../../core/key_presses.ts";
import { Breach, checkEnd } from "./invariants.ts";
import type { LastShutdown } from "./plan.ts";
import { finishSomething } from "./rest.ts";
import type { SimulatedWorld } from "./world.ts";

/**
 * With time limits everywhere a shutdown is over by then: a chain of services, each killed at its
 * limit.
 */
const LONGEST_SHUTDOWN_MS = 600_000;
/** Between two presses of the keys. */
const PRESS_MS = 100;

/** Shuts down until all services have stopped, or the manager goes on without them. */
export function shutDownAtLast(world: SimulatedWorld, how: LastShutdown): void {
  const began = world.now;
  const patienceMs = how.patienceMs ?? Infinity;
  let isPressed = false;
  world.letResist();
  world.order({ kind: "shutdown", type: "halt" });
  while (!world.isAbandoned && world.scheduler.activeCount > 0) {
    const passedMs = world.now - began;
    const isOverdue = passedMs >= LONGEST_SHUTDOWN_MS;
    if (!isPressed && (isOverdue || passedMs >= patienceMs)) {
      isPressed = true;
      if (isOverdue) checkOverdue(world);
      pressKeys(world);
    } else if (!finishSomething(world)) {
      throw new Breach("#51 the shutdown waits for nothing");
    }
  }
  if (!world.isAbandoned) checkEnd(world);
}

function pressKeys(world: SimulatedWorld): void {
  for (let press = 0; press < PRESSES && world.scheduler.activeCount > 0; press++) {
    world.advance(PRESS_MS);
    if (world.isAbandoned) return;
    world.order({ kind: "shutdown", type: "halt", byKeys: true });
  }
}

/** Only a stop that was given all the time in the world may take so long. */
function checkOverdue(world: SimulatedWorld): void {
  const hasUnlimited = [...world.scheduler.records()].some(isUnlimited);
  if (!hasUnlimited) throw new Breach("#61 the shutdown does not end");
}

function isUnlimited({ state, description }: Readonly<ServiceRecord>): boolean {
  return state !== "stopped" && description.stopTimeoutMs === 0;
}
