/**
 * Memory for code: nothing of it is ever writable; and where a policy forbids new code altogether,
 * manager and clients run all the same, and services are started by posix_spawn.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { PROGRAM, withManager } from "../manager.ts";

const SOURCE = new URL("../programs/refuse_code.c", import.meta.url).pathname;
const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

const TALKER = `type = "process"
command = ["/bin/sh", "-c", "echo something; exec sleep 1000"]
log-type = "buffer"
`;

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

/**
 * Mappings that may be executed, apart from the kernel's own: permissions and file, of a
 * `/proc/PID/maps`.
 */
function executable(
  maps: string,
): readonly { readonly permissions: string; readonly file: string }[] {
  const lines = maps.split("\n").map((line) => /^\S+ (\S+) \S+ \S+ \S+ *(.*)$/.exec(line));
  return lines.flatMap((found) => {
    const [, permissions = "", file = ""] = found ?? [];
    return permissions.includes("x") && !/^\[v/.test(file) ? [{ permissions, file }] : [];
  });
}

Deno.test("a manager has no code but that of files and one page, none of it writable", async () => {
  await withManager({ services: { boot: SLEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    for (let round = 0; round < 20; round++) await manager.ctlOk("restart", "boot");
    const mappings = executable(await Deno.readTextFile(`/proc/${manager.pid}/maps`));
    assertEquals(mappings.filter(({ permissions }) => permissions.includes("w")), []);
    assertEquals(mappings.filter(({ file }) => file === "").length, 1, JSON.stringify(mappings));
  });
});

Deno.test("a client has no code but that of files", async () => {
  await withManager({ services: { boot: TALKER } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const client = new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", manager.socket, "logs", "-f", "boot"],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = client.stdout.getReader();
    try {
      await reader.read();
      const mappings = executable(await Deno.readTextFile(`/proc/${client.pid}/maps`));
      assertEquals(mappings.filter(({ file }) => file === ""), []);
    } finally {
      client.kill("SIGKILL");
      await reader.cancel();
      await client.status;
    }
  });
});

testNeeding(
  "without a page for machine code services start by posix_spawn",
  [tool("cc")],
  async () => {
    const services = {
      boot: `${SLEEP}kill-tree = true\n`,
      nice: `${SLEEP}nice = 3\n`,
      broken: 'type = "process"\ncommand = "/no/such/program"\nrestart = false\n',
      scripted: 'type = "scripted"\ncommand = "/bin/true"\nstop-command = "/bin/true"\n',
      upper: 'depends-on = ["nice"]\n',
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
