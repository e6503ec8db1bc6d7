import { parseDaemonOptions } from "../../../daemon/start/command_line.ts";
import { USUAL_RECOVERY } from "../../../daemon/start/recovery_options.ts";
import {
  REMEMBERED_CRASHES,
  USUAL_CRASH_LIMITS,
} from "../../../native/programs/last_resort/crash_page.ts";
import { assertEquals, assertMatch, fail } from "../../assert.ts";

function parse(words: readonly string[]) {
  return parseDaemonOptions(words, { isFirstProcess: false, isRoot: false, os: "linux" });
}

function fault(...words: readonly string[]): string {
  const parsed = parse(words);
  return parsed.kind === "faulty" ? parsed.message : fail(`Expected a fault, got ${parsed.kind}`);
}

Deno.test("parseDaemonOptions() without words has what the last resort begins with", () => {
  const { crashLimit, crashWindowMs, crashPauseMs } = USUAL_RECOVERY;
  assertEquals(
    { limit: crashLimit, withinMs: crashWindowMs, pauseMs: crashPauseMs },
    { ...USUAL_CRASH_LIMITS },
  );
});

Deno.test("parseDaemonOptions() takes what is done about a manager that has died", () => {
  const parsed = parse([
    ...["--left-behind", "stop", "--crash-limit", "3", "--crash-window", "10s"],
    ...["--crash-pause", "0", "--hang-limit", "1.5m", "--watchdog", "30"],
    ...["--watchdog-device", "/dev/watchdog1"],
  ]);
  if (parsed.kind !== "run") return fail(`Expected options, got ${parsed.kind}`);
  const { options } = parsed;
  assertEquals(
    Object.fromEntries(
      Object.keys(USUAL_RECOVERY).map((name) => [name, options[name as keyof typeof options]]),
    ),
    {
      leftBehind: "stop",
      crashLimit: 3,
      crashWindowMs: 10_000,
      crashPauseMs: 0,
      hangLimitMs: 90_000,
      watchdogMs: 30_000,
      watchdogDevice: "/dev/watchdog1",
    },
  );
});

Deno.test("parseDaemonOptions() names what cannot be done about it", () => {
  assertMatch(fault("--left-behind", "kill"), /allowed are adopt, stop/);
  for (const number of ["0", String(REMEMBERED_CRASHES + 1), "10", "five"]) {
    assertMatch(fault("--crash-limit", number), /write one from 1 to 8/);
  }
  assertMatch(fault("--crash-window", "soon"), /is not a time for --crash-window/);
  assertMatch(fault("--hang-limit", "500ms"), /too short for --hang-limit: at least 1s/);
  assertMatch(fault("--watchdog", "1s"), /too short for --watchdog: at least 2s/);
});
