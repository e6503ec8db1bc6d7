import { openPlatform } from "../../../../platform/mod.ts";
import { assertEquals } from "../../../assert.ts";

const platform = openPlatform();
const watch = platform.openClockWatch();

Deno.test("a watch over the clock is not readable as long as nobody sets that", () => {
  if (typeof watch !== "number") throw new Error(String(watch?.message));
  assertEquals(platform.poller.watch(watch, { read: true, write: false }), undefined);
  const ready: number[] = [];
  platform.poller.wait(0, {
    descriptor: (descriptor) => void ready.push(descriptor),
    signal: () => {},
  });
  assertEquals([ready, platform.waitingInput(watch)], [[], "none"]);
  platform.poller.unwatch(watch);
  platform.close(watch);
});
