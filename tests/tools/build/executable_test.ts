import { assertEquals } from "../../assert.ts";
import { sha256 } from "../../../tools/build/hash.ts";
import { findTarget } from "../../../tools/build/target.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { withProbe } from "./probe_executable.ts";

const isTarget = findTarget(Deno.build.target) !== undefined;

async function hashOf(path: string): Promise<string> {
  return await sha256(await Deno.readFile(path));
}

testNeeding("two builds of the same sources are equal byte for byte", [
  surroundings("a system that the build has a target for", isTarget),
], async () => {
  const hashes: string[] = [];
  for (let build = 0; build < 2; build++) {
    await withProbe(Deno.build.target, async (executable) => {
      hashes.push(await hashOf(executable));
    });
  }
  assertEquals(hashes[0], hashes[1]);
});
