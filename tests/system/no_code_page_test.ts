/** A manager that may make no page of machine code starts its services all the same, by posix_spawn. */
import { assert, assertEquals, assertIncludes } from "../assert.ts";
import { testNeeding, tool } from "../skip.ts";
import { PROGRAM, withManager } from "./manager.ts";

const SOURCE = new URL("programs/refuse_code.c", import.meta.url).pathname;
const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Runs the body with the path of the program that forbids the page. */
async function withRefuser(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-refuse-" });
  const path = `${folder}/refuse_code`;
  try {
    const { success, stderr } = await new Deno.Command("cc", {
      args: ["-O2", "-Wall", "-o", path, SOURCE],
      stdin: "null",
      stderr: "piped",
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    await body(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testNeeding(
  "without a page for machine code services start by posix_spawn",
  [tool("cc")],
  async () => {
    const services = {
      boot: `${SLEEP}kill-tree = true\n`,
      nice: `${SLEEP}nice = 3\n`,
      broken: 'type = "process"\ncommand = "/no/such/program"\nrestart = false\n',
      scripted: 'type = "scripted"\ncommand = "/bin/true"\nstop-command = "/bin/true"\n',
      upper: 'waits-for = ["nice"]\n',
    };
    await withRefuser(async (refuser) => {
      await withManager({ services, through: [refuser] }, async (manager) => {
        await manager.outputHas("[  OK  ] boot");
        const why = "mprotect: cannot make the executable memory that starts processes";
        assertIncludes(
          manager.log(),
          `Services are started by posix_spawn, with few settings: ${why}`,
        );
        const pid = await manager.servicePid("boot");
        assertEquals(Deno.readTextFileSync(`/proc/${pid}/cmdline`), "/bin/sleep\x001000\x00");
        await manager.ctlOk("restart", "boot");
        await manager.ctlOk("start", "scripted");
        await manager.ctlOk("stop", "scripted");

        assertEquals((await manager.ctl("start", "nice")).code, 1);
        assertIncludes(
          manager.log(),
          "nice.toml:3:8: error: Cannot serve nice: this manager has no means to set it",
        );
        assertEquals((await manager.ctl("start", "upper")).code, 1);
        const { code, out, err } = await manager.ctl("start", "broken");
        assertEquals(code, 1);
        assertIncludes(out + err, "No such file or directory");

        const monitor = [PROGRAM, "monitor", "-p", manager.socket, "-i", "-e"];
        const seen = `${manager.folder}/seen`;
        const { success } = await new Deno.Command(refuser, {
          args: [...monitor, "-c", `/usr/bin/touch ${seen}`, "boot"],
          stdin: "null",
          stdout: "null",
        }).output();
        assert(success && Deno.statSync(seen).isFile, "a client runs a program");

        const warnings = manager.log().split("started by posix_spawn").length - 1;
        assertEquals(warnings, 1, "it is told once");
      });
    });
  },
);
