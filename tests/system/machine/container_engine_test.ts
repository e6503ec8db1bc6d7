/** The image of `docs/container/Dockerfile`, built and run by a container engine. */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { ContainerEngine, ENGINE_NEEDS } from "./container_engine.ts";

testNeeding(
  "a container engine builds the image, runs and stops it",
  ENGINE_NEEDS,
  async (test) => {
    const engine = await ContainerEngine.start();
    try {
      await test.step("as root: answers dinitctl, and stops in order with status 0", () =>
        engine.run([], async (container) => {
          await container.outputHas("app: Hello from process");
          await container.outputHas("[  OK  ] boot");
          const { code, out } = await engine.ctl("list");
          assertEquals(code, 0, out);
          assertMatch(out, /\[\{\+\} {5}\] app \(pid: \d+\)/);
          await engine.stop();
          assertEquals(await container.ended(), 0);
          const stopped = [...container.output.matchAll(/\[STOPPD\] (\w+)/g)].map(([, name]) =>
            name
          );
          assertEquals(stopped.filter((name) => name !== "heartbeat"), ["boot", "app", "init"]);
          assertIncludes(container.output, "app: Stopping");
        }));

      const bare = ["--user", "1000:1000", "--read-only", "--cap-drop=all"];
      await test.step("as a user without rights, on a read-only root: without dinitctl", () =>
        engine.run(bare, async (container) => {
          await container.outputHas("[  OK  ] boot");
          assertMatch(container.output, /Cannot open the control socket "\/\.dinitctl": bind: /);
          await engine.stop();
          assertEquals(await container.ended(), 0);
        }));

      const placed = ["--user", "1000", "--env", "XDG_RUNTIME_DIR=/tmp"];
      await test.step("as a user with a place for the socket: answers dinitctl", () =>
        engine.run(placed, async (container) => {
          await container.outputHas("[  OK  ] boot");
          const { code, out } = await engine.ctl("is-started", "app");
          assertEquals(code, 0, out);
          await engine.stop();
          assertEquals(await container.ended(), 0);
        }));

      const services = `${engine.folder}/services`;
      await Deno.mkdir(services);
      await Deno.writeTextFile(
        `${services}/boot.toml`,
        'type = "process"\ncommand = ["/bin/sh", "-c", "exit 42"]\nrestart = false\n',
      );
      await test.step("the container has the status of its application", () =>
        engine.run(["--volume", `${services}:/etc/dinit.d:ro`], async (container) => {
          assertEquals(await container.ended(), 42);
        }));
    } finally {
      await engine.dispose();
    }
  },
);
