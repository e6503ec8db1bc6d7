import { LAYERS } from "../../../tools/imports/layers.ts";
import { assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;

/** The modules of a folder, one of which may be the first that is loaded. */
function modulesOf(folder: string): readonly string[] {
  return [...Deno.readDirSync(ROOT + folder)]
    .filter(({ name }) => name.endsWith(".ts"))
    .map(({ name }) => ROOT + folder + name);
}

/** @returns What loading a module, and through it all that it imports, wrote to standard error. */
async function complaintOf(path: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--quiet", path],
    stdin: "null",
    stdout: "null",
  }).output();
  return success ? "" : `${path}: ${new TextDecoder().decode(stderr)}`;
}

// A table that is made while modules are loaded must not read what a module further round the
// circle has still to make; whether it does depends on which of them comes first.
Deno.test("modules that import each other can be loaded from any of them", async () => {
  const paths = LAYERS.filter(({ mayCycle }) => mayCycle === true)
    .flatMap(({ prefix }) => modulesOf(prefix));
  const complaints = [];
  for (const path of paths) complaints.push(await complaintOf(path));
  assertEquals(complaints.filter((text) => text !== ""), []);
});
