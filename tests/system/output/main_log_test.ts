/**
 * The manager's own log file: its lines carry the time, and it is made anew when it was moved away.
 */
import { assert, assertMatch } from "../../assert.ts";
import { withManager } from "../manager.ts";

const LINE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z dinit: /;

Deno.test("each line of the log file carries the time, that of the console does not", async () => {
  await withManager({ services: { boot: "" } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot\n");
    const lines = manager.log().trimEnd().split("\n");
    assert(lines.length > 0);
    for (const line of lines) assertMatch(line, LINE);
    assertMatch(manager.log(), / dinit: service boot started\.\n/);
  });
});

Deno.test("a log file that was moved or removed is made anew", async () => {
  await withManager({ services: { boot: "", one: "", two: "" } }, async (manager) => {
    const path = `${manager.folder}/log`;
    await Deno.rename(path, `${path}.old`);
    await manager.ctlOk("start", "one");
    assertMatch(manager.log(), /^.* dinit: Order by .*\n.* dinit: service one started\.\n$/);
    await Deno.remove(path);
    await manager.ctlOk("start", "two");
    assertMatch(manager.log(), /^.* dinit: Order by .*\n.* dinit: service two started\.\n$/);
  });
});
