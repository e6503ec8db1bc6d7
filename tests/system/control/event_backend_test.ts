/**
 * The executable with kqueue as its event interface: processes start, end, restart, write, stop.
 */
import { assert, assertEquals, assertIncludes, assertNotEquals } from "../../assert.ts";
import { buildKqueueLibrary, NEEDS_KQUEUE } from "../../platform/kqueue/kqueue_library.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { PROGRAM, PROGRAM_FOR_TESTS, withManager } from "../manager.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const ONCE = `type = "scripted"
command = ["/bin/sh", "-c", "echo said something"]
log-type = "buffer"
`;

testNeeding("a manager with DINIT_EVENT_BACKEND=kqueue:… supervises", NEEDS_KQUEUE, async () => {
  using library = buildKqueueLibrary();
  await withManager({
    services: { boot: `${SLEEP}restart = true\ndepends-on = ["once"]\n`, once: ONCE },
    env: { DINIT_EVENT_BACKEND: `kqueue:${library.path}` },
    program: PROGRAM_FOR_TESTS,
  }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const maps = await Deno.readTextFile(`/proc/${manager.pid}/maps`);
    assertIncludes(maps, library.path);
    assertIncludes(await manager.ctlOk("catlog", "once"), "said something");
    const first = await manager.servicePid("boot");
    manager.forgetOutput();
    Deno.kill(first, "SIGKILL");
    await manager.outputHas("[  OK  ] boot");
    assertNotEquals(await manager.servicePid("boot"), first);
    manager.signal("SIGTERM");
    assertEquals((await manager.ended()).code, 0);
  });
});

testNeeding(
  "a release loads no code that its environment names, and hands the variables on",
  [surroundings("a release to be tested", PROGRAM !== PROGRAM_FOR_TESTS), ...NEEDS_KQUEUE],
  async () => {
    using library = buildKqueueLibrary();
    const env = {
      DINIT_EVENT_BACKEND: `kqueue:${library.path}`,
      DINIT_SPAWN_BACKEND: "posix_spawn",
    };
    await withManager({ services: { boot: `${SLEEP}nice = 3\n` }, env }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const maps = await Deno.readTextFile(`/proc/${manager.pid}/maps`);
      assert(!maps.includes(library.path), maps);
      const pid = await manager.servicePid("boot");
      const environment = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
      for (const [name, value] of Object.entries(env)) {
        assert(environment.includes(`${name}=${value}`), environment.join("\n"));
      }
    });
  },
);

Deno.test("a manager with an unusable DINIT_EVENT_BACKEND says so and does not start", async () => {
  for (const value of ["kqueue:/nonexistent/library.so", "select"]) {
    const { success, stderr } = await new Deno.Command(PROGRAM_FOR_TESTS, {
      args: ["-u", "-p", "/nonexistent/socket"],
      env: { DINIT_EVENT_BACKEND: value },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert(!success, said);
    assertIncludes(said, `Cannot ${value === "select" ? "read" : "use"}`);
    assertIncludes(said, value.replace("kqueue:", ""));
  }
});
