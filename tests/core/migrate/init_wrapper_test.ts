/** The script at /sbin/init, run by a shell: with files of a folder in place of the machine's. */
import { initWrapper } from "../../../core/migrate/mod.ts";
import { assertEquals } from "../../assert.ts";
import { placeExecutableFile } from "../../executable_file.ts";
import { withFolder } from "../../folder.ts";

/** @param mark undefined: none. @returns Who was executed with which words, and the mark. */
async function started(mark: string | undefined, hasProgram = true): Promise<readonly string[]> {
  let result: readonly string[] = [];
  await withFolder(async (folder) => {
    const paths = {
      mark: `${folder}/mark`,
      program: `${folder}/program`,
      former: `${folder}/former`,
    };
    if (mark !== undefined) await Deno.writeTextFile(paths.mark, mark);
    const tells = '#!/bin/sh\necho "${0##*/} $* ${DINIT_TRIAL:-}"\n';
    if (hasProgram) placeExecutableFile(paths.program, tells);
    placeExecutableFile(paths.former, tells);
    placeExecutableFile(`${folder}/init`, initWrapper(paths));
    const { stdout } = await new Deno.Command(`${folder}/init`, { args: ["single"] }).output();
    const left = await Deno.readTextFile(paths.mark).catch(() => "none");
    result = [new TextDecoder().decode(stdout).trim(), left.trim()];
  });
  return result;
}

Deno.test("initWrapper() tries the new init once, and marks it before", async () => {
  assertEquals(await started("armed\n"), ["program single 1", "begun"]);
  assertEquals(await started("begun\n"), ["former single", "begun"]);
});

Deno.test("initWrapper() runs the former init whenever something is missing", async () => {
  assertEquals(await started(undefined), ["former single", "none"]);
  assertEquals(await started("nonsense"), ["former single", "nonsense"]);
  assertEquals(await started("armed\n", false), ["former single", "armed"]);
});
