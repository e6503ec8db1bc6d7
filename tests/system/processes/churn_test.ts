/** Thousands of starts and ends: nothing is lost, and nothing is left behind. */
import { assert, assertEquals } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";
import { until } from "../../wait.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Orphans that the manager adopts, and one process in the end that tells that all are made. */
const ORPHANS = 10_000;

function descriptors(manager: Manager): number {
  return [...Deno.readDirSync(`/proc/${manager.pid}/fd`)].length;
}

/** In KiB. */
function memory(manager: Manager): number {
  const status = Deno.readTextFileSync(`/proc/${manager.pid}/status`);
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
}

/** Processes below the manager, by state; `Z` is a zombie. */
function childStates(manager: Manager): string[] {
  const states: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(parent) === manager.pid) states.push(state ?? "");
    } catch { /* it has ended meanwhile */ }
  }
  return states;
}

Deno.test("10,000 orphans that end at once leave no zombie, and no status is lost among them", async () => {
  const script = `i=0; while [ $$i -lt ${ORPHANS} ]; do (true &); i=$$((i+1)); done; exit 7`;
  const quick = (code: number) =>
    `type = "scripted"\ncommand = ${JSON.stringify(["/bin/sh", "-c", `exit ${code}`])}\n`;
  const services: Record<string, string> = {
    keep: SLEEP,
    orphans: `type = "scripted"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
      "start-timeout = 0\n",
  };
  // Other services whose own ends come in the middle of that.
  const codes = Array.from({ length: 100 }, (_, index) => index + 1);
  for (const code of codes) services[`quick${code}`] = quick(code);
  await withManager({ services, start: ["keep"] }, async (manager) => {
    const all = manager.ctl("start", "orphans");
    for (const code of codes) await manager.ctl("start", "--no-wait", `quick${code}`);
    assertEquals((await all).code, 1);
    const states = childStates(manager);
    await until("the end of all children but one", () => childStates(manager).length === 1);
    assertEquals(childStates(manager).includes("Z"), false, states.join(""));
    for (const code of codes) {
      const status = await manager.ctlOk("status", `quick${code}`);
      assert(
        status.includes(`exited - status ${code}`) || status.includes(`status ${code})`),
        status,
      );
    }
    assert((await manager.ctlOk("status", "orphans")).includes("status 7"));
  });
});

Deno.test("2,000 starts and stops leave descriptors and memory as they were", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-churn-" });
  const names = Array.from({ length: 50 }, (_, index) => `s${index}`);
  const kinds = [
    'log-type = "buffer"\n',
    'log-type = "pipe"\nkill-tree = true\n',
    'log-type = "buffer"\nlog-timestamps = true\nkill-tree = true\n',
    `logfile = "${folder}/$1"\nlog-rotate-size = 100\nlog-rotate-count = 2\n`,
    'ready-notification = "pipefd:3"\n',
  ];
  const services: Record<string, string> = { keep: SLEEP };
  for (const [index, name] of names.entries()) {
    const isNotified = index % kinds.length === 4;
    const script = `echo hello${isNotified ? "; echo >&3" : ""}; exec sleep 1000`;
    services[name] = `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
      (kinds[index % kinds.length] ?? "").replace("$1", name);
  }
  services.all = `waits-for = ${JSON.stringify(names)}\n`;
  await withManager({ services, start: ["keep"] }, async (manager) => {
    const round = async () => {
      await manager.ctlOk("start", "all");
      await manager.ctlOk("stop", "all");
      await until("the end of all but one", () => childStates(manager).length === 1);
    };
    // Pipes of buffers outlive their services, and memory is taken once.
    for (let count = 0; count < 8; count++) await round();
    // What children leave open is closed by the manager when it comes to it, after they are
    // collected.
    await until(
      "50 services at rest",
      async () => !/s\d+ \(pid/.test(await manager.ctlOk("list")),
    );
    const before = { descriptors: descriptors(manager), memory: memory(manager) };
    for (let count = 0; count < 40; count++) await round();
    await until("as few descriptors as before", () => descriptors(manager) <= before.descriptors);
    // Between two collections of V8 it grows by some 20 MB; what is lost would stay.
    const grown = () => memory(manager) - before.memory;
    for (let count = 0; count < 160 && grown() >= 16 * 1024; count++) await round();
    assert(grown() < 16 * 1024, `${grown()} KiB more after 2,000 starts and stops`);
    assertEquals(childStates(manager).length, 1);
  });
  await Deno.remove(folder, { recursive: true });
});
