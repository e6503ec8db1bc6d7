/** Drop-ins and masks with the built manager and client. */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { PROGRAM, withManager } from "../manager.ts";

const SERVICES = {
  boot: 'type = "internal"\nwaits-for = ["web"]\n',
  web: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrestart = false\n',
  hard: 'type = "internal"\ndepends-on = ["web"]\n',
};

Deno.test("a drop-in is made by edit, shown by cat and status, and checked", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    const file = `${manager.folder}/services/web.toml.d/override.toml`;
    const editor = `${manager.folder}/editor`;
    const text = '[append]\ncommand = ["1"]\n[environment]\nA = "b"\n';
    await Deno.writeTextFile(editor, `#!/bin/sh\ncat > "$1" <<'END'\n${text}END\n`, {
      mode: 0o755,
    });
    const { code, stderr } = await new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", manager.socket, "edit", "--drop-in", "web"],
      env: { EDITOR: editor },
      ...{ stdin: "null", stdout: "piped", stderr: "piped" } as const,
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertEquals(await Deno.readTextFile(file), text);
    assertIncludes(await manager.ctlOk("cat", "web"), `# ${file}\n${text}`);
    assertIncludes(await manager.ctlOk("status", "web"), `Drop-ins: ${file}\n`);
    await manager.ctlOk("restart", "web");
    const command = await Deno.readTextFile(`/proc/${await manager.servicePid("web")}/cmdline`);
    assertEquals(command, "/bin/sleep\x001000\x001\x00");

    await Deno.writeTextFile(file, '[append]\ncommand = ["2"]\n');
    assertMatch(await manager.ctlOk("plan", "reload"), /web: the description changes/);
    // Drop-ins outlive an upgrade in place, as part of what is loaded.
    await manager.ctlOk("reexec");
    assertIncludes(await manager.ctlOk("status", "web"), `Drop-ins: ${file}\n`);
    await Deno.writeTextFile(file, "\nnonsense = 1\n");
    const reloaded = await manager.ctl("reload", "web");
    assertEquals(reloaded.code, 1);
    assertIncludes(reloaded.err, `${file}:2:1: error: Unknown setting "nonsense"`);
  });
});

Deno.test("a masked service is started by nobody, over boots, until it is unmasked", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    await manager.ctlOk("stop", "web");
    assertIncludes(await manager.ctlOk("mask", "web"), "has been masked");
    for (const name of ["web", "hard"]) {
      const started = await manager.ctl("start", name);
      assertEquals(started.code, 1);
      assertIncludes(started.err, "web.toml.d/masked");
    }
    assertMatch(await manager.ctlOk("status", "web"), /Masked: by .*\/web\.toml\.d\/masked\n/);
    assertEquals((await manager.ctl("is-enabled", "web")).out, "masked\n");
    manager.signal("SIGTERM");
    await manager.ended();
    await manager.startAgain();
    assertEquals(await manager.ctlOk("is-started", "boot"), "STARTED\n");
    assertEquals((await manager.ctl("is-started", "web")).code, 1);
    await manager.ctlOk("unmask", "web");
    await manager.ctlOk("start", "hard");
    assertEquals(await manager.ctlOk("is-started", "web"), "STARTED\n");
  });
});
