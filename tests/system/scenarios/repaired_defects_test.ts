/**
 * Defects of upstream's that are the daemon's to repair; the scheduler's are in
 * tests/scenarios/repaired.
 */
import { processorTicks, workPasses } from "../processor_time.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { withManager } from "../manager.ts";

Deno.test("D17: a regular file in the place of an activation socket is not deleted", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  const path = `${folder}/precious`;
  await Deno.writeTextFile(path, "precious\n");
  const services = {
    boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
    web: `type = "process"\ncommand = ["/bin/sleep", "1000"]\nsocket-listen = ${
      JSON.stringify(path)
    }\n`,
  };
  await withManager({ services }, async (manager) => {
    assertEquals((await manager.ctl("start", "web")).code, 1);
    assertEquals(await Deno.readTextFile(path), "precious\n");
    assertIncludes(manager.log(), "web");
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("D18: after a shutdown of type remain the manager waits and answers", async () => {
  const services = { boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n' };
  await withManager({ services }, async (manager) => {
    const connection = await Deno.connect({ transport: "unix", path: manager.socket });
    await connection.write(new Uint8Array([10, 1]));
    await manager.outputHas("[STOPPD] boot");
    connection.close();
    assertEquals(await manager.ctlOk("list"), "[     {-}] boot\n");
    const before = processorTicks(manager.pid);
    const used = await workPasses();
    const own = processorTicks(manager.pid) - before;
    assert(own < used / 4, "a manager that waits needs no processor");
    manager.signal("SIGTERM");
    assertEquals((await manager.ended()).code, 0);
  });
});
