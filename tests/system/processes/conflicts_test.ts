/** Services that conflict, run by the executable. */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\nrestart = true\n';

Deno.test("a start stops the other and comes after its process, both ways; a needed one stays", async () => {
  const services = {
    boot: "",
    one: `${SLEEP}conflicts = ["two"]\n`,
    two: SLEEP,
    top: 'depends-on = ["two"]\n',
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "two");
    const two = await manager.servicePid("two");
    await manager.ctlOk("start", "one");
    assertEquals((await manager.ctl("is-started", "two")).code, 1);
    await until("the end of the other", () => {
      try {
        Deno.statSync(`/proc/${two}`);
        return Promise.resolve(false);
      } catch {
        return Promise.resolve(true);
      }
    });
    assertIncludes(manager.log(), 'two: Stopping: "one" starts, which conflicts with it');
    await manager.ctlOk("start", "top");
    assertEquals((await manager.ctl("is-started", "one")).code, 1);
    const { code, err } = await manager.ctl("start", "one");
    assertEquals(code, 1);
    assertIncludes(err, '"two" conflicts with it, and is needed by "top"');
    assertEquals((await manager.ctl("is-started", "top")).code, 0);
  });
});
