import { assertEquals, assertMatch } from "../assert.ts";
import { LINK_NAMES, linkExecutable } from "../../tools/build/executable.ts";

/** Runs the build with arguments that make it stop before it builds. */
async function compile(
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const tool = new URL("../../tools/compile.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", tool, ...args],
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

Deno.test("compile --help explains itself", async () => {
  const { code, output } = await compile("--help");
  assertEquals(code, 0);
  assertMatch(output, /^Usage: npm run build .*--target TARGET .*DENORT_BIN=FILE/s);
});

Deno.test("compile refuses an unknown target and lists those it knows", async () => {
  assertEquals(await compile("--", "--target", "riscv64"), {
    code: 2,
    output: "",
    errors: 'build: Cannot build for "riscv64": allowed are x86_64-unknown-linux-gnu, ' +
      "aarch64-unknown-linux-gnu, x86_64-unknown-freebsd, aarch64-unknown-freebsd\n",
  });
});

Deno.test("compile refuses unknown options and words", async () => {
  const option = await compile("--fast");
  assertEquals([option.code, option.output], [2, ""]);
  assertMatch(option.errors, /^build: .*--fast/);
  const word = await compile("everything");
  assertEquals([word.code, word.output], [2, ""]);
  assertMatch(word.errors, /^build: .*everything/);
});

Deno.test("linkExecutable() makes all links, also over old ones", async () => {
  const directory = await Deno.makeTempDir({ prefix: "dinit-links-" });
  try {
    await linkExecutable(`${directory}/dinit`);
    await linkExecutable(`${directory}/dinit`);
    const links: string[] = [];
    for await (const { name } of Deno.readDir(directory)) {
      assertEquals(await Deno.readLink(`${directory}/${name}`), "dinit");
      links.push(name);
    }
    assertEquals(links.sort(), [...LINK_NAMES].sort());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
