/** A manager that is killed again and again, in the middle of much to do. */
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { shell } from "../reexec/services.ts";
import { inFolder, linesOf, onlyOne, started, withMortal } from "./left.ts";

const ROUNDS = Deno.env.get("DINIT_LONG_TESTS") === undefined ? 20 : 200;
const STEADY = Array.from({ length: 10 }, (_, index) => `steady${index}`);
const RESTARTING = ["fast0", "fast1", "fast2", "fast3", "fast4", "fast5"];
const LONGEST_LIFE_MS = 60;
/** It is killed in the middle of its start, or shortly after. */
const LONGEST_START_MS = 150;

/** Each instance is alone: a second one finds the lock of the first, and says so. */
function alone(folder: string, name: string): string {
  return `: ${folder}/${name}; exec 9> ${folder}/${name}.lock; ` +
    `flock -n 9 || echo ${name} >> ${folder}/doubled; echo run >> ${folder}/${name}.runs`;
}

testNeeding(`a manager that is killed ${ROUNDS} times under load leaves nothing twice`, [
  tool("flock"),
], () =>
  inFolder((folder) => {
    const restarts = "restart = true\nrestart-limit-count = 0\nrestart-delay = 0.002\n";
    const services = {
      boot: `type = "internal"\nwaits-for = ${JSON.stringify([...STEADY, ...RESTARTING])}\n`,
      ...Object.fromEntries(STEADY.map((name) => [
        name,
        shell(`: ${folder}/${name}; sleep 1000; :`),
      ])),
      ...Object.fromEntries(RESTARTING.map((name) => [
        name,
        shell(alone(folder, name), restarts),
      ])),
    };
    return withMortal(services, async (manager) => {
      for (const name of STEADY) await started(manager, name);
      const pids = await Promise.all(STEADY.map((name) => manager.servicePid(name)));
      for (let round = 0; round < ROUNDS; round++) {
        const life = Promise.withResolvers<void>();
        setTimeout(life.resolve, Math.random() * LONGEST_LIFE_MS);
        const list = manager.ctl("list");
        await life.promise;
        await manager.kill();
        await list;
        await manager.startAndKill(Math.random() * LONGEST_START_MS);
        await manager.startAgain();
      }
      assertEquals(await Promise.all(STEADY.map((name) => manager.servicePid(name))), pids);
      for (const name of STEADY) await onlyOne(`: ${folder}/${name};`);
      assertEquals(await linesOf(`${folder}/doubled`), 0);
      for (const name of RESTARTING) {
        const before = await linesOf(`${folder}/${name}.runs`);
        assert(before > 0, name);
        await until(
          `restarts of ${name}`,
          async () => await linesOf(`${folder}/${name}.runs`) > before,
        );
      }
    });
  }));
