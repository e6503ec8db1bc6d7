/** Many upgrades in a row, of a manager that has much to do meanwhile. */
import { assert, assertEquals } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";
import { assertUnbroken, COUNTING, shell, upgrade } from "./services.ts";

/** `npm test -- --long` does what takes more than a minute. */
const ROUNDS = Deno.env.get("DINIT_LONG_TESTS") === undefined ? 20 : 100;
const RESTARTING = ["fast0", "fast1", "fast2", "fast3"];

/** Descriptors of the manager, as what they lead to: numbers of sockets and pipes left out. */
function openBy({ pid }: Manager): readonly string[] {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].flatMap(({ name }) => {
    try {
      return [Deno.readLinkSync(`/proc/${pid}/fd/${name}`).replace(/\[\d+\]/, "")];
    } catch {
      return [];
    }
  }).toSorted();
}

async function processesOf(mark: string): Promise<number> {
  const { stdout } = await new Deno.Command("pgrep", { args: ["-fc", mark] }).output();
  return Number(new TextDecoder().decode(stdout).trim());
}

Deno.test(`${ROUNDS} upgrades in a row lose nothing`, async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-reexec-" });
  const own = folder.slice(folder.lastIndexOf("/") + 1);
  const restarts = "restart = true\nrestart-limit-count = 0\nrestart-delay = 0.005\n";
  const counting = (name: string) => `: ${own}-${name}; ${COUNTING}`;
  const services = {
    boot: `type = "internal"\nwaits-for = ${
      JSON.stringify(["buffered", "stamped", "steady", ...RESTARTING])
    }\n`,
    buffered: shell(counting("buffered"), 'log-type = "buffer"\nlog-buffer-size = 67108864\n'),
    stamped: shell(counting("stamped"), `logfile = "${folder}/stamped"\nlog-timestamps = true\n`),
    steady: shell(`: ${own}-steady; while :; do sleep 1; done`),
    ...Object.fromEntries(RESTARTING.map((name) => [
      name,
      shell(`echo run >> ${folder}/${name}; sleep 0.01`, restarts),
    ])),
  };
  await withManager({ services }, async (manager) => {
    await until("all services", async () => (await manager.ctl("is-started", "boot")).code === 0);
    const steady = await manager.servicePid("steady");
    await upgrade(manager);
    const atFirst = openBy(manager);
    let isOver = false;
    const clients = [
      (async () => {
        for (; !isOver;) await manager.ctlOk("list");
      })(),
      (async () => {
        for (let count = 0; !isOver; count++) await manager.ctlOk("setenv", `COUNT=${count}`);
      })(),
    ];
    for (let round = 1; round < ROUNDS; round++) await upgrade(manager);
    isOver = true;
    await Promise.all(clients);

    assertEquals(await manager.servicePid("steady"), steady);
    for (const name of ["steady", "buffered", "stamped"]) {
      assertEquals(await processesOf(`${own}-${name}`), 1, name);
    }
    assertUnbroken(await manager.ctlOk("catlog", "buffered"), "buffered");
    // They go on restarting, each for itself.
    for (const name of RESTARTING) {
      const runs = async () => (await Deno.readTextFile(`${folder}/${name}`)).length;
      const before = await runs();
      await until(`restarts of ${name}`, async () => await runs() > before);
    }
    // Nothing was left open. What is there for a moment only (a launch, a client) may be now.
    await until(
      "the descriptors of the first manager",
      () => openBy(manager).length <= atFirst.length,
    );
    await manager.ctlOk("stop", "stamped");
    const lines = assertUnbroken(await Deno.readTextFile(`${folder}/stamped`), "stamped");
    assert(lines > ROUNDS, `${lines} lines`);
  });
  await Deno.remove(folder, { recursive: true });
});
