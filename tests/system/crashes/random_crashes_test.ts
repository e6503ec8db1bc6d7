/** Fatal signals at any moment, for a long time, while the manager has much to do. */
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { assert } from "../../assert.ts";
import { withManager } from "../manager.ts";
import { CRASHES_ALLOWED, readField } from "./crash_page.ts";
import { allUp, busyServices, checkServices, goesOn } from "./services.ts";

/** `npm test -- --long` takes an hour. */
const MINUTES = Deno.env.get("DINIT_LONG_TESTS") === undefined ? 2 : 60;
/** From the time at which the manager takes requests again, at most. */
const PAUSE_MS = 250;

/** Numbers from 0 to 1; the same for each seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

Deno.test(`${MINUTES} minutes of fatal signals lose nothing, and leave nothing twice`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  const folder = await Deno.makeTempDir({ prefix: "dinit-random-" });
  const mark = folder.slice(folder.lastIndexOf("/") + 1);
  const names = Object.keys(FAULT_SIGNALS);
  const services = busyServices(folder, mark);
  await withManager({ services, args: CRASHES_ALLOWED }, async (manager) => {
    const pids = await allUp(manager);
    let isOver = false;
    // They get an end, and come again.
    const clients = [
      (async () => {
        for (; !isOver;) await manager.ctl("list");
      })(),
      (async () => {
        for (let count = 0; !isOver; count++) await manager.ctl("setenv", `COUNT=${count}`);
      })(),
    ];
    const end = performance.now() + MINUTES * 60_000;
    try {
      for (let crashes = 1; performance.now() < end; crashes++) {
        manager.signal(`SIG${names[Math.floor(random() * names.length)]}` as Deno.Signal);
        await goesOn(manager, crashes);
        await new Promise((resolve) => setTimeout(resolve, random() * PAUSE_MS));
        if (crashes % 20 === 0) await checkServices(manager, { folder, mark, pids });
      }
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    await checkServices(manager, { folder, mark, pids });
    assert(readField(manager.pid, "crashes") > MINUTES * 10, `seed ${seed}`);
  }).catch((error) => {
    throw new Error(`With seed ${seed}: ${error.message}`, { cause: error });
  });
  await Deno.remove(folder, { recursive: true });
});
