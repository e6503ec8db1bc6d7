/**
 * A real manager's report is replayed to the very state that the manager is in.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { replayReport, toldOf } from "../../reports/replay_report.ts";
import { withManager } from "../manager.ts";

const SLEEPS = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web", "crashing"]\n',
  web: `${SLEEPS}depends-on = ["db"]\n`,
  db: `${SLEEPS}env-file = "db.env"\n`,
  "db.env": "TOKEN=hunter2\n",
  crashing: 'type = "process"\ncommand = ["/bin/sh", "-c", "exit 3 # hunter2"]\n' +
    "restart = true\nrestart-delay = 0.01\nrestart-limit-count = 3\n",
};

Deno.test("what a manager did is told by a report, and can be done again", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await manager.outputHas("Restart limit reached");
    await manager.ctlOk("restart", "--force", "db");
    // It went down and comes up with the other; meanwhile it could not be reloaded.
    await manager.ctlOk("start", "web");
    await Deno.writeTextFile(`${manager.folder}/services/web.toml`, `${SLEEPS}restart = true\n`);
    await manager.ctlOk("reload", "web", "db");
    await manager.ctlOk("stop", "web");
    const path = `${manager.folder}/first.report`;
    await manager.ctlOk("report", path);
    const replayed = replayReport(path);
    assert(replayed.isAlike);
    const told = toldOf(replayed);
    for (const line of ["start boot: accepted", "restart db: accepted", "  web started"]) {
      assert(told.includes(line), `${line} is not in ${told.join("\n")}`);
    }
    const stop = told.slice(told.indexOf("stop web: accepted"));
    assertEquals(stop.filter((line) => line.includes("web")), [
      ...["stop web: accepted", "  web TERM", "exited web", "  web stopped"],
    ]);
    const text = await Deno.readTextFile(path);
    assertIncludes(text, "TOKEN");
    assert(!text.includes("hunter2"));

    const again = await manager.ctl("report", path);
    assertEquals([again.code, again.err], [
      1,
      `dinitctl: cannot write ${path}: it exists already\n`,
    ]);
    const printed = await manager.ctlOk("report");
    await Deno.writeTextFile(`${manager.folder}/second.report`, printed);
    assert(replayReport(`${manager.folder}/second.report`).isAlike);
  });
});
