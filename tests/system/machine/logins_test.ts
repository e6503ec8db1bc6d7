/**
 * Terminals of services in utmp and wtmp, as who(1) and last(1) read them: a manager that sees
 * files of the test's own in place of the machine's.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";
import { until } from "../../wait.ts";

const NEEDS = [
  surroundings("root", Deno.uid() === 0),
  tool("unshare"),
  tool("who"),
  tool("last"),
  tool("utmpdump"),
];
const TALK = new URL("../programs/talk.ts", import.meta.url).pathname;

/** Runs the body with a manager whose /run and /var/log are folders of the test. */
async function withFiles(
  services: Readonly<Record<string, string>>,
  body: (manager: Manager, files: { utmp: string; wtmp: string }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-logins-" });
  const files = { utmp: `${folder}/run/utmp`, wtmp: `${folder}/log/wtmp` };
  await Deno.mkdir(`${folder}/run`);
  await Deno.mkdir(`${folder}/log`);
  await Deno.writeFile(files.utmp, new Uint8Array());
  await Deno.writeFile(files.wtmp, new Uint8Array());
  const script =
    'mount --bind "$1/run" /run && mount --bind "$1/log" /var/log && shift && exec "$@"';
  const through = ["unshare", "--mount", "/bin/sh", "-c", script, "sh", folder];
  try {
    const all = { ...services, keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n' };
    await withManager(
      { services: all, start: ["keep"], through },
      (manager) => body(manager, files),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args, stderr: "piped" }).output();
  return new TextDecoder().decode(stdout);
}

/** `type, pid, id, line` of each record, as utmpdump(1) has them. */
async function records(file: string): Promise<string[]> {
  const lines = (await run("utmpdump", file)).split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const fields = [...line.matchAll(/\[([^\]]*)\]/g)].map(([, field]) => field?.trim());
    return fields.slice(0, 3).concat(fields[4] ?? "").join(" ");
  });
}

const TERMINAL =
  'type = "process"\ncommand = "/bin/sleep 1000"\ninittab-id = "d1"\ninittab-line = "tty9"\n';

testNeeding(
  "a service with inittab-id is in utmp while it runs, and in wtmp when it ended",
  NEEDS,
  async () => {
    await withFiles({ tty: TERMINAL }, async (manager, { utmp, wtmp }) => {
      await manager.ctlOk("start", "tty");
      const pid = await manager.servicePid("tty");
      const padded = String(pid).padStart(5, "0");
      assertEquals(await records(utmp), [`5 ${padded} d1 tty9`]);
      assertMatch(await run("who", "-p", utmp), new RegExp(`tty9 .*\\b${pid} id=d1`));
      assertEquals(await records(wtmp), []);
      await manager.ctlOk("stop", "tty");
      assertEquals(await records(utmp), [`8 ${padded} d1 tty9`]);
      assertMatch(await run("who", "-d", utmp), new RegExp(`tty9 .*\\b${pid} id=d1`));
      assertEquals(await records(wtmp), [`8 ${padded} d1 tty9`]);
      assertIncludes(await run("last", "-f", wtmp), "begins");

      await manager.ctlOk("start", "tty");
      const next = String(await manager.servicePid("tty")).padStart(5, "0");
      assertEquals(await records(utmp), [`5 ${next} d1 tty9`], "the same record again");
    });
  },
);

testNeeding(
  "the record is closed when the process that took the first one's place ends",
  NEEDS,
  async () => {
    const command = [Deno.execPath(), "run", "--no-check", "-A", TALK, "fork", "READY=1"];
    const tty = `type = "process"\ncommand = ${JSON.stringify(command)}\nrestart = false\n` +
      'ready-notification = "notify:socket"\ninittab-id = "d2"\n';
    await withFiles({ tty }, async (manager, { utmp, wtmp }) => {
      await manager.ctlOk("start", "tty");
      const main = await manager.servicePid("tty");
      const [first = ""] = await records(utmp);
      assertMatch(first, /^5 \d+ d2/);
      const launched = Number(first.split(" ")[1]);
      assert(launched !== main, "the main process is another one");
      Deno.kill(launched, "SIGKILL");
      await until("the adoption", async () => {
        return (await Deno.readTextFile(`/proc/${main}/status`)).includes(
          `PPid:\t${manager.pid}\n`,
        );
      });
      assertEquals(await records(utmp), [first], "the service still runs");
      Deno.kill(main, "SIGTERM");
      await until("the end", async () => (await records(utmp))[0] === first.replace("5", "8"));
      assertEquals(await records(wtmp), [first.replace("5", "8")]);
    });
  },
);

testNeeding("records wait for the lock of another program", [...NEEDS, tool("perl")], async () => {
  await withFiles({ tty: TERMINAL }, async (manager, { utmp }) => {
    // As pututxline(3) does it: F_SETLK, F_WRLCK on the whole file.
    const script = 'open(F, "+<", $ARGV[0]); my $lock = pack("s s x4 q q l x4", 1, 0, 0, 0, 0); ' +
      'fcntl(F, 6, $lock) or die; $| = 1; print "locked"; <STDIN>';
    const args = ["-e", script, utmp];
    const holder = new Deno.Command("perl", { args, stdin: "piped", stdout: "piped" }).spawn();
    const reader = holder.stdout.getReader();
    assert(!(await reader.read()).done);
    await manager.ctlOk("start", "tty");
    await manager.ctlOk("restart", "tty");
    assertEquals(await records(utmp), []);
    await holder.stdin.close();
    await holder.status;
    await reader.cancel();
    const pid = String(await manager.servicePid("tty")).padStart(5, "0");
    await until("the record", async () => (await records(utmp))[0] === `5 ${pid} d1 tty9`);
  });
});
