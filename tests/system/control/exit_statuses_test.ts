/** Every exit status that the manual names, by the built client. */
import { EXIT_STATUSES, type ExitStatusRow } from "../../../ctl/words/exit_statuses.ts";
import { assert, assertEquals } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";

const SLEEPER = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
const SERVICES = {
  boot: 'type = "internal"\nwaits-for-d = ["boot.d"]\n',
  up: SLEEPER,
  needed: SLEEPER,
  dependent: 'type = "internal"\ndepends-on = ["needed"]\n',
  idle: 'type = "internal"\n',
  broken: 'type = "process"\ncommand = ["/nowhere/program"]\nrestart = false\n',
  slow: 'type = "scripted"\ncommand = ["/bin/sleep", "1000"]\n' +
    'options = ["start-interruptible"]\n',
};

/** Command lines that end with a status, by verb, status and place among those. */
const CASES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "any 0": [["start", "up"], ["stop", "idle"], ["list"]],
  "any 1": [["start", "broken"], ["stop", "needed"], ["start", "up", "no-such-service"]],
  "any 1 again": [["nonsense"], ["start"], ["list", "--nonsense"]],
  "any 1 at last": [["-p", "/nowhere/socket", "list"]],
  "status 0": [["status", "up"], ["status", "broken"]],
  "status 1": [["status", "no-such-service"], ["status", "slow"]],
  "is-started 0": [["is-started", "up"]],
  "is-started 1": [["is-started", "broken"], ["is-started", "no-such-service"]],
  "is-failed 0": [["is-failed", "broken"]],
  "is-failed 1": [["is-failed", "up"], ["is-failed", "no-such-service"]],
  "is-enabled 0": [["is-enabled", "up"]],
  "is-enabled 1": [["is-enabled", "idle"], ["is-enabled", "no-such-service"]],
  "wait 1": [["wait", "idle", "--timeout", "10ms"]],
  "plan 1": [["plan", "stop", "needed"]],
  "plan 3": [["plan", "stop", "needed", "--force"]],
};

/** The key of a row in {@linkcode CASES}. */
function keyOf(row: ExitStatusRow): string {
  const alike = EXIT_STATUSES.filter(({ verb, status }) =>
    verb === row.verb && status === row.status
  );
  const place = ["", " again", " at last"][alike.indexOf(row)] ?? "?";
  return `${row.verb ?? "any"} ${row.status}${place}`;
}

/** Waits for a start that does not end, and is told by the terminal to end. */
async function interrupted(manager: Manager): Promise<void> {
  const client = new Deno.Command(PROGRAM, {
    args: ["ctl", "-p", manager.socket, "start", "slow"],
    ...{ stdin: "null", stdout: "null", stderr: "null" } as const,
  }).spawn();
  await until(
    "the start is ordered",
    async () => (await manager.ctl("is-started", "slow")).out === "STARTING\n",
  );
  client.kill("SIGINT");
  const { code, signal } = await client.status;
  assertEquals([code, signal], [130, "SIGINT"]);
  assertEquals((await manager.ctl("is-started", "slow")).out, "STARTING\n", "it goes on");
}

Deno.test("dinit ctl ends with the statuses that its manual names", async () => {
  await withManager({ services: SERVICES }, async (manager) => {
    await Deno.mkdir(`${manager.folder}/services/boot.d`);
    await Deno.symlink("../up.toml", `${manager.folder}/services/boot.d/up`);
    await manager.ctlOk("start", "up", "dependent", "idle");
    await manager.ctl("start", "broken");
    await manager.ctlOk("stop", "idle");
    const tried = new Set<string>();
    for (const row of EXIT_STATUSES) {
      if (row.status === 130) continue;
      const key = keyOf(row);
      tried.add(key);
      const lines = CASES[key];
      assert(lines !== undefined, `There is no case for "${key}": ${row.when}`);
      for (const words of lines) {
        const { code, out, err } = await manager.ctl(...words);
        assertEquals(code, row.status, `${words.join(" ")}: ${row.when}\n${out}${err}`);
      }
    }
    assertEquals([...tried].sort(), Object.keys(CASES).sort());
    await interrupted(manager);
  });
});
