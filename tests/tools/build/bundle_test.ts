import { bundle, FIRST_FILE } from "../../../tools/build/bundle.ts";
import { assertEquals, assertIncludes, assertRejects, assertThrows } from "../../assert.ts";

const INFO = {
  version: "1.2.3",
  commit: "abc",
  identity: "0123456789abcdef",
  target: "some",
  isForTests: false,
};

async function bundled(files: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
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
  "bundle() makes a script of what is imported on demand, whose value is its exports",
  WITH_ESBUILD,
  async () => {
    const files = await bundled({
      "main.ts": 'console.log("always"); if (Deno.pid === 1) await import("./some/rare.ts");',
      "some/rare.ts": 'import { half } from "../half.ts"; export const whole = (x) => half(x) * 2;',
      "half.ts": "export const half = (x) => x / 2;",
    });
    assertEquals([...files.keys()], [FIRST_FILE, "some-rare.js"]);
    const first = files.get(FIRST_FILE) ?? "";
    assertIncludes(first, "always");
    assertIncludes(first, 'loadPart("some-rare")');
    const script = files.get("some-rare.js") ?? "";
    const part: { whole(x: number): number } = (0, eval)(script);
    assertEquals(part.whole(7), 7);
  },
);

Deno.test(
  "a part that is required is loaded in steps: reading, compiling, running",
  WITH_ESBUILD,
  async () => {
    const files = await bundled({
      "main.ts": 'export const load = () => require("./part.ts")();' +
        'export const loadFaulty = () => require("./faulty.ts")();',
      "part.ts": "globalThis.runs = (globalThis.runs ?? 0) + 1; export const half = (x) => x / 2;",
      "faulty.ts": 'throw new Error("cannot be run");',
    });
    const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
    const runs = () => Reflect.get(globalThis, "runs");
    try {
      for (const [name, text] of files) {
        await Deno.writeTextFile(`${folder}/${name}`, text);
        if (name !== FIRST_FILE) {
          await Deno.writeTextFile(`${folder}/${name.replace(/js$/, "cache")}`, "");
        }
      }
      const { load, loadFaulty } = await import(`file://${folder}/${FIRST_FILE}`);
      assertEquals([load(), loadFaulty()], [undefined, undefined]);
      // They have been read.
      for await (const { name } of Deno.readDir(folder)) await Deno.remove(`${folder}/${name}`);
      assertEquals([load(), loadFaulty(), runs()], [undefined, undefined, undefined]);
      const part = load();
      assertEquals([part.half(7), runs()], [3.5, 1]);
      assertEquals([load() === part, runs()], [true, 1]);
      for (let turn = 0; turn < 2; turn++) assertThrows(loadFaulty, /cannot be run/);
    } finally {
      Reflect.deleteProperty(globalThis, "runs");
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("bundle() keeps parts strict, as modules are", WITH_ESBUILD, async () => {
  const files = await bundled({
    "main.ts": 'await import("./part.ts");',
    "part.ts": "export function self() { return this; }",
  });
  const part: { self: () => unknown } = (0, eval)(files.get("part.js") ?? "");
  const { self } = part;
  assertEquals(self(), undefined);
});

Deno.test(
  "bundle() refuses a part that imports a module of the runtime",
  WITH_ESBUILD,
  async () => {
    await assertRejects(
      () =>
        bundled({
          "main.ts": 'await import("./part.ts");',
          "part.ts": 'import process from "node:process"; console.log(process.argv0);',
        }),
      /"node:process" can be imported by the first file only/,
    );
  },
);

Deno.test(
  "bundle() escapes what is not ASCII, so that V8 keeps a byte a letter",
  WITH_ESBUILD,
  async () => {
    const files = await bundled({
      "main.ts": 'await import("./part.ts");',
      "part.ts": 'export class A {\n  /** a → b */\n  #b = "a → b";\n  c() { return this.#b; }\n}',
    });
    const part = files.get("part.js") ?? "";
    assertIncludes(part, "a \\u2192 b");
    assertEquals(part.match(/[\u0080-\uffff]/), null);
  },
);

Deno.test("bundle() leaves out of a release what is for tests", WITH_ESBUILD, async () => {
  const files = await bundled({
    "main.ts": 'import { danger } from "./danger.ts"; ' +
      'if (typeof DINIT_FOR_TESTS !== "undefined" && DINIT_FOR_TESTS) danger();',
    "danger.ts": 'export const danger = () => console.log("danger");',
  });
  assertEquals(files.get(FIRST_FILE)?.includes("danger"), false);
});
