/**
 * Users whom the manager's options let in, over the real socket: what they get, what they are
 * refused, and what the log tells of it. Their clients are run with setpriv(1).
 */
import { encodeRequest, handle } from "../../../core/protocol/mod.ts";
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { randomSource } from "../../daemon/control/random_requests.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { type Manager, type Outcome, PROGRAM, withManager } from "../manager.ts";
import { brokenPacket, soundPacket } from "./fuzz_packets.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("setpriv"), tool("perl")];

/** nobody on Debian; the numbers of groups that need no name. */
const USER = "65534";
const READERS = "7001";
const LOGGERS = "7002";
const POWER = "7003";
const CONTROL = "7004";

const SERVICES = {
  boot: 'type = "internal"\nwaits-for = ["web"]\n',
  web: 'type = "process"\ncommand = ["sh", "-c", "echo $SECRET; exec sleep 1000"]\n' +
    'log-type = "buffer"\nrestart = false\n[environment]\nSECRET = "hunter2"\n',
  idle: 'type = "internal"\n',
};
const GROUPS = [
  ...["--read-group", READERS, "--log-group", LOGGERS],
  ...["--power-group", POWER, "--control-group", CONTROL],
];

/** A command line of `dinit ctl` as a user who is in one more group. */
async function ctlOf(manager: Manager, group: string, ...words: string[]): Promise<Outcome> {
  return await asMember(group, [PROGRAM, "ctl", "-p", manager.socket, ...words]);
}

