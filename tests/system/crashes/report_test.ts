/** What a report tells after the manager has crashed. */
import { replay } from "../../../core/report/replay.ts";
import { readReport } from "../../../core/report/report_text.ts";
import { assert, assertEquals, assertIncludes, fail } from "../../assert.ts";
import { toldOf } from "../../reports/replay_report.ts";
import { withManager } from "../manager.ts";
import { goesOn } from "./services.ts";

const SLEEPS = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

Deno.test("a report tells what the manager did before it crashed, and replays to the same", async () => {
  const services = {
    boot: 'type = "internal"\nwaits-for = ["web"]\n',
    web: `${SLEEPS}depends-on = ["db"]\n`,
    db: SLEEPS,
    late: SLEEPS,
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await manager.ctlOk("restart", "--force", "db");
    await manager.ctlOk("start", "late");
    await manager.ctlOk("stop", "late");
    await manager.ctlOk("start", "web");
    manager.signal("SIGSEGV");
    await goesOn(manager, 1);
    await manager.ctlOk("stop", "web");
    const path = `${manager.folder}/crashed.report`;
    await manager.ctlOk("report", path);
    const report = readReport(await Deno.readTextFile(path));
    if (typeof report === "string") fail(report);
    const { earlier } = report;
    assert(earlier !== undefined, "it tells of before");
    assertIncludes(earlier.crash, "SIGSEGV");
    const before = replay({ ...report, ...earlier });
    const after = replay(report);
    if (before.kind === "refused") fail(before.why);
    if (after.kind === "refused") fail(after.why);
    assert(before.isAlike, "before");
    assert(after.isAlike, "after");
    // The past begins with the last description that was loaded.
    assertIncludes(toldOf(before).join("\n"), "start web: ");
    assertEquals(toldOf(after).filter((line) => line.startsWith("stop web")), [
      "stop web: accepted",
    ]);
  });
});
