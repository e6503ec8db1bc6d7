/** The manager of a user crashes, in each way that there is; everything goes on. */
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { type Manager, type ManagerOptions, withManager } from "../manager.ts";
import { fullCtl } from "../reexec/services.ts";
import { CRASHES_ALLOWED, fieldNow, readField } from "./crash_page.ts";
import { compile } from "./compile.ts";
import { allUp, busyServices, checkServices, goesOn } from "./services.ts";

/** A little more than the least with which the program starts at all. */
const HEAP_BYTES = 33 * 1024 * 1024;

/** A manager with services that have much to do; what crashes it is the body's. */
async function withBusyManager(
  body: (manager: Manager, pids: readonly number[]) => Promise<void>,
  options: Omit<ManagerOptions, "services"> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-crash-" });
  const mark = folder.slice(folder.lastIndexOf("/") + 1);
  const args = [...CRASHES_ALLOWED, ...options.args ?? []];
  const services = busyServices(folder, mark);
  await withManager({ ...options, args, services }, async (manager) => {
    const pids = await allUp(manager);
    await body(manager, pids);
    await checkServices(manager, { folder, mark, pids });
  });
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a manager that a fault signal is sent to is there again, with all its services", async () => {
  await withBusyManager(async (manager, pids) => {
    let crashes = 0;
    for (const name of Object.keys(FAULT_SIGNALS)) {
      manager.signal(`SIG${name}` as Deno.Signal);
      await goesOn(manager, ++crashes);
      assertIncludes(manager.log(), `and was started again: SIG${name} from process ${Deno.pid}`);
      assertEquals(await allUp(manager), pids);
    }
  });
});

Deno.test("who waits for an answer when the manager crashes gets an end, and can come again", async () => {
  await withManager({
    services: {
      boot: 'type = "internal"\n',
      slow: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exec sleep 1000"]\n',
    },
  }, async (manager) => {
    const sockets = () =>
      [...Deno.readDirSync(`/proc/${manager.pid}/fd`)].filter(({ name }) => {
        try {
          return Deno.readLinkSync(`/proc/${manager.pid}/fd/${name}`).startsWith("socket:");
        } catch {
          return false;
        }
      }).length;
    const atFirst = sockets();
    const clients = [
      fullCtl(manager, "start", "slow"),
      new Deno.Command(manager.program, {
        args: ["ctl", "-p", manager.socket, "start", "slow"],
        ...{ stdin: "null", stdout: "piped", stderr: "piped" },
      }).spawn(),
    ];
    await until("both clients", () => sockets() === atFirst + clients.length);
    const pid = async () =>
      /Process ID: (\d+)/.exec((await manager.ctl("status", "slow")).out)?.[1];
    await until("the start", async () => await pid() !== undefined);
    const before = await pid();
    manager.signal("SIGSEGV");
    for (const client of clients) assertEquals((await client.output()).success, false);
    await goesOn(manager, 1);
    // The start goes on.
    assertEquals(await pid(), before);
    Deno.kill(Number(before), "SIGKILL");
  });
});

testNeeding(
  "a runtime that ends the manager by exit(3) is started again",
  [tool("cc")],
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-exit-" });
    const library = await compile("exit_at_word.c", `${folder}/exit.so`, ["-shared", "-fPIC"]);
    const word = `${folder}/word`;
    // Not for services.
    await Deno.writeTextFile(`${folder}/environment`, "!unset LD_PRELOAD\n!unset EXIT_AT_WORD\n");
    const env = { LD_PRELOAD: library, EXIT_AT_WORD: word };
    await withBusyManager(async (manager) => {
      await Deno.writeTextFile(word, "");
      await goesOn(manager, 1);
      assertIncludes(manager.log(), "its runtime ended it with status 7");
    }, { env, args: ["-e", `${folder}/environment`] });
    await Deno.remove(folder, { recursive: true });
  },
);

testNeeding("a manager whose heap is exhausted is there again", [tool("prlimit")], async () => {
  await withBusyManager(async (manager) => {
    const limit = async (text: string) => {
      const args = ["--pid", String(manager.pid), `--data=${text}`];
      const { success, stderr } = await new Deno.Command("prlimit", { args }).output();
      assert(success, new TextDecoder().decode(stderr));
    };
    await limit(`${HEAP_BYTES}:unlimited`);
    // It has more and more to remember.
    const names: string[] = [];
    while ((fieldNow(manager.pid, "crashes") ?? 0) === 0) {
      names.push(`FILLER${names.length}`);
      await manager.ctl("setenv", `${names.at(-1)}=${"x".repeat(900)}`);
    }
    await limit("unlimited:unlimited");
    await until("an answer", async () => (await manager.ctl("list")).code === 0);
    await manager.ctlOk("unsetenv", ...names);
  });
});

testNeeding("what crashes the manager twice is not tried a third time", [tool("cc")], async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-blame-" });
  const trap = await compile("trap_listen.c", `${folder}/trap`, []);
  const socket = (name: string, backlog: number) =>
    `[[socket]]\nlisten = "${folder}/${name}"\nbacklog = ${backlog}\n`;
  const services = {
    boot: 'type = "internal"\nwaits-for = ["steady"]\n',
    steady: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
    fatal: `type = "process"\ncommand = ["/bin/sleep", "1000"]\n${socket("fatal", 77)}`,
    harmless: `type = "process"\ncommand = ["/bin/sleep", "1000"]\n${socket("harmless", 5)}`,
  };
  await withManager({ services, through: [trap] }, async (manager) => {
    await until("boot", async () => (await manager.ctl("is-started", "boot")).code === 0);
    const steady = await manager.servicePid("steady");
    await manager.ctl("start", "fatal");
    await goesOn(manager, 1);
    // An order that was not answered counts as not given; whoever gives it again crashes it again.
    if ((fieldNow(manager.pid, "crashes") ?? 2) < 2) await manager.ctl("start", "fatal");
    await goesOn(manager, 2);
    await until("the word in the log", () => manager.log().includes("fatal: Set aside"));
    assertIncludes(await manager.ctlOk("status", "fatal"), "Set aside");
    assert((await manager.ctl("start", "fatal")).code !== 0, "it stays set aside");
    await manager.ctlOk("start", "harmless");
    assertEquals(await manager.servicePid("steady"), steady);
    assertEquals(readField(manager.pid, "crashes"), 2);
  });
  await Deno.remove(folder, { recursive: true });
});