async function asMember(group: string, command: readonly string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command("setpriv", {
    args: [`--reuid=${USER}`, `--regid=${USER}`, `--groups=${group}`, "--", ...command],
    ...{ stdin: "null", stdout: "piped", stderr: "piped" } as const,
    cwd: "/",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

function withGroups(args: readonly string[], body: (manager: Manager) => Promise<void>) {
  return withManager({ services: SERVICES, args: ["--system", ...args] }, async (manager) => {
    await Deno.chmod(manager.folder, 0o755);
    await manager.ctlOk("start", "web");
    await body(manager);
  });
}

/** What there is to change. */
async function stateOf(manager: Manager): Promise<readonly string[]> {
  const environment = await manager.ctlOk("list");
  const processes = await manager.servicePid("web");
  return [environment, String(processes), await manager.ctlOk("catlog", "web")];
}

testNeeding(
  "a member of the read group looks at services, and orders nothing",
  NEEDS,
  () =>
    withGroups(GROUPS, async (manager) => {
      const ctl = (...words: string[]) => ctlOf(manager, READERS, ...words);
      const before = await stateOf(manager);
      const listed = await ctl("list");
      assertEquals([listed.code, listed.err], [0, ""]);
      assertIncludes(listed.out, "web");
      for (
        const words of [
          ...[["status", "web"], ["is-started", "web"], ["tree", "boot"], ["blame"], ["timers"]],
          ...[["top", "--once"], ["metrics"], ["is-enabled", "web"], ["show", "web"]],
          ...[["wait", "web"], ["status", "--json", "web"], ["list", "--json"]],
        ]
      ) {
        const { code, err, out } = await ctl(...words);
        assert(words[0] === "is-enabled" || code === 0, `${words.join(" ")}: ${err}`);
        assert(!out.includes("hunter2") && !err.includes("not allowed"), `${out}${err}`);
      }
      for (
        const words of [
          ...[["start", "web"], ["stop", "web"], ["restart", "web"], ["release", "web"]],
          ...[["start", "idle"], ["unpin", "web"], ["unload", "web"], ["reload", "web"]],
          ...[["trigger", "web"], ["signal", "KILL", "web"], ["catlog", "web"]],
          ...[["catlog", "--clear", "web"], ["setenv", "A=1"], ["unsetenv", "A"], ["shutdown"]],
          ...[["reexec"], ["reexec", "/tmp/mine"], ["add-dep", "need", "boot", "web"]],
          ...[["rm-dep", "waits-for", "boot", "web"], ["plan", "stop", "web"], ["report"]],
          ...[["refresh", "web"], ["enable", "web"], ["logs", "web"]],
        ]
      ) {
        const { code, out, err } = await ctl(...words);
        assertEquals([code, out], [1, ""], words.join(" "));
        assertIncludes(err, "not allowed: this needs the right to ");
        assertIncludes(err, "root and the manager's user");
      }
      assertEquals(await stateOf(manager), before);
      assertMatch(
        manager.log(),
        /Refused an order by user 65534 \(process \d+, "dinit"\): start "web"/,
      );
    }),
);

testNeeding(
  "members of the other groups do what these may do, and strangers nothing",
  NEEDS,
  () =>
    withGroups(GROUPS, async (manager) => {
      assertEquals((await Deno.stat(manager.socket)).mode! & 0o7777, 0o1666);
      const log = await ctlOf(manager, LOGGERS, "catlog", "web");
      assertEquals([log.code, log.out], [0, "hunter2\n"]);
      assertEquals((await ctlOf(manager, LOGGERS, "stop", "web")).code, 1);

      const stopped = await ctlOf(manager, CONTROL, "stop", "web");
      assertEquals([stopped.code, stopped.err], [0, ""]);
      assertEquals((await ctlOf(manager, CONTROL, "start", "web")).code, 0);
      assertEquals((await ctlOf(manager, CONTROL, "setenv", "LD_PRELOAD=/tmp/x")).code, 1);
      assertEquals((await ctlOf(manager, CONTROL, "reexec", "/tmp/x")).code, 1);
      assertMatch(manager.log(), /Order by user 65534 \(process \d+, "dinit"\): stop "web"/);

      const stranger = await ctlOf(manager, "7999", "list");
      assertEquals([stranger.code, stranger.out], [1, ""]);
      assertIncludes(manager.log(), "members of the groups that are let in");

      assertEquals((await ctlOf(manager, POWER, "stop", "web")).code, 1);
      const ended = await ctlOf(manager, POWER, "shutdown");
      assertEquals([ended.code, ended.err], [0, ""]);
      await manager.ended();
      assertMatch(manager.log(), /Order by user 65534 \(process \d+, "dinit"\): shutdown /);
    }),
);

testNeeding(
  "one group gets the socket's file, and the kernel keeps all others out",
  NEEDS,
  () =>
    withGroups(["--read-group", READERS], async (manager) => {
      const { mode, gid } = await Deno.stat(manager.socket);
      assertEquals([(mode ?? 0) & 0o7777, gid], [0o1660, Number(READERS)]);
      assertEquals((await ctlOf(manager, READERS, "is-started", "web")).out, "STARTED\n");
      assertIncludes((await ctlOf(manager, CONTROL, "list")).err, "Permission denied");
      // Rights outlive an upgrade in place, with the connections.
      await manager.ctlOk("reexec");
      assertEquals((await ctlOf(manager, READERS, "is-started", "web")).out, "STARTED\n");
      assertEquals((await ctlOf(manager, READERS, "stop", "web")).code, 1);
    }),
);

testNeeding(
  "orders of root are told with who gave them, and values are not",
  [surroundings("root", Deno.uid() === 0)],
  () =>
    withGroups([], async (manager) => {
      await manager.ctlOk("stop", "web");
      await manager.ctlOk("setenv", "TOKEN=hunter3");
      assertMatch(manager.log(), /Order by user 0 \(process \d+, "dinit"\): stop "web"/);
      assertMatch(manager.log(), /Order by user 0 \(process \d+, "dinit"\): setenv "TOKEN"/);
      assert(!manager.log().includes("hunter3"));
    }),
);

const THROW = new URL("../programs/throw_packets.pl", import.meta.url);
const PACKETS = 20_000;

testNeeding(
  `${PACKETS} packets of a reader change nothing`,
  NEEDS,
  () =>
    withGroups(["--read-group", READERS], async (manager) => {
      const random = randomSource(Number(Deno.env.get("FUZZ_SEED") ?? 1));
      const hex = (bytes: Uint8Array) =>
        [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      const finds = ["web", "boot", "a", "b"].map((name) => encodeRequest({ kind: "find", name }));
      const pieces = Array.from({ length: PACKETS }, (_, index) => {
        if (index % 50 === 0) return finds.map(hex);
        if (index % 97 === 0) return [hex(encodeRequest({ kind: "shutdown", type: "halt" }))];
        if (index % 89 === 0) {
          const pid = { kind: "signal", signal: 9, handle: handle(0) } as const;
          return [hex(encodeRequest(pid))];
        }
        const bytes = random(5) === 0 ? brokenPacket(random) : soundPacket(random);
        // Some come in two pieces.
        const at = random(4) === 0 ? random(bytes.length) : 0;
        return [hex(bytes.subarray(0, at)), hex(bytes.subarray(at))].filter((part) => part !== "");
      }).flat();
      const before = await stateOf(manager);
      const thrower = new Deno.Command("setpriv", {
        args: [
          ...[`--reuid=${USER}`, `--regid=${USER}`, `--groups=${READERS}`, "--"],
          ...["perl", "-e", Deno.readTextFileSync(THROW), manager.socket],
        ],
        ...{ stdin: "piped", stdout: "piped", cwd: "/" } as const,
      }).spawn();
      const writer = thrower.stdin.getWriter();
      await writer.write(new TextEncoder().encode(pieces.join("\n")));
      await writer.close();
      const { stdout } = await within(120_000, "the packets", thrower.output());
      assertEquals(new TextDecoder().decode(stdout), `thrown ${pieces.length}\n`);
      await until("the connections are closed", async () =>
        (await manager.ctl("is-started", "boot")).out === "STARTED\n");
      assertEquals(await stateOf(manager), before);
      assert(!manager.log().includes("Internal error"), manager.log());
      assert(!manager.log().includes("Order by user 65534"), manager.log());
    }),
);
