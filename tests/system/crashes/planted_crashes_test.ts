/**
 * The manager dies in the middle of a system call's surroundings: strace(1) lets a fatal signal
 * come with the call of a given number, in storms of launches and ends.
 */
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { Manager } from "../manager.ts";

/** `npm test -- --long` plants them at many more. */
const IS_LONG = Deno.env.get("DINIT_LONG_TESTS") !== undefined;
const SERVICES = 30;

/** With which call of each kind. */
const CALLS: Readonly<Record<string, readonly number[]>> = {
  clone: IS_LONG ? [1, 2, 3, 5, 8, 13, 20, 29] : [2, 13],
  // A third of the services end, and each is asked for and collected.
  waitid: IS_LONG ? [1, 2, 3, 5, 8, 10] : [3, 8],
  wait4: IS_LONG ? [1, 2, 3, 5, 8, 10] : [3, 8],
  close: IS_LONG ? [80, 85, 90, 91, 92, 93, 110, 130] : [90],
  pipe2: IS_LONG ? [1, 2, 5, 9, 20, 31] : [9],
  read: IS_LONG ? [150, 155, 160, 161, 170, 180] : [165],
  fallocate: IS_LONG ? [2, 3] : [],
};

function service(folder: string, index: number): string {
  const script = `echo $$ >> ${folder}/run${index}; exec sleep 1000`;
  const command = `command = ["/bin/sh", "-c", "${script.replaceAll("$", "$$$$")}"]\n`;
  return index % 3 === 0
    ? `type = "scripted"\ncommand = ["/bin/sh", "-c", "echo x >> ${folder}/run${index}"]\n`
    : `type = "process"\n${command}`;
}

/** Its processes lose their parents and become the manager's: unknown children, at any time. */
const ORPHANS = `type = "process"\ncommand = ["/bin/sh", "-c", ` +
  `"while :; do (setsid sleep 0.3 &); sleep 0.01; done"]\n`;

for (const [call, numbers] of Object.entries(CALLS)) {
  for (const number of numbers) {
    testNeeding(
      `a manager that dies with its ${call}(2) number ${number} launches nothing twice`,
      [tool("strace")],
      async () => {
        const folder = await Deno.makeTempDir({ prefix: "dinit-planted-" });
        const names = Array.from({ length: SERVICES }, (_, index) => `s${index}`);
        const services = {
          boot: `type = "internal"\nwaits-for = ${JSON.stringify(["orphans", ...names])}\n`,
          orphans: ORPHANS,
          ...Object.fromEntries(names.map((name, index) => [name, service(folder, index)])),
        };
        // Only the manager's own thread, so that its calls alone are counted.
        const through = [
          ...["strace", "-q", "-o", "/dev/null", "-e", `trace=${call}`],
          ...["-e", `inject=${call}:signal=SEGV:when=${number}`],
        ];
        const manager = await Manager.start({ services, through, args: [] });
        try {
          await until("boot", async () => (await manager.ctl("is-started", "boot")).code === 0);
          for (const [index, name] of names.entries()) {
            await until(name, async () => {
              return (await manager.ctl("is-started", name)).out === "STARTED\n";
            });
            const runs = (await Deno.readTextFile(`${folder}/run${index}`)).trim().split("\n");
            assertEquals(runs.length, 1, `${name}\n${manager.log()}`);
            if (index % 3 !== 0) assertEquals(await manager.servicePid(name), Number(runs[0]));
          }
          assert(manager.log().includes("has crashed"), "the crash was planted");
        } finally {
          await manager.ctl("shutdown");
          await manager.dispose();
        }
        await Deno.remove(folder, { recursive: true });
      },
    );
  }
}
