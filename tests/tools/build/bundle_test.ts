import { bundle, FIRST_FILE } from "../../../tools/build/bundle.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";

const INFO = { version: "1.2.3", commit: "abc", target: "some" };

async function bundled(files: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const result = await bundle(`${folder}/main.ts`, folder, INFO);
    const decoder = new TextDecoder();
    return new Map(result.map(({ name, bytes }) => [name, decoder.decode(bytes)]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** esbuild's own process ends a moment after its `stop`, which nobody can wait for. */
const WITH_ESBUILD = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "bundle() puts what is imported on demand into a file of its own",
  WITH_ESBUILD,
  async () => {
    const files = await bundled({
      "main.ts": 'console.log("always"); if (Deno.pid === 1) await import("./rare.ts");',
      "rare.ts": 'console.log("rarely");',
    });
    assertEquals(files.size, 2);
    const first = files.get(FIRST_FILE) ?? "";
    assertIncludes(first, "always");
    assert(!first.includes("rarely"), "the rare module is elsewhere");
  },
);

Deno.test(
  "bundle() escapes what is not ASCII, so that V8 keeps a byte a letter",
  WITH_ESBUILD,
  async () => {
    const files = await bundled({ "main.ts": 'console.log("a → b");' });
    assertIncludes(files.get(FIRST_FILE) ?? "", "a \\u2192 b");
  },
);
