/**
 * From exec of a manager with one service that is no process until it says that it is ready; and
 * the whole run of an empty program in the same runtime.
 */
import { within } from "../../limit.ts";
import { emptyProgram } from "../subjects/empty_program.ts";
import { LIMIT_MS, type Load } from "../load.ts";
import { DINIT_FAMILY } from "../subjects/subject.ts";

export const ready: Load = {
  name: "ready",
  figures: [
    { id: "ready", title: "Exec until ready, no services", unit: "ms", better: "less" },
    { id: "ready-empty", title: "An empty program of the runtime", unit: "ms", better: "less" },
  ],
  kinds: DINIT_FAMILY,
  async measure({ subject, workspace, programFolder }) {
    const empty = subject.kind === "ours" ? await timeEmptyRun(programFolder) : {};
    const manager = subject.launch({
      workspace,
      services: [{ name: "boot", type: "internal" }],
      start: ["boot"],
    });
    const at = await within(LIMIT_MS, "The manager's readiness", manager.ready);
    await manager.stop();
    return { ready: at - manager.launchedAt, ...empty };
  },
};

async function timeEmptyRun(folder: string): Promise<{ readonly "ready-empty": number }> {
  const command = new Deno.Command(await emptyProgram(folder), { stdin: "null", stdout: "null" });
  const begin = performance.now();
  await within(LIMIT_MS, "The empty program", command.spawn().status);
  return { "ready-empty": performance.now() - begin };
}
