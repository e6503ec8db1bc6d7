/** Restart delays that grow, and services that are started for a failure, by the executable. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";
import { upgrade } from "../reexec/services.ts";

function script(type: string, text: string, rest = ""): string {
  const escaped = JSON.stringify(text.replaceAll("$", "$$$$"));
  return `type = "${type}"\ncommand = ["/bin/sh", "-c", ${escaped}]\nlog-type = "buffer"\n${rest}`;
}

const TELL = "env | grep ^DINIT_FAILED_ | sort; echo end";

Deno.test("on-failure starts a service that is told whose failure it was, once for each", async () => {
  const services = {
    boot: 'waits-for = ["keep"]\n',
    keep: script("process", "exec sleep 1000", ""),
    bad: script("process", "exit 3", 'restart = false\non-failure = "mail"\n'),
    mail: script("scripted", TELL),
  };
  await withManager({ services }, async (manager) => {
    const told = async () => (await manager.ctlOk("catlog", "mail")).split("\n");
    const ends = async (count: number) => {
      await until(`${count} mails`, async () => {
        return (await told()).filter((line) => line === "end").length === count;
      });
    };
    await manager.ctl("start", "bad");
    await ends(1);
    assertEquals((await told()).filter((line) => line.startsWith("DINIT")), [
      "DINIT_FAILED_EXIT_CODE=3",
      "DINIT_FAILED_REASON=terminated",
      "DINIT_FAILED_RESTARTS=0",
      "DINIT_FAILED_SERVICE=bad",
    ]);
    assertIncludes(manager.log(), 'bad: Has failed (terminated); starting "mail"');
    await manager.outputHas("[  OK  ] mail");
    const status = JSON.parse(await manager.ctlOk("status", "--json", "mail"));
    assertEquals((status[0] ?? status).startedForFailureOf, "bad");
    await manager.ctl("start", "bad");
    await ends(2);
  });
});

Deno.test("a handler that is not there is warned of at the load, and told of at the failure", async () => {
  const services = {
    boot: 'waits-for = ["bad"]\n',
    keep: script("process", "exec sleep 1000"),
    bad: script("process", "exit 3", 'restart = false\non-failure = "mial"\n'),
    mail: script("scripted", TELL),
  };
  await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
    await until(
      "the failure",
      () => manager.log().includes("for its failure: it cannot be loaded"),
    );
    assertMatch(manager.log(), /bad\.toml:5:14: warning: There is no service "mial"/);
    assertIncludes(manager.log(), 'Did you mean "mail"?');
  });
});

Deno.test("services that handle each other's failures end", async () => {
  const services = {
    boot: 'waits-for = ["a"]\n',
    keep: script("process", "exec sleep 1000"),
    a: script("process", "exit 1", 'restart = false\non-failure = "b"\n'),
    b: script("process", "exit 1", 'restart = false\non-failure = "a"\n'),
  };
  await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
    await until("the end of the circle", () => {
      return manager.log().includes('b: Cannot start "a" for its failure: it was its own failure');
    });
    assertEquals(manager.log().split("Process exited with status 1").length - 1, 2);
  });
});

Deno.test("a delay that grows is told, and goes on under a new manager", async () => {
  const settings = 'restart-delay = "1ms"\nrestart-delay-step = 1000\nrestart-delay-cap = 100000\n';
  const services = {
    boot: 'waits-for = ["keep", "bad"]\n',
    keep: script("process", "exec sleep 1000"),
    bad: script("process", "exit 1", settings),
  };
  await withManager({ services }, async (manager) => {
    const status = async () => JSON.parse(await manager.ctlOk("status", "--json", "bad"));
    const next = async () => {
      const found = await status();
      return (found[0] ?? found).nextTry as string | null;
    };
    await until("the second delay", async () => {
      const at = await next();
      return at !== null && Date.parse(at) - Date.now() > 500_000;
    });
    assertMatch(await manager.ctlOk("status", "bad"), /State: STARTING[^]*Next try: \d{4}-/);
    const before = Date.parse(await next() ?? "");
    await upgrade(manager);
    const after = Date.parse(await next() ?? "");
    assert(Math.abs(after - before) < 5000, `${before} became ${after}`);
  });
});
