import { instant } from "../../../core/types.ts";
import { Log, type LogThreshold } from "../../../daemon/output/log.ts";
import type { OutputStream } from "../../../daemon/output/stream.ts";
import { assert, assertEquals } from "../../assert.ts";

const TIME = "1970-01-01T00:00:00.000Z ";

function setUp(
  consoleLevel: LogThreshold,
  isQuiet = false,
  mainForm: "plain" | "syslog" | "kernel" = "plain",
) {
  const lines = { console: [] as string[], main: [] as string[] };
  const stream = (into: string[]) =>
    ({
      write: (text: string) => into.push(text),
      release: () => {},
      tryAgain: () => {},
      isIdle: true,
    }) as unknown as OutputStream;
  const log = new Log({
    console: stream(lines.console),
    main: stream(lines.main),
    consoleLevel,
    mainLevel: "info",
    mainForm,
    isQuiet,
    wallClock: () => 0,
  });
  return { log, lines };
}

Deno.test("Log shows on each stream what its level allows", () => {
  const { log, lines } = setUp("warn");
  log.message("debug", "too small");
  log.info("for the main log");
  log.error("for both");
  assertEquals(lines.console, ["dinit: for both\n"]);
  assertEquals(lines.main, [`${TIME}dinit: for the main log\n`, `${TIME}dinit: for both\n`]);
});

Deno.test("Log always shows status lines on the console, unless it is quiet", () => {
  const loud = setUp("none");
  loud.log.status("started", "web");
  loud.log.status("failed", "db");
  assertEquals(loud.lines.console, ["[  OK  ] web\n", "[FAILED] db\n"]);
  assertEquals(loud.lines.main, [
    `${TIME}dinit: service web started.\n`,
    `${TIME}dinit: service db failed to start.\n`,
  ]);
  const quiet = setUp("error", true);
  quiet.log.status("stopped", "web");
  quiet.log.status("failed", "db");
  assertEquals(quiet.lines.console, ["[FAILED] db\n"]);
});

Deno.test("Log puts syslog's priority before lines of the main log", () => {
  const { log, lines } = setUp("none", false, "syslog");
  log.warn("careful");
  assertEquals(lines.main, ["<28>dinit: careful\n"]);
});

Deno.test("Log makes records for the kernel's log that it takes", () => {
  const { log, lines } = setUp("none", false, "kernel");
  log.error("wrong");
  log.error("é".repeat(2000));
  assertEquals(lines.main[0], "<27>dinit: wrong\n");
  const long = lines.main[1] ?? "";
  assert(new TextEncoder().encode(long).length <= 976);
  assertEquals([long.slice(0, 14), long.slice(-3)], ["<27>dinit: ééé", "é…\n"]);
});

Deno.test("Log announces on the console even while a service has it", () => {
  const { log, lines } = setUp("warn");
  log.handConsoleOver(instant(0));
  log.announce("warn", "look here");
  log.announce("info", "not this");
  assertEquals(lines.console, ["dinit: look here\n"]);
  assertEquals(lines.main, [`${TIME}dinit: look here\n`, `${TIME}dinit: not this\n`]);
});

Deno.test("Log holds console lines back while a service has the console", () => {
  const { log, lines } = setUp("info");
  log.handConsoleOver(instant(0));
  log.info("meanwhile");
  assertEquals(lines.console, []);
  log.takeConsoleBack(instant(500));
  assertEquals(lines.console, ["dinit: meanwhile\n"]);
});

Deno.test("Log drops what waited a second or more for the console", () => {
  const { log, lines } = setUp("info");
  log.handConsoleOver(instant(0));
  log.info("long ago");
  log.takeConsoleBack(instant(1000));
  log.info("now");
  assertEquals(lines.console, ["dinit: now\n"]);
});
