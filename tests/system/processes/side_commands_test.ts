/** Commands before and after, as processes: in which order they run, as whom, and what they say. */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withManager } from "../manager.ts";

/** Commands write into a file in the manager's folder, beside that of the services. */
function note(word: string, more = ""): string {
  return JSON.stringify(["/bin/sh", "-c", `echo ${word} >> ../notes; ${more}`]);
}

function notes(folder: string): readonly string[] {
  try {
    return Deno.readTextFileSync(`${folder}/notes`).trimEnd().split("\n");
  } catch {
    return [];
  }
}

const MAIN = `type = "process"\ncommand = ${note("main", "exec sleep 1000")}\n`;

Deno.test("commands run round the start, and behind the stop, in their order", async () => {
  const services = {
    boot: `${MAIN}start-pre = [${note("pre1")}, "-/bin/false", ${note("pre2")}]\n` +
      `start-post = [${note("post $$MAINPID")}]\nstop-post = [${note("clean")}]\n`,
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "boot");
    const pid = await manager.servicePid("boot");
    await until("main", () => notes(manager.folder).includes("main"));
    const started = [...notes(manager.folder)].sort();
    assertEquals(started, ["main", `post ${pid}`, "pre1", "pre2"]);
    assertEquals(notes(manager.folder).slice(0, 2), ["pre1", "pre2"]);
    await manager.ctlOk("restart", "boot");
    await until("main again", () => notes(manager.folder).filter((n) => n === "main").length === 2);
    assertEquals(notes(manager.folder).slice(4, 7), ["clean", "pre1", "pre2"]);
    await manager.ctlOk("stop", "boot");
    assertEquals(notes(manager.folder).at(-1), "clean");
  });
});

Deno.test("a command before the start that fails is told, and nothing else is run", async () => {
  const services = {
    boot: "",
    web: `${MAIN}start-pre = [${note("pre", "exit 7")}, ${note("never")}]\n` +
      `stop-post = [${note("clean")}]\n`,
    none: `${MAIN}start-pre = ["/no/such/program"]\n`,
  };
  await withManager({ services }, async (manager) => {
    const { code, out, err } = await manager.ctl("start", "web");
    assertEquals(code, 1);
    assertIncludes(out + err, "exit");
    await until("the end", () => notes(manager.folder).includes("clean"));
    assertEquals(notes(manager.folder), ["pre", "clean"]);
    assertMatch(
      manager.log(),
      /web: Command before the start \("\/bin\/sh"\) exited with status 7/,
    );
    assertEquals((await manager.ctl("start", "none")).code, 1);
    assertIncludes(
      manager.log(),
      'none: Cannot run the command before the start: executing "/no/such/program" failed',
    );
  });
});

Deno.test("what commands say is in the log of the run, before what the process says", async () => {
  const say = (word: string, more = "") =>
    JSON.stringify(["/bin/sh", "-c", `echo ${word}; ${more}`]);
  const services = {
    boot: `type = "process"\ncommand = ${say("main", "exec sleep 1000")}\nlog-type = "buffer"\n` +
      `start-pre = [${say("pre")}]\nstop-post = [${say("clean")}]\n`,
    keep: MAIN,
  };
  await withManager({ services, start: ["boot", "keep"] }, async (manager) => {
    await manager.ctlOk("start", "boot");
    await until("main", async () => (await manager.ctlOk("catlog", "boot")).includes("main\n"));
    assertEquals(await manager.ctlOk("catlog", "boot"), "pre\nmain\n");
    await manager.ctlOk("stop", "boot");
    await until("clean", async () => (await manager.ctlOk("catlog", "boot")).includes("clean\n"));
  });
});

Deno.test("with kill-tree nothing of what the start left is ended by the commands after it", async () => {
  const services = {
    boot: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "sleep 1000 & echo $$! > ../left"]\n' +
      `kill-tree = true\nstart-post = ["/bin/true"]\nstop-post = [${note("clean")}]\n`,
  };
  await withManager({ services }, async (manager) => {
    await manager.ctlOk("start", "boot");
    const pid = Deno.readTextFileSync(`${manager.folder}/left`).trim();
    assert(Deno.statSync(`/proc/${pid}`).isDirectory);
    await manager.ctlOk("stop", "boot");
    assertEquals(notes(manager.folder), ["clean"]);
    let isGone = false;
    try {
      Deno.statSync(`/proc/${pid}`);
    } catch {
      isGone = true;
    }
    assert(isGone, "it was ended with the service");
  });
});
