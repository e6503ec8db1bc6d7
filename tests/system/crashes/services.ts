/** Services for managers that crash, and whether they are as they should be. */
import { assert, assertEquals } from "../../assert.ts";
import { until } from "../../wait.ts";
import type { Manager } from "../manager.ts";
import { assertUnbroken, COUNTING, shell } from "../reexec/services.ts";
import { fieldNow } from "./crash_page.ts";

const RESTARTING = ["fast0", "fast1", "fast2", "fast3"];

/** @param folder For what they write. @param mark In the words of their processes. */
export function busyServices(folder: string, mark: string): Readonly<Record<string, string>> {
  const restarts = "restart = true\nrestart-limit-count = 0\nrestart-delay = 0.005\n";
  const counting = (name: string) => `: ${mark}-${name}; ${COUNTING}`;
  const needed = JSON.stringify([
    "counted",
    "stamped",
    "held",
    "steady",
    "told",
    "done",
    ...RESTARTING,
  ]);
  return {
    boot: `type = "internal"\nwaits-for = ${needed}\n`,
    counted: shell(
      counting("counted"),
      `logfile = "${folder}/counted"\nlog-rotate-size = 1000000000\n`,
    ),
    stamped: shell(counting("stamped"), `logfile = "${folder}/stamped"\nlog-timestamps = true\n`),
    // All of an hour has room in its buffer, and can be looked at often.
    held: shell(
      counting("held").replace("sleep 0.02", "sleep 0.5"),
      'log-type = "buffer"\nlog-buffer-size = 16777216\n',
    ),
    steady: shell(`: ${mark}-steady; while :; do sleep 1; done`),
    told: shell(
      `: ${mark}-told; echo ready >&3; exec 3>&-; while :; do sleep 1; done`,
      'ready-notification = "pipefd:3"\nstart-timeout = 30\n',
    ),
    done: `type = "scripted"\ncommand = ["/bin/sh", "-c", "echo once >> ${folder}/done"]\n`,
    ...Object.fromEntries(RESTARTING.map((name) => [
      name,
      shell(`: ${mark}-${name}; echo run >> ${folder}/${name}; sleep 0.01`, restarts),
    ])),
  };
}

/** Those that stay. */
const STAYING = ["counted", "stamped", "held", "steady", "told"];

/** Waits until all are up. @returns PIDs of those that stay. */
export async function allUp(manager: Manager): Promise<readonly number[]> {
  await until("all services", async () => (await manager.ctl("is-started", "boot")).code === 0);
  return await Promise.all(STAYING.map((name) => manager.servicePid(name)));
}

/** Children of the manager: what a shell makes has its words, too, for a moment. */
async function processesOf({ pid }: Manager, mark: string): Promise<number> {
  const args = ["-P", String(pid), "-fc", mark];
  const { stdout } = await new Deno.Command("pgrep", { args }).output();
  return Number(new TextDecoder().decode(stdout).trim());
}

/** Waits until the manager has gone on after so many crashes, and takes requests. */
export async function goesOn(manager: Manager, crashes: number, pid = manager.pid): Promise<void> {
  await until(`crash ${crashes}`, () => (fieldNow(pid, "crashes") ?? 0) >= crashes);
  await until("an answer", async () => (await manager.ctl("list")).code === 0);
}

/** All are as they were, go on, and nothing is lost or there twice. */
export async function checkServices(
  manager: Manager,
  { folder, mark, pids }: {
    readonly folder: string;
    readonly mark: string;
    readonly pids: readonly number[];
  },
): Promise<void> {
  assertEquals(await allUp(manager), pids);
  for (const name of STAYING) assertEquals(await processesOf(manager, `${mark}-${name};`), 1, name);
  assertEquals(await Deno.readTextFile(`${folder}/done`), "once\n");
  for (const name of RESTARTING) {
    assert(await processesOf(manager, `${mark}-${name};`) <= 1, name);
    const runs = async () => (await Deno.readTextFile(`${folder}/${name}`)).length;
    const before = await runs();
    await until(`restarts of ${name}`, async () => await runs() > before);
  }
  const textOf = (name: string) =>
    name === "held" ? manager.ctlOk("catlog", name) : Deno.readTextFile(`${folder}/${name}`);
  for (const name of ["counted", "stamped", "held"]) {
    const lines = async () => assertUnbroken(await textOf(name), name);
    const before = await lines();
    await until(`lines of ${name}`, async () => await lines() > before);
  }
  assert(!manager.log().includes("Internal error"), manager.log());
}
