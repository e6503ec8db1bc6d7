/**
 * Clients that are only a pipe end a manager as the client's own program does: by each verb, and by
 * each program that shuts down.
 */
import { within } from "../../../tools/limit.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, type Outcome, PROGRAM, withManager } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";
import { assertSame, call, commandOf, environmentOf, settled, type Way } from "./both_ways.ts";

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\ndepends-on = ["web"]\n',
  web: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
};

const NEEDS = [
  surroundings("an executable whose entry is a client (npm run build, Linux)", isShort()),
  tool("bash"),
];

/** `shutdown` and what stands after it. */
const TYPES = ["poweroff", "reboot", "halt", "soft-reboot", "kexec", undefined];

/** They ask the system's manager, whatever else there is. */
const PROGRAMS: readonly (readonly string[])[] = [
  ...[["poweroff"], ["reboot"], ["halt"], ["soft-reboot"], ["shutdown"]],
  ...[["shutdown", "-r"], ["shutdown", "-h"], ["poweroff", "-s"], ["halt", "-k"]],
];

/** Those of `PROGRAMS` that do nothing. */
const REFUSED: readonly (readonly string[])[] = [
  ...[["reboot", "--help"], ["poweroff", "--no"], ["halt", "now"], ["shutdown", ""]],
];

/** The client's program waits to be killed with all else once the manager has gone. */
const WAITS_FOR_ITS_END = "SIGTERM";

async function withTwo(body: (managers: readonly [Manager, Manager]) => Promise<void>) {
  const options = { services: SERVICES };
  await withManager(
    options,
    (short) => withManager(options, (full) => body([short, full])),
  );
}

testNeeding("the verb shutdown ends a manager the same way both ways", NEEDS, async () => {
  for (const type of TYPES) {
    await withTwo(async (managers) => {
      const words = ["shutdown", ...type === undefined ? [] : [type]];
      assertEquals((await assertSame(managers, words)).code, 0, words.join(" "));
      await assertSameEnd(managers, words);
    });
  }
});

testNeeding(
  "the programs that shut down are the same both ways, under each of their names",
  [...NEEDS, surroundings("root", Deno.uid() === 0), tool("unshare")],
  async () => {
    for (const words of PROGRAMS) {
      await withTwo(async (managers) => {
        const ends = await Promise.all([
          shutDown(managers[0], "short", words),
          shutDown(managers[1], "full", words),
        ]);
        assertEquals(ends[0], ends[1], words.join(" "));
        assertEquals(ends[0]?.out, "Issuing shutdown command...\n");
        await assertSameEnd(managers, words);
      });
    }
    await withTwo(async (managers) => {
      for (const words of REFUSED) {
        const ends = await Promise.all([
          texts(asSystem(managers[0], "short", words)),
          texts(asSystem(managers[1], "full", words)),
        ]);
        assertEquals(ends[0], ends[1], words.join(" "));
        assertEquals(ends[0]?.code, 1, words.join(" "));
      }
      for (const manager of managers) await manager.ctlOk("is-started", "boot");
    });
  },
);

testNeeding("without a manager both ways say the same", NEEDS, async () => {
  await withTwo(async ([short, full]) => {
    for (const manager of [short, full]) {
      await manager.ctlOk("shutdown");
      await manager.ended();
    }
    const alone = settled(await call(short, "any", ["shutdown", "reboot"]), short);
    assertEquals(alone, settled(await call(full, "full", ["shutdown", "reboot"]), full));
    assertIncludes(alone.err, "is it running?");
  });
});

/** Both managers end, with the same status and the same in their logs. */
async function assertSameEnd(
  managers: readonly [Manager, Manager],
  words: readonly string[],
): Promise<void> {
  const [short, full] = managers;
  const [shortly, fully] = [await short.ended(), await full.ended()];
  assertEquals(shortly, fully, words.join(" "));
  const logs = managers.map((manager) =>
    settled({ code: 0, out: manager.log(), err: "" }, manager).out
      .split("\n").map((line) =>
        line.slice(line.indexOf("dinit:")).replace(/process \d+/, "process")
      )
  );
  assertEquals(logs[0], logs[1], words.join(" "));
}

/** Where the manager's socket is that of the system's manager. */
function asSystem(manager: Manager, way: Way, [name = "", ...words]: readonly string[]) {
  const client = commandOf(way, words, { name });
  const script = 'mount -t tmpfs none /run && ln -s "$0" /run/dinitctl && exec "$@"';
  return new Deno.Command("unshare", {
    args: ["--mount", "--propagation", "private", "sh", "-c", script, manager.socket, ...client],
    env: environmentOf(way),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What the program has said when the manager has ended, and that it is there still. */
async function shutDown(
  manager: Manager,
  way: Way,
  words: readonly string[],
): Promise<Outcome & { readonly signal: Deno.Signal | null }> {
  const child = asSystem(manager, way, words).spawn();
  const [out, err] = [new ProgramOutput(child.stdout), new ProgramOutput(child.stderr)];
  await out.has("command...\n");
  await manager.ended();
  child.kill(WAITS_FOR_ITS_END);
  const { code, signal } = await within(30_000, "The client's end", child.status);
  await Promise.all([out.ended, err.ended]);
  return { code, signal, out: out.text, err: err.text };
}

async function texts(command: Deno.Command): Promise<Outcome> {
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

function isShort(): boolean {
  try {
    return Deno.build.os === "linux" && Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}
