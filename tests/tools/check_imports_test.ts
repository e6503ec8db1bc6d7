import { assertEquals } from "../assert.ts";

/** Runs the tool on a directory with the given files. */
async function checkImports(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly errors: string }> {
  const root = await Deno.makeTempDir({ prefix: "dinit-imports-" });
  try {
    for (const [path, source] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, source);
    }
    const tool = new URL("../../tools/check_imports.ts", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", tool, root],
    }).output();
    return { code, errors: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("check_imports fails with a line for each breach", async () => {
  const { code, errors } = await checkImports({
    "core/a.ts": "export const now = Date.now();\n",
    "node_modules/x/a.ts": "Deno.exit();\n",
  });
  assertEquals(errors, 'core/a.ts:1: Pure code may not use "Date": take the time as an argument\n');
  assertEquals(code, 1);
});

Deno.test("check_imports is silent when all is well", async () => {
  assertEquals(await checkImports({ "core/a.ts": "export const a = 1;\n" }), {
    code: 0,
    errors: "",
  });
});
