/** The environment file (`--env-file`) and what services get of it. */
import { until } from "../../../tools/limit.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { PROGRAM, withManager } from "../manager.ts";

const LIMIT_MS = 20_000;

Deno.test("services get what the environment file says", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/environment`;
    await Deno.writeTextFile(file, "# for all\nGREETING=hello world\n!unset HOME\n");
    const text = `printf '%s|%s' "$GREETING" "\${HOME-unset}" > ${folder}/out; exec sleep 1000`;
    const command = JSON.stringify(["/bin/sh", "-c", text.replaceAll("$", "$$$$")]);
    const services = { boot: `type = "process"\ncommand = ${command}\n` };
    const options = { services, args: ["--env-file", file], env: { HOME: "/root" } };
    await withManager(options, async () => {
      const read = () => Deno.readTextFileSync(`${folder}/out`);
      await until(LIMIT_MS, "The output", () => {
        try {
          return read() !== "";
        } catch {
          return false;
        }
      });
      assertEquals(read(), "hello world|unset");
    });
  });
});

Deno.test("a faulty line of the environment file is told with file and line", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/environment`;
    await Deno.writeTextFile(file, "A=1\nno equals sign\n");
    await withManager({ services: { boot: "" }, args: ["-e", file] }, (manager) => {
      assertIncludes(manager.log(), `${file}:2:1: warning: This line is no NAME=VALUE`);
      return Promise.resolve();
    });
  });
});

Deno.test("an environment file that is named but missing ends the manager with a reason", async () => {
  await withFolder(async (folder) => {
    const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
      args: ["--user", "-d", folder, "-p", `${folder}/socket`, "--env-file", `${folder}/none`],
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 1);
    assertIncludes(said, `Cannot read the environment file "${folder}/none"`);
  });
});
