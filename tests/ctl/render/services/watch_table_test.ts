import { plainPaint } from "../../../../ctl/render/text/colour.ts";
import { watchTable } from "../../../../ctl/render/services/watch_table.ts";
import type { WatchedService } from "../../../../ctl/interface/report.ts";
import { assertEquals } from "../../../assert.ts";
import { serviceStatus, startedStatus } from "../../turns.ts";

const STYLE = { paint: plainPaint, time: "12:00:00" };

const WEB: WatchedService = {
  name: "web",
  status: startedStatus({ pid: 812 }),
  last: { event: "started", time: "11:59:58" },
};
const JOB: WatchedService = {
  name: "日本",
  status: serviceStatus({ reason: "terminated", exit: { kind: "exited", code: 3 } }),
  last: { event: "stopped", time: "11:59:59" },
};
const IDLE: WatchedService = { name: "idle", status: serviceStatus(), last: undefined };

Deno.test("watchTable() aligns names of any script and tells what happened", () => {
  assertEquals(watchTable([WEB, JOB, IDLE], { columns: 60, rows: 10 }, STYLE), [
    "3 services: 1 started, 1 failed, 1 stopped          12:00:00",
    "STATE     SERVICE      PID  LAST EVENT",
    "started   web          812  11:59:58 started",
    "failed    日本           -  11:59:59 stopped (exited - stat…",
    "stopped   idle           -",
  ]);
});

Deno.test("watchTable() shows first what needs attention when not all fit", () => {
  const lines = watchTable([IDLE, WEB, JOB], { columns: 60, rows: 4 }, STYLE);
  assertEquals(lines.map((line) => line.split(" ")[0]), ["3", "STATE", "failed", "…"]);
  assertEquals(lines[3], "… and 2 more; name patterns show fewer");
});

Deno.test("watchTable() stays within a terminal of any size", () => {
  for (const size of [{ columns: 1, rows: 1 }, { columns: 9, rows: 2 }, { columns: 20, rows: 3 }]) {
    const lines = watchTable([WEB, JOB, IDLE], size, STYLE);
    const longest = Math.max(...lines.map((line) => [...line].length));
    assertEquals([lines.length <= size.rows, longest <= size.columns], [true, true]);
  }
});

Deno.test("watchTable() without services says so", () => {
  assertEquals(
    watchTable([], { columns: 30, rows: 5 }, STYLE)[0],
    "0 services            12:00:00",
  );
});

Deno.test("watchTable() counts and shows first what is unhealthy", () => {
  const sick: WatchedService = {
    ...{ name: "sick", status: startedStatus({ pid: 7 }), isUnhealthy: true },
    last: { event: "unhealthy", time: "11:59:59" },
  };
  assertEquals(watchTable([WEB, sick], { columns: 60, rows: 4 }, STYLE), [
    "2 services: 1 started, 1 unhealthy                  12:00:00",
    "STATE     SERVICE      PID  LAST EVENT",
    "started   web          812  11:59:58 started",
    "unhealthy sick           7  11:59:59 unhealthy",
  ]);
  const [, , first] = watchTable([WEB, WEB, sick], { columns: 60, rows: 4 }, STYLE);
  assertEquals(first?.split(" ")[0], "unhealthy");
});
