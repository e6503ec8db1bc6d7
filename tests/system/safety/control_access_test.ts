/**
 * Who may control the system instance: root alone, by the mode of the socket and by the kernel's
 * word on who connects. Another user's client is run with setpriv(1).
 */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, type Outcome, PROGRAM, withManager } from "../manager.ts";

/** nobody, and its group, on Debian. */
const OTHER_USER = "65534";

const NEEDS = [
  surroundings("root", Deno.uid() === 0),
  tool("setpriv"),
];

/** Runs `dinit ctl` as a user without rights. */
async function ctlOfOther(manager: Manager, ...words: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command("setpriv", {
    args: [
      ...[`--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, "--clear-groups", "--"],
      ...[PROGRAM, "ctl", "-p", manager.socket, ...words],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

async function withSystemInstance(body: (manager: Manager) => Promise<void>): Promise<void> {
  const services = { boot: 'type = "internal"\n' };
  await withManager({ services, args: ["--system"] }, async (manager) => {
    // Otherwise the folder alone would keep others out.
    await Deno.chmod(manager.folder, 0o755);
    await body(manager);
  });
}

testNeeding(
  "the mode of the socket keeps other users from the system instance",
  NEEDS,
  () =>
    withSystemInstance(async (manager) => {
      const refused = await ctlOfOther(manager, "shutdown");
      assertEquals(refused, {
        code: 1,
        out: "",
        err: `dinitctl: connecting to socket: ${manager.socket}: Permission denied\n` +
          `dinitctl: no permission to use ${manager.socket}: ask as root, ` +
          "or use --user for your own services.\n",
      });
      assertEquals(await manager.ctlOk("is-started", "boot"), "STARTED\n");
    }),
);

testNeeding(
  "dinit refuses other users even when the socket's mode is widened",
  NEEDS,
  () =>
    withSystemInstance(async (manager) => {
      await Deno.chmod(manager.socket, 0o666);
      for (const words of [["list"], ["stop", "boot"], ["setenv", "A=1"], ["shutdown"]]) {
        const refused = await ctlOfOther(manager, ...words);
        assertEquals([refused.code, refused.out], [1, ""]);
        assertIncludes(refused.err, "does not take orders from this user; see its log.");
      }
      assertIncludes(manager.log(), `is of user ${OTHER_USER}; allowed are root`);
      assertEquals(await manager.ctlOk("is-started", "boot"), "STARTED\n");
    }),
);
