/** Running the C program as a subject of its own. */
import { LIMIT_MS, type LoadContext } from "../load.ts";
import { within } from "../../limit.ts";

/** Runs `fork_exec` in the workspace. @returns The number that it printed. */
export async function runC(context: LoadContext, args: readonly string[]): Promise<number> {
  const { workspace } = context;
  const child = new Deno.Command(context.cProgram, {
    args: [...args],
    cwd: workspace.folder,
    clearEnv: true,
    env: { ...workspace.environment },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { success, stdout } = await within(LIMIT_MS, "The C program", child.output());
  const value = Number(new TextDecoder().decode(stdout));
  if (!success || !Number.isFinite(value)) throw new Error("The C program failed");
  return value;
}
