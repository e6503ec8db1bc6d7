/** What a service was given by pass-cs-fd, when its manager crashes. */
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";
import { shell } from "../reexec/services.ts";
import { CRASHES_ALLOWED } from "./crash_page.ts";
import { goesOn } from "./services.ts";

const SLOW = 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exec sleep 1000"]\n';

/** Asks over its own connection what it is told to, line by line. */
function asking(folder: string): string {
  const ctl = `"${PROGRAM}" ctl --use-passed-cfd -p /no/such/socket`;
  return shell(
    `while read -r words; do ${ctl} $words > ${folder}/said 2>&1; echo $? >> ${folder}/codes; done` +
      ` < ${folder}/words`,
    'options = ["pass-cs-fd"]\n',
  );
}

async function withAsking(
  body: (manager: Manager, ask: (words: string) => Promise<void>, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-passed-" });
  await new Deno.Command("mkfifo", { args: [`${folder}/words`] }).output();
  // Opened for both, so that neither side waits for the other.
  using words = await Deno.open(`${folder}/words`, { read: true, write: true });
  await Deno.writeTextFile(`${folder}/codes`, "");
  const services = {
    boot: 'type = "internal"\nwaits-for = ["asking"]\n',
    asking: asking(folder),
    slow: SLOW,
  };
  const ask = async (text: string) => {
    await words.write(new TextEncoder().encode(`${text}\n`));
  };
  await withManager({ services, args: CRASHES_ALLOWED }, async (manager) => {
    await until("the service", async () => {
      return (await manager.ctl("is-started", "asking")).code === 0;
    });
    await body(manager, ask, folder);
  });
  await Deno.remove(folder, { recursive: true });
}

const codes = (folder: string) => Deno.readTextFileSync(`${folder}/codes`);

Deno.test("a connection that was passed to a service outlives crashes of its manager", async () => {
  await withAsking(async (manager, ask, folder) => {
    let crashes = 0;
    let expected = "";
    for (const name of Object.keys(FAULT_SIGNALS)) {
      manager.signal(`SIG${name}` as Deno.Signal);
      await goesOn(manager, ++crashes);
      await ask(`setenv CRASH=${name}`);
      expected += "0\n";
      await until("its answer", () => codes(folder) === expected);
      assertEquals(manager.log().match(/: setenv "CRASH"/g)?.length, crashes);
    }
  });
});

Deno.test("who waits for an answer over such a connection gets it, and is told what happens", async () => {
  await withAsking(async (manager, ask, folder) => {
    await ask("start slow");
    const pid = async () =>
      /Process ID: (\d+)/.exec((await manager.ctl("status", "slow")).out)?.[1];
    await until("the start", async () => await pid() !== undefined);
    const before = await pid();
    manager.signal("SIGSEGV");
    await goesOn(manager, 1);
    assertEquals([await pid(), codes(folder)], [before, ""]);
    Deno.kill(Number(before), "SIGTERM");
    await until("its end", () => codes(folder) === "1\n");
    assertIncludes(await Deno.readTextFile(`${folder}/said`), "slow");
  });
});
