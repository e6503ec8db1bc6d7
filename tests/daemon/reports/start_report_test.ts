import { instant, pid, type ServiceId, type ServiceName } from "../../../core/types.ts";
import { startReport } from "../../../daemon/reports/start_report.ts";
import { StartNotes } from "../../../daemon/time/start_notes.ts";
import { assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";

const WEB = 1 as ServiceId;
const DB = 2 as ServiceId;

function report(
  clock: { readonly kernelMs: number; readonly id?: number; readonly isSystem?: boolean },
) {
  const { kernelMs, id = 1, isSystem = true } = clock;
  const starts = new StartNotes();
  starts.entered(WEB, "waiting-for-dependencies", instant(10.123456));
  starts.entered(WEB, "coming-up", instant(20));
  return startReport({
    scheduler: {
      list: () => [WEB, DB],
      description: (service) => buildDescription(service === WEB ? "web" : "db"),
      links: (service) => service === DB ? [] : [{ kind: "need", from: WEB, to: DB, holds: true }],
    },
    starts,
    platform: {
      now: () => instant(100),
      keepClock: () => ({ instant: instant(100), kernelMs }),
      processId: () => pid(id),
    },
    options: { services: ["boot"], isSystemManager: isSystem },
    wallClockMs: 1_700_000_000_100,
  });
}

Deno.test("startReport() tells what was noted, to the microsecond, and what is waited for", () => {
  const told = report({ kernelMs: 900 });
  assertEquals([told.begunAt, told.kernelMs, told.readyMs], [1_700_000_000_000, 800, 10.123]);
  const [web, db] = told.services;
  assertEquals(web?.starts?.first.begunMs, 10.123);
  assertEquals(web?.waitsFor, [{ name: "db" as ServiceName, kind: "need" }]);
  assertEquals(db?.starts, undefined);
});

Deno.test("startReport() tells the kernel's time of a machine's first process only", () => {
  const isFirst = [
    { kernelMs: 900 },
    { kernelMs: 900, id: 7 },
    { kernelMs: 900, isSystem: false },
    // Nobody boots for a day: it is the machine's age, seen from a container.
    { kernelMs: 86_400_000 },
  ].map((clock) => report(clock).isFirstProcess);
  assertEquals(isFirst, [true, false, false, false]);
});
