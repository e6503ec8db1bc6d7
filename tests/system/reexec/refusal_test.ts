/** Programs that cannot take a manager's place: it goes on, and nothing is lost. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";
import { assertUnbroken, COUNTING, shell } from "./services.ts";

const SERVICES = {
  boot: 'type = "internal"\nwaits-for = ["web"]\n',
  web: shell(COUNTING, 'log-type = "buffer"\nlog-buffer-size = 8388608\n'),
};

const STAYS = "dinitctl: the manager goes on as it was:\n";

/** A script in the manager's folder. @returns Its path. */
async function script(manager: Manager, name: string, text: string): Promise<string> {
  const path = `${manager.folder}/${name}`;
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}`, { mode: 0o755 });
  return path;
}

/** Says that it can, whatever it is given. */
const PASSES_TRIAL = '[ "$1" = --try-state ] && { echo "This state can be taken over"; exit; }\n';

/** The service is what it was, has lost no line, and says more. */
async function isAsBefore(manager: Manager, pid: number): Promise<void> {
  assertEquals(await manager.servicePid("web"), pid);
  const said = assertUnbroken(await manager.ctlOk("catlog", "web"), "web");
  await until(
    "more lines",
    async () => assertUnbroken(await manager.ctlOk("catlog", "web"), "web") > said,
  );
}

Deno.test("what is no manager, or not there, is refused with its reason", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    await until("web", async () => (await manager.ctl("is-started", "web")).code === 0);
    const pid = await manager.servicePid("web");
    const silent = await script(manager, "silent", "exit 0\n");
    const newer = await script(
      manager,
      "newer",
      'echo "The state is refused: its version is 1, and this program reads 2"\n',
    );
    const gone = await script(manager, "gone", `${PASSES_TRIAL.replace("exit", "rm $0; exit")}`);
    for (
      const [program, why] of [
        ["/nowhere/dinit", 'Cannot run "/nowhere/dinit": no such file or directory (ENOENT)'],
        ["/etc/passwd", 'Cannot run "/etc/passwd": permission denied (EACCES)'],
        [silent, `"${silent}" cannot take over: it did not answer`],
        [
          newer,
          `"${newer}" cannot take over: The state is refused: its version is 1, and this program reads 2`,
        ],
        [gone, `Cannot hand over to "${gone}": execve: no such file or directory (ENOENT)`],
      ] as const
    ) {
      const refused = await manager.ctl("reexec", program);
      assertEquals(refused, { code: 1, out: "", err: `${STAYS}dinitctl: ${why}\n` });
    }
    // It says no word that we know.
    assertEquals((await manager.ctl("reexec", "/bin/sh")).code, 1);
    await isAsBefore(manager, pid);
    // Nothing stays behind of the attempts.
    assertEquals((await manager.ctl("reexec")).code, 0);
    await isAsBefore(manager, pid);
  });
});

Deno.test("a program that fails in the manager's place gives it back", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    await until("web", async () => (await manager.ctl("is-started", "web")).code === 0);
    const pid = await manager.servicePid("web");
    const failing = await script(
      manager,
      "failing",
      `${PASSES_TRIAL}exec ${PROGRAM} --no-such-option "$@"\n`,
    );
    const refused = await manager.ctl("reexec", failing);
    assertEquals(refused.code, 1);
    assertIncludes(refused.err, "The other program could not take over: Unknown option");
    await isAsBefore(manager, pid);
    assertEquals((await manager.ctl("reexec")).code, 0);
    await isAsBefore(manager, pid);
  });
});

Deno.test("the old version comes back also when its file was replaced", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-reexec-" });
  const program = `${folder}/dinit`;
  await Deno.copyFile(PROGRAM, program);
  await withManager({ services: SERVICES, program }, async (manager) => {
    await until("web", async () => (await manager.ctl("is-started", "web")).code === 0);
    const pid = await manager.servicePid("web");
    const update = async (text: string | undefined) => {
      if (text === undefined) await Deno.copyFile(PROGRAM, `${program}.new`);
      else await Deno.writeTextFile(`${program}.new`, `#!/bin/sh\n${text}`, { mode: 0o755 });
      await Deno.rename(`${program}.new`, program);
    };
    // An update that fails where it counts.
    await update(`${PASSES_TRIAL}exec ${PROGRAM} --no-such-option "$@"\n`);
    const refused = await manager.ctl("reexec");
    assertEquals(refused.code, 1);
    assertIncludes(refused.err, "The other program could not take over");
    await isAsBefore(manager, pid);
    // Then the right one: it is found at the same place.
    await update(undefined);
    assertEquals((await manager.ctl("reexec")).code, 0);
    await isAsBefore(manager, pid);
    const executed = await Deno.readLink(`/proc/${manager.pid}/exe`);
    assertEquals(executed, program);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["dinit"]);
    assert(manager.log().includes("could not take over"));
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("only one program is asked at a time", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    const fifo = `${manager.folder}/fifo`;
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    const slow = await script(manager, "slow", `cat ${fifo}\n`);
    const first = manager.ctl("reexec", slow);
    await until("the program", async () => {
      const { stdout } = await new Deno.Command("pgrep", { args: ["-f", fifo] }).output();
      return stdout.length > 0;
    });
    const second = await manager.ctl("reexec");
    assertEquals(second.err, `${STAYS}dinitctl: The manager is being upgraded already\n`);
    await Deno.writeTextFile(fifo, "not today\n");
    assertEquals((await first).err, `${STAYS}dinitctl: "${slow}" cannot take over: not today\n`);
  });
});
