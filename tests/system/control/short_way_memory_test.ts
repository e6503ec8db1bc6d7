/** What the manager's memory grows by when it does the work of clients that are only a pipe. */
import { assertEquals } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { PROGRAM, withManager } from "../manager.ts";
import { isTimingNothing, memoryKb } from "../memory_at_rest.ts";
import { call } from "./both_ways.ts";

/** Each is a process of its own, as `dinitctl`'s clients have them. */
const COUNT = 100;
/**
 * Measured: 900 to 1,720 after each of the questions below. What a client leaves is collected when
 * it is worth that, so it is not the same each time.
 */
const LIMIT_KB = 2048;

const QUESTIONS: readonly (readonly string[])[] = [
  ...[["is-started", "s1"], ["list"], ["status", "s1"], ["tree"], ["list"], ["tree", "--json"]],
];

testNeeding(
  "a manager of 100 services takes at most 2 MB more after its first clients",
  [
    surroundings("an executable whose entry is a client (npm run build, Linux)", isShort()),
    tool("bash"),
  ],
  async () => {
    const names = Array.from({ length: COUNT }, (_, index) => `s${index}`);
    const services = Object.fromEntries(names.map((name, index) => {
      const first = index % 10 === 0 ? "" : `depends-on = ["s${index - index % 10}"]\n`;
      return [name, `type = "process"\ncommand = ["/bin/sleep", "1000"]\n${first}`];
    }));
    const boot = `type = "internal"\nwaits-for = ${JSON.stringify(names)}\n`;
    await withManager({ services: { ...services, boot } }, async (manager) => {
      await manager.outputHas("boot\n");
      await until("the manager's rest", () => isTimingNothing(manager.pid));
      const beforeKb = memoryKb(manager.pid);
      for (const words of QUESTIONS) {
        const { code, err } = await call(manager, "short", words);
        assertEquals([code, err], [0, ""], words.join(" "));
        await until(
          `at most ${LIMIT_KB} kB more after ${words.join(" ")}`,
          () => memoryKb(manager.pid) - beforeKb <= LIMIT_KB,
        );
      }
    });
  },
);

function isShort(): boolean {
  try {
    return Deno.build.os === "linux" && Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}
