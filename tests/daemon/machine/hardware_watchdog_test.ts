import { instant } from "../../../core/types.ts";
import { HardwareWatchdog } from "../../../daemon/machine/hardware_watchdog.ts";
import type { OpenMachineWatchdog } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const START_MS = 5000;

/** @param open What opening it gives. */
function watchdogOver(timeoutMs: number | undefined, open?: OpenMachineWatchdog) {
  const done: string[] = [];
  const said: string[] = [];
  const watchdog = new HardwareWatchdog({
    platform: {
      now: () => instant(START_MS),
      errnoText: (errno) => ({ name: errno === 2 ? "ENOENT" : "EBUSY", text: "" }),
      openWatchdog: open ?? ((path, wanted) => {
        done.push(`open ${path} ${wanted}`);
        return {
          // It counts in steps of its own.
          timeoutMs: wanted + 2000,
          tell: () => void done.push("tell"),
          turnOff: () => void done.push("off"),
        };
      }),
    },
    log: { info: (text) => void said.push(text), error: (text) => void said.push(text) },
    device: "/dev/watchdog1",
    timeoutMs,
  });
  return { watchdog, done, said };
}

Deno.test("HardwareWatchdog is told twice in its own time", () => {
  const { watchdog, done, said } = watchdogOver(10_000);
  watchdog.open();
  watchdog.open();
  assertEquals(said, ['The watchdog "/dev/watchdog1" resets the machine after 12 s']);
  assertEquals([watchdog.next(), done], [START_MS + 6000, ["open /dev/watchdog1 10000", "tell"]]);
  watchdog.runDue(instant(START_MS + 5999));
  assertEquals(done.length, 2);
  watchdog.runDue(instant(START_MS + 6100));
  assertEquals([watchdog.next(), done.slice(2)], [START_MS + 12_100, ["tell"]]);
});

Deno.test("HardwareWatchdog is turned off before what takes its time", () => {
  const { watchdog, done } = watchdogOver(10_000);
  watchdog.open();
  watchdog.turnOff();
  watchdog.turnOff();
  assertEquals([watchdog.next(), done.at(-1), done.length], [undefined, "off", 3]);
});

Deno.test("HardwareWatchdog that cannot be opened is told of, and not missed", () => {
  const failure = { kind: "failure", call: "open", errno: 16, message: "busy (EBUSY)" } as const;
  const { watchdog, said } = watchdogOver(10_000, () => failure);
  watchdog.open();
  assertEquals(said, ['Cannot use the watchdog "/dev/watchdog1": open: busy (EBUSY)']);
  watchdog.turnOff();
  assertEquals(watchdog.next(), undefined);
});

Deno.test("HardwareWatchdog whose device is not there yet is looked for again, and told of once", () => {
  const failure = { kind: "failure", call: "open", errno: 2, message: "none (ENOENT)" } as const;
  const told: string[] = [];
  const found = { timeoutMs: 10_000, tell: () => void told.push("tell"), turnOff: () => {} };
  let tries = 0;
  const { watchdog, said } = watchdogOver(10_000, () => ++tries < 9 ? failure : found);
  watchdog.open();
  const pauses: number[] = [];
  while (tries < 9) {
    const next = watchdog.next() ?? instant(0);
    pauses.push(next - START_MS);
    watchdog.runDue(next);
  }
  assertEquals(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  assertEquals(said, [
    'Cannot use the watchdog "/dev/watchdog1": open: none (ENOENT). It is used when it comes',
    'The watchdog "/dev/watchdog1" resets the machine after 10 s',
  ]);
  assertEquals([told, watchdog.next()], [["tell"], START_MS + 5000]);
});

Deno.test("HardwareWatchdog that is not wanted is left alone", () => {
  const { watchdog, done, said } = watchdogOver(undefined);
  watchdog.open();
  assertEquals([done, said, watchdog.next()], [[], [], undefined]);
});
