/**
 * What a real manager says would come of orders, that it then comes so, and that nothing has
 * changed by the question.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { type Manager, withManager } from "../manager.ts";

const SLEEPS = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web", "talker"]\n',
  web: `${SLEEPS}depends-on = ["db"]\n`,
  db: `${SLEEPS}depends-on = ["network"]\n`,
  network: 'type = "scripted"\ncommand = ["/bin/true"]\nstop-command = ["/bin/true"]\n',
  talker: SLEEPS,
  late: `${SLEEPS}depends-on = ["later"]\n`,
  later: 'type = "internal"\n',
  typo: 'type = "process"\ncommand = ["/bin/true"]\nrestart = "on-fail"\n',
};

async function withServices(body: (manager: Manager) => Promise<void>): Promise<void> {
  await withManager({ services: SERVICES }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    await manager.ctlOk("start", "web");
    await body(manager);
  });
}

/** The plan, and how the client ended. */
async function planOf(manager: Manager, ...words: string[]) {
  const { code, out } = await manager.ctl("plan", "--json", ...words);
  return { code, plan: JSON.parse(out) };
}

function steps(plan: { steps: readonly { action: string; service: string }[] }): string[] {
  return plan.steps.map(({ action, service }) => `${action} ${service}`);
}

Deno.test("plan tells what a forced stop takes down, in order, and so it comes", async () => {
  await withServices(async (manager) => {
    const before = await manager.ctlOk("list");
    const { code, plan } = await planOf(manager, "stop", "network", "--force");
    assertEquals(code, 3);
    assertEquals(steps(plan), ["stop web", "stop db", "stop network"]);
    assertEquals(
      plan.services.map(({ name, after, named, lost }: Record<string, unknown>) => [
        ...[name, after, named, lost],
      ]),
      [
        ["web", "stopped", false, true],
        ["db", "stopped", false, false],
        ["network", "stopped", true, false],
      ],
    );
    assertEquals(plan.goOnWithout, [{ service: "boot", without: "web" }]);
    assertEquals(await manager.ctlOk("list"), before);

    await manager.ctlOk("stop", "--force", "network");
    for (const name of ["web", "db", "network"]) {
      assertEquals((await manager.ctl("is-started", name)).out, "STOPPED\n");
    }
    const again = await planOf(manager, "stop", "network", "--force");
    assertEquals([again.code, again.plan.steps], [0, []]);
  });
});

Deno.test("plan tells what a refused order is refused for", async () => {
  await withServices(async (manager) => {
    const { code, out } = await manager.ctl("plan", "stop", "network");
    assertEquals([code, out], [
      1,
      'stop network would be refused: Running services need "network": db. With --force they stop, too\n',
    ]);
    const faulty = await manager.ctl("plan", "start", "typo");
    assertEquals(faulty.code, 1);
    assertIncludes(faulty.out, 'typo.toml:3:11: error: Cannot read restart = "on-fail"');
  });
});

Deno.test("plan reads descriptions for itself alone", async () => {
  await withServices(async (manager) => {
    const { code, plan } = await planOf(manager, "start", "late");
    assertEquals([code, steps(plan)], [3, ["start later", "start late"]]);
    const { err } = await manager.ctl("status", "later");
    assertIncludes(err, "not loaded");
  });
});

Deno.test("plan reload tells what has changed in files since they were read", async () => {
  await withServices(async (manager) => {
    const none = await manager.ctl("plan", "reload");
    assertEquals([none.code, none.out], [0, "reload: nothing to do\n"]);
    const file = `${manager.folder}/services/talker.toml`;
    await Deno.writeTextFile(file, `${SLEEPS}stop-timeout = 3\ndepends-on = ["db"]\n`);
    const { code, out } = await manager.ctl("plan", "reload");
    assertEquals([code, out], [
      0,
      "talker: the description changes\n    depends-on: (none) -> db\n    stop-timeout: 10 s -> 3 s\n",
    ]);
    assert(!(await manager.ctlOk("tree", "talker")).includes("+ db"));
  });
});

Deno.test("services are reloaded together, or none of them", async () => {
  await withServices(async (manager) => {
    const file = (name: string) => `${manager.folder}/services/${name}.toml`;
    await manager.ctlOk("stop", "web");
    // Nobody needs the others now, and one that is stopping cannot be reloaded.
    await manager.ctlOk("wait", "--state", "stopped", "network");
    // web and db change places, and something new comes between.
    await Deno.writeTextFile(file("between"), 'type = "internal"\n');
    await Deno.writeTextFile(file("web"), `${SLEEPS}depends-on = ["network"]\nrestart = "x"\n`);
    await Deno.writeTextFile(file("db"), `${SLEEPS}depends-on = ["web", "between"]\n`);
    const refused = await manager.ctl("reload", "web", "db");
    assertEquals(refused.code, 1);
    assertIncludes(refused.err, "all stay as they are");
    assertIncludes(refused.err, "web.toml:4:11: error: ");
    const single = await manager.ctl("plan", "reload", "db");
    assertIncludes(single.out, "its links would form a cycle: db → web → db");

    await Deno.writeTextFile(file("web"), `${SLEEPS}depends-on = ["network"]\n`);
    const asked = await planOf(manager, "reload", "web", "db");
    assertEquals(asked.plan.orders.map(({ answer }: { answer: string }) => answer), [
      ...["accepted", "accepted"],
    ]);
    assertEquals(
      await manager.ctlOk("reload", "web", "db"),
      "Service 'web' reloaded.\nService 'db' reloaded.\n",
    );
    await manager.ctlOk("start", "db");
    const { err } = await manager.ctl("stop", "web");
    assertIncludes(err, "db");
  });
});

Deno.test("plan of a shutdown stops everything, and nothing is stopped", async () => {
  await withServices(async (manager) => {
    const { code, plan } = await planOf(manager, "shutdown");
    assertEquals([code, plan.end], [0, "whole"]);
    assertEquals(plan.steps.length, 5);
    assertIncludes(await manager.ctlOk("list"), "web");
  });
});
