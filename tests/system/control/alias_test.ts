/** Services that are started, shown and stopped by another name. */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

Deno.test("a service is loaded, started, shown and stopped by an alias", async () => {
  const services = {
    boot: "",
    ssh: `${SLEEP}aliases = ["sshd"]\n`,
    user: 'depends-on = ["sshd"]\n',
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "sshd");
    const pid = await manager.servicePid("ssh");
    assertEquals(await manager.servicePid("sshd"), pid);
    const status = await manager.ctlOk("status", "sshd");
    assertIncludes(status, "Service: ssh\n");
    assertIncludes(status, `File: ${manager.folder}/services/ssh.toml\n`);
    assertIncludes(status, "Aliases: sshd\n");
    const [json] = JSON.parse(await manager.ctlOk("status", "--json", "sshd"));
    assertEquals([json.name, json.aliases, json.modifiedSinceLoaded], ["ssh", ["sshd"], false]);
    await manager.ctlOk("start", "user");
    assertIncludes((await manager.ctl("stop", "ssh")).err, "user");
    await manager.ctlOk("reload", "sshd");
    await manager.ctlOk("stop", "--force", "sshd");
    assertEquals((await manager.ctl("is-started", "ssh")).code, 1);
  });
});

Deno.test("an alias that is another service's name is refused with file, line and column", async () => {
  const services = { boot: "", a: 'aliases = ["b"]\n', b: "" };
  await withManager({ services }, async (manager) => {
    const { code, err } = await manager.ctl("start", "a");
    assertEquals(code, 1);
    const { folder } = manager;
    assertIncludes(
      err,
      `${folder}/services/a.toml:1:12: error: Cannot use the alias "b": ` +
        `${folder}/services/b.toml describes a service of that name`,
    );
  });
});
