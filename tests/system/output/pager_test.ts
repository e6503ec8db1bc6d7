/** `dinit ctl logs` on a terminal: pager, colours. */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";

const WEB = 'type = "process"\nlog-type = "buffer"\nlog-timestamps = true\n' +
  `command = ["/bin/sh", "-c", "echo '<3>it broke'; printf 'plain\\\\033[2J\\n'; exec sleep 1000"]\n`;

/** What a terminal gets. */
async function onTerminal(
  manager: Manager,
  words: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", `${PROGRAM} ctl -p ${manager.socket} ${words}`, "/dev/null"],
    env: { TERM: "xterm", NO_COLOR: "", PAGER: "", DINIT_PAGER: "", ...env },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

testNeeding(
  "logs on a terminal go through the pager that is named, with colours",
  [
    tool("script"),
  ],
  () =>
    withManager(
      { services: { boot: 'type = "internal"\nwaits-for = ["web"]\n', web: WEB } },
      async (
        manager,
      ) => {
        await until("output", async () => (await manager.ctl("logs", "web")).out.includes("plain"));
        // As root by another's rights a pager would not be run.
        const own = { DINIT_PAGER: "sed s/^/PAGED/" };
        const paged = await onTerminal(manager, "logs", own);
        const runsOwn = Deno.uid() !== 0 || paged.includes("PAGED");
        if (runsOwn) assertEquals(paged.split("PAGED").length, 3, paged);
        assertIncludes(paged, "\x1b[31mit broke\x1b[39m");
        assert(!paged.includes("\x1b[2J"), JSON.stringify(paged));
        for (const words of ["logs --no-pager", "logs --json"]) {
          assert(!(await onTerminal(manager, words, own)).includes("PAGED"), words);
        }
        const plain = await onTerminal(manager, "logs", { ...own, NO_COLOR: "1" });
        assert(!plain.includes("\x1b"), JSON.stringify(plain));
        assertIncludes(await onTerminal(manager, "logs", { PAGER: "/no/such/pager" }), "it broke");
        // Into a pipe all goes as it is.
        const { out } = await manager.ctl("logs");
        assert(!out.includes("PAGED") && !out.includes("\x1b[31m") && out.includes("it broke"));
      },
    ),
);
