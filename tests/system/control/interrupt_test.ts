/** Ctrl-C at a command that waits, on a terminal: the client as a pipe, and the full one. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { withManager } from "../manager.ts";

/** Neither starts nor stops before it is told to. */
const SLOW = (folder: string) =>
  `type = "scripted"\ncommand = ["/bin/sh", "-c", "while [ ! -e ${folder}/go ]; do sleep 0.05; done"]\n` +
  "start-timeout = 0\n";

/** Types Ctrl-C when the line is there that is shown while one waits. @returns What was shown. */
async function interrupted(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly screen: string }> {
  // The terminal sends SIGINT to the program, as script(1) gives it one of its own.
  const child = new Deno.Command("script", {
    args: ["-qec", words.join(" "), "/dev/null"],
    ...{ stdin: "piped", stdout: "piped", stderr: "null", env: { ...env, TERM: "xterm" } },
  }).spawn();
  let screen = "";
  const writer = child.stdin.getWriter();
  let isTyped = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    screen += text;
    if (isTyped || !screen.includes("Waiting for 'slow'")) continue;
    isTyped = true;
    await writer.write(Uint8Array.of(3));
  }
  await writer.close().catch(() => {});
  return { code: (await child.status).code, screen };
}

for (const kind of ["pipe", "full"] as const) {
  testNeeding(
    `Ctrl-C at a start that waits says that it goes on, with status 130 (${kind})`,
    [tool("script")],
    async () => {
      const folder = await Deno.makeTempDir({ prefix: "dinit-interrupt-" });
      const services = { boot: 'type = "internal"\n', slow: SLOW(folder) };
      await withManager({ services }, async (manager) => {
        await manager.outputHas("[  OK  ] boot");
        const words = [manager.program, "ctl", "-p", manager.socket, "start", "slow"];
        const { code, screen } = await interrupted(
          words,
          kind === "full" ? { DINIT_CLIENT: "full" } : {},
        );
        assertEquals(code, 130);
        const said = "The start of 'slow' goes on: 'dinitctl watch slow' shows it, " +
          "'dinitctl stop slow' undoes it.";
        assertIncludes(screen, said);
        assert(screen.indexOf("Waiting for") < screen.indexOf(said), screen);
        assertIncludes(await manager.ctlOk("list", "slow"), "[[ ]<<   ] slow");
        await Deno.writeTextFile(`${folder}/go`, "");
        await manager.outputHas("[  OK  ] slow");
      });
      await Deno.remove(folder, { recursive: true });
    },
  );
}
