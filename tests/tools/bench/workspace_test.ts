import { Workspace } from "../../../tools/bench/workspace.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("Workspace.dispose() ends processes of other sessions and removes the folder", async () => {
  const workspace = Workspace.create();
  const script = "setsid sleep 1000 & setsid sleep 1000 & echo; wait";
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", script],
    clearEnv: true,
    env: { ...workspace.environment },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assert(workspace.processes().length >= 1, "the shell at least");
  await workspace.dispose();
  await child.status;
  await reader.cancel();
  assertEquals(workspace.processes(), []);
  const isThere = await Deno.stat(workspace.folder).then(() => true, () => false);
  assertEquals(isThere, false);
});
