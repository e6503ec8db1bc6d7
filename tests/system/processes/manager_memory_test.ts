/** What a manager at rest takes for itself. */
import { surroundings, testNeeding } from "../../skip.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";
import { isTimingNothing, memoryKb } from "../memory_at_rest.ts";

/** Measured: 20,060; 2,800 more with what the C library keeps, 6,200 with a copy of the program. */
const LIMIT_KB = 22_000;

testNeeding(
  "a manager with one service takes at most 22 MB of its own",
  [surroundings("Linux with the C library of GNU", isGnu())],
  async () => {
    const boot = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
    await withManager({ services: { boot } }, async (manager) => {
      await manager.outputHas("boot\n");
      await until("the manager's rest", () => isTimingNothing(manager.pid));
      await until(`at most ${LIMIT_KB} kB`, () => memoryKb(manager.pid) <= LIMIT_KB);
    });
  },
);

function isGnu(): boolean {
  return Deno.build.os === "linux" && Deno.build.target.endsWith("-gnu");
}
