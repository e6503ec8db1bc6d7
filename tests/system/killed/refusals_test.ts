/** States that a manager does not take over, and what it says then. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { withManager } from "../manager.ts";
import { shell } from "../reexec/services.ts";
import { inFolder, onlyOne, processesWith, started, withMortal } from "./left.ts";

const IS_ROOT = [surroundings("root", Deno.uid() === 0)];

Deno.test("a second manager beside one that is there ends, and harms nothing", () =>
  inFolder((folder) =>
    withManager(
      { services: { boot: shell(`: ${folder}/boot; sleep 1000; :`) } },
      async (manager) => {
        await started(manager, "boot");
        // So it cannot be told by its socket.
        await Deno.remove(manager.socket);
        const { code, out } = await manager.another();
        assertEquals(code, 1);
        assertIncludes(out, `Another manager has its state in "${manager.socket}.state"`);
        await onlyOne(`${folder}/boot`);
        manager.signal("SIGUSR1");
      },
    )
  ));

Deno.test("a damaged state is told of with what may be left, and nothing is started", () =>
  inFolder((folder) =>
    withMortal({ boot: shell(`: ${folder}/boot; sleep 1000; :`) }, async (manager) => {
      await started(manager, "boot");
      const pid = await manager.servicePid("boot");
      await manager.kill();
      const path = `${manager.socket}.state`;
      const bytes = await Deno.readFile(path);
      const damaged = bytes.map((byte, index) => index >= 65_536 && index < 65_600 ? 0xff : byte);
      await Deno.writeFile(path, damaged);
      const { code, out } = await manager.another();
      assertEquals(code, 1);
      assertIncludes(out, `Cannot take over what the manager before has left: "${path}"`);
      assertIncludes(out, "end what is left of it, and remove the file");
      await onlyOne(`${folder}/boot`);
      assertEquals(processesWith(`${folder}/boot`), [pid]);
      // As it says.
      Deno.kill(pid, "SIGKILL");
      await Deno.remove(path);
      await manager.startAgain();
      await started(manager, "boot");
      assert(await manager.servicePid("boot") !== pid, "it is another process");
    })
  ));

Deno.test("a state of a format that is not known is refused", () =>
  withMortal({ boot: shell("exec sleep 1000") }, async (manager) => {
    await started(manager, "boot");
    const pid = await manager.servicePid("boot");
    await manager.kill();
    const path = `${manager.socket}.state`;
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.map((byte, index) => index === 4 ? 9 : byte));
    const { code, out } = await manager.another();
    assertEquals(code, 1);
    assertIncludes(out, "its format is 9, and 1 is understood");
    Deno.kill(pid, "SIGKILL");
    await Deno.remove(path);
  }));

Deno.test("somebody else's file is not touched", () =>
  inFolder(async (folder) => {
    const socket = `${folder}/socket`;
    await Deno.writeTextFile(`${socket}.state`, "a letter\n", { mode: 0o600 });
    const services = { boot: 'type = "internal"\n' };
    await withManager({ services, socket: `${folder}/other` }, async (manager) => {
      const { code, out } = await manager.another("-p", socket);
      assertEquals(code, 1);
      assertIncludes(out, "it holds something else");
      assertEquals(await Deno.readTextFile(`${socket}.state`), "a letter\n");
      await Deno.remove(`${socket}.state`);
      await Deno.symlink(`${folder}/letter`, `${socket}.state`);
      assertEquals((await manager.another("-p", socket)).code, 1);
    });
  }));

testNeeding("a file of another user is not taken", IS_ROOT, () =>
  inFolder(async (folder) => {
    const socket = `${folder}/socket`;
    await Deno.writeTextFile(`${socket}.state`, "", { mode: 0o600 });
    await Deno.chown(`${socket}.state`, 65_534, 65_534);
    const services = { boot: 'type = "internal"\n' };
    await withManager({ services, socket: `${folder}/other` }, async (manager) => {
      const { code, out } = await manager.another("-p", socket);
      assertEquals(code, 1);
      assertIncludes(out, "it belongs to user 65534 and not to user 0");
    });
  }));
