/**
 * Clients against a manager that another user runs, and against one that hangs. What a hostile one
 * may say is played by `tests/ctl/hostile_manager_test.ts`.
 */
import { ClientError } from "../../../ctl/interface/client_error.ts";
import { openClientIo } from "../../../ctl/system/real_io.ts";
import { Session } from "../../../ctl/connection/session.ts";
import { runToEnd } from "../../../ctl/interface/waits.ts";
import { assert, assertEquals, assertIncludes, assertMatch, fail } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { PROGRAM } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";

/** nobody, and its group, on Debian. */
const OTHER_USER = "65534";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("setpriv")];

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for-d = ["boot.d"]\n',
  trap: 'type = "internal"\n',
};

async function run(program: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [program, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** A manager of nobody's, with a socket that everybody may use. */
async function withOthersManager(
  body: (socket: string, services: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.chmod(folder, 0o777);
    const [socket, services] = [`${folder}/socket`, `${folder}/services`];
    await Deno.mkdir(`${services}/boot.d`, { recursive: true });
    for (const [name, text] of Object.entries(SERVICES)) {
      await Deno.writeTextFile(`${services}/${name}.toml`, text);
    }
    const child = new Deno.Command("setpriv", {
      args: [
        ...[`--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, "--clear-groups", "--"],
        ...[PROGRAM, "-u", "-d", services, "-p", socket, "-l", "/dev/null", "-F", "1", "boot"],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const output = new ProgramOutput(child.stdout);
    try {
      await output.has("\0");
      await body(socket, services);
    } finally {
      child.kill("SIGTERM");
      await child.status;
      await output.ended;
    }
  });
}

testNeeding(
  "root's clients refuse the manager of another user and do nothing for it",
  NEEDS,
  () =>
    withOthersManager(async (socket, services) => {
      const refused = `runs as user ${OTHER_USER}, which is neither root nor this user.`;
      for (const words of [["list"], ["enable", "trap"], ["shutdown"], ["catlog", "trap"]]) {
        const { code, out, err } = await run("ctl", "-p", socket, ...words);
        assertEquals([code, out], [1, ""]);
        assertIncludes(err, refused);
      }
      assertEquals([...Deno.readDirSync(`${services}/boot.d`)], []);
      const monitor = await run("monitor", "-p", socket, "-c", "true", "-i", "-e", "boot");
      assertEquals([monitor.code, monitor.err.includes(refused)], [1, true]);
      const check = await run("check", "-n", "-p", socket);
      assertEquals([check.code, check.err.includes(refused)], [1, true]);

      const trusted = await run("ctl", "--other-user", "-p", socket, "list");
      assertEquals([trusted.code, trusted.out], [0, "[[+]     ] boot\n"]);
      const watched = ["-p", socket, "-c", "true", "-i", "-e", "--other-user", "boot"];
      assertEquals((await run("monitor", ...watched)).code, 0);
      assertEquals((await run("check", "-n", "--other-user", "-p", socket)).code, 0);
    }),
);

function givesUp(): Promise<void> {
  return withFolder((folder) => {
    const path = `${folder}/socket`;
    const listener = Deno.listen({ transport: "unix", path });
    const io = openClientIo("dinitctl");
    const connection = io.connect(path);
    assert(!("kind" in connection));
    try {
      runToEnd(Session.open(connection, io, 100), io);
      fail("it opened");
    } catch (error) {
      assert(error instanceof ClientError, String(error));
      assertMatch(error.message, /has not answered within 0.1 s/);
    }
    listener.close();
    return Promise.resolve();
  });
}

Deno.test({
  name: "a manager that takes connections and says nothing is given up",
  // A client binds the C library when it first needs it, and keeps it.
  sanitizeResources: false,
  fn: givesUp,
});
