/**
 * Sockets that root makes in a folder of user nobody, while that user exchanges whatever lies at
 * the path for a link to a file of root's, or for another socket of root's.
 */
import { bsdSystem } from "../../../../platform/bsd/system.ts";
import type { Platform } from "../../../../platform/mod.ts";
import { within } from "../../../../tools/limit.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { LINUX_BY_NUMBER, NEEDS_LINUX } from "../linux_forms.ts";
import { platform } from "../../linux/children.ts";

const NOBODY = 65534;
/**
 * When mode and owner were set by path, the first of these attacks was won within 500 to 9,000
 * rounds.
 */
const ROUNDS = 5000;

/** Puts a link where the socket is, time and again. */
const LINKS = `
for (;;) {
  if (rename "s", "taken") { symlink "../precious", "s" }
  unlink "s" if -l "s";
}
`;

/** Puts the other socket there. */
const OTHER_SOCKET = `
for (;;) {
  if (rename "s", "taken") { rename "private", "s"; rename "s", "private" }
}
`;

type Listening = Pick<Platform, "listenUnix" | "close">;

function asBsd(): Listening {
  return bsdSystem(LINUX_BY_NUMBER).platform;
}

/** In the order of capabilities(7). */
const CAP_NET_ADMIN = 12n;

function hasCapability(number: bigint): boolean {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    const set = BigInt(`0x${/CapEff:\s*([0-9a-f]+)/.exec(status)?.[1] ?? "0"}`);
    return (set >> number & 1n) === 1n;
  } catch {
    return false;
  }
}

const SYSTEMS: readonly (readonly [string, () => Listening])[] = [
  ["Linux", () => platform],
  ["BSD on Linux", asBsd],
];
const NEEDS = [...NEEDS_LINUX, surroundings("root", Deno.uid() === 0), tool("perl")];

for (const [name, open] of SYSTEMS) {
  testNeeding(
    `${name}: a link in a socket's place gets neither mode nor owner`,
    NEEDS,
    () =>
      withAttacker(LINKS, async (folder) => {
        const precious = `${folder}/precious`;
        await Deno.writeTextFile(precious, "root's", { mode: 0o600 });
        return () => attack(open(), folder, () => isChanged(precious));
      }),
  );
}

testNeeding(
  "Linux: another socket in a socket's place does not get its owner",
  [...NEEDS, surroundings("CAP_NET_ADMIN", hasCapability(CAP_NET_ADMIN))],
  () =>
    withAttacker(OTHER_SOCKET, (folder) => {
      const path = `${folder}/open/private`;
      const options = { mode: 0o600, uid: undefined, gid: undefined, backlog: 8 };
      const other = platform.listenUnix(path, options);
      assert(other.kind === "socket");
      return Promise.resolve(() => {
        attack(platform, folder, () => isChanged(path) || isChanged(`${folder}/open/s`));
        platform.close(other.fd);
      });
    }),
);

/** Whether what root keeps to itself is another's now; sockets for everybody are not meant. */
function isChanged(path: string): boolean {
  try {
    const { mode, uid, isSymlink, isSocket } = Deno.lstatSync(path);
    const permissions = (mode ?? 0) & 0o777;
    if (isSymlink || (isSocket && permissions === 0o666)) return false;
    return uid !== 0 || permissions !== 0o600;
  } catch {
    return false;
  }
}

function attack(system: Listening, folder: string, isWon: () => boolean): void {
  let made = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const socket = system.listenUnix(`${folder}/open/s`, {
      mode: 0o666,
      uid: NOBODY,
      gid: NOBODY,
      backlog: 8,
    });
    assert(!isWon(), `won in round ${round}, after ${made} sockets`);
    if (socket.kind !== "socket") continue;
    made++;
    system.close(socket.fd);
  }
  assert(made > 0, "no socket came to be");
}

/** Prepares a folder in which `open` is nobody's, and attacks while the body's result runs. */
async function withAttacker(
  script: string,
  prepare: (folder: string) => Promise<() => void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-hostile-" });
  await Deno.chmod(folder, 0o755);
  await Deno.mkdir(`${folder}/open`);
  await Deno.chown(`${folder}/open`, NOBODY, NOBODY);
  const run = await prepare(folder);
  const attacker = new Deno.Command("perl", {
    args: ["-e", `chdir $ARGV[0] or die; $| = 1; print "ready\\n";${script}`, `${folder}/open`],
    uid: NOBODY,
    gid: NOBODY,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  try {
    const reader = attacker.stdout.getReader();
    const { value } = await within(10_000, "the attacker's start", reader.read());
    assertEquals(new TextDecoder().decode(value), "ready\n");
    await reader.cancel();
    run();
  } finally {
    attacker.kill("SIGKILL");
    await attacker.status;
    await Deno.remove(folder, { recursive: true });
  }
}
