/**
 * Clients that are only a pipe: what they print, how they end and what happens in the manager is
 * what the client's own program gives, to the byte.
 */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, type Outcome, PROGRAM, withManager } from "../manager.ts";
import { ProgramOutput } from "../program_output.ts";
import { assertSame, call, commandOf, environmentOf, settled } from "./both_ways.ts";

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "internal"\nwaits-for = ["web", "talker"]\nwaits-for-d = ["links"]\n',
  other: 'type = "internal"\n',
  web: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\ndepends-on = ["db"]\n',
  db: 'type = "internal"\n',
  talker: 'type = "process"\nready-notification = "pipefd:3"\nlog-type = "buffer"\n' +
    'command = ["/bin/sh", "-c", "printf \'one\\\\ntwo\\\\033[2Jx\\\\nlast\'; echo >&3; exec sleep 1000"]\n',
  failing: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exit 3"]\n',
  missing: 'type = "process"\ncommand = ["/no/such/program"]\n',
  needy: 'type = "internal"\ndepends-on = ["failing"]\n',
  broken: 'type = "proces"\n',
  dangling: 'type = "internal"\ndepends-on = ["nowhere"]\n',
  gate: 'type = "triggered"\n',
  pulse: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
  never: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nready-notification = "pipefd:3"\n',
  odd: 'type = "internal"\n',
};

/** What changes nothing: asked on terminals, too. */
const QUESTIONS: readonly (readonly string[])[] = [
  ...[["list"], ["list", "--json"], ["list", "w*", "db"], ["list", "nope*"], ["list", "web", "no"]],
  ...[["list", "--failed"], ["list", "--failed", "--json"], ["--quiet", "list"]],
  ...[["status", "boot"], ["status", "boot", "web", "talker", "failing"], ["status", "*"]],
  ...[["status", "--json", "boot"], ["status", "--json", "*"], ["status", "nope"]],
  ...[["status", "nope", "web"], ["status", "-n", "2", "talker"], ["status", "-n", "0", "talker"]],
  ...[["status", "--json", "-n", "9", "talker"], ["status", "nope*"], ["status", ".x"]],
  ...[["is-started", "boot"], ["is-started", "nope"], ["--quiet", "is-started", "boot"]],
  ...[["is-started", "b*"], ["is-failed", "failing"], ["is-failed", "boot"], ["is-failed", "@x"]],
  ...[["plan", "stop", "db", "--force"], ["plan", "--json", "restart", "boot"], ["plan", "start"]],
  ...[["plan", "stop", "db"], ["plan", "start", "broken,", "shutdown"], ["plan", "strat", "web"]],
  ...[["catlog", "talker"], ["catlog", "web"], ["catlog", "db"], ["catlog", "nope"]],
  ...[["logs", "talker"], ["logs", "-n", "1", "talker"], ["logs", "web"], ["logs", "nope"]],
  ...[["tree"], ["tree", "boot"], ["tree", "--json"], ["tree", "nope"], ["tree", "needy", "web"]],
  ...[["tree", "--reverse", "db"], ["list-dependencies", "web"], ["is-enabled", "web"], [
    "cat",
    "x",
  ]],
  ...[["cat", "web", "db"], ["show", "web"], ["show", "db", "-P", "state"], [
    "show",
    "db",
    "-P",
    "x",
  ]],
  ...[["critical-path", "nope"], ["is-enabled", "nope"], ["top", "--sort", "x"]],
  ...[["signal", "-l"], ["signal", "nope", "web"], ["signal", "0", "web"], ["signal", "0", "db"]],
  ...[["signal", "0", "nope"], ["signal", "999", "web"]],
  ...[["--help"], ["help"], ["help", "start"], ["start", "--help"], ["--version"], ["help", "x"]],
  ...[[], ["strat", "web"], ["start"], ["list", "--jsn"], ["--json", "list"], [""], ["list", ""]],
  ...[["start", "--force", "x"], ["wait", "web", "--timeout", "x"], ["status", "-n", "x", "web"]],
  ...[["-u", "list", "w*"], ["--user", "is-started", "web"], ["-s", "is-failed", "web"]],
  ...[["--system", "list", "db"], ["--quiet", "is-failed", "boot"], ["--quiet", "status", "db"]],
  ...[["list", "--json", "w*"], ["list", "--failed", "f*"], ["list", "--json", "nope*"]],
  ...[["status", "--lines", "1", "talker"], ["logs", "--lines", "2", "talker"]],
  ...[["tree", "--json", "web"], ["tree", "--json", "nope"], ["signal", "--list"]],
  ...[["wait", "--state", "gone", "web"], ["wait", "--state", "started", "web"]],
  ...[["list", "--pin"], ["-h"], ["list", "-h"], ["list", "--version"], ["logs", "--clear"]],
];

/** In this order, from the same state on. */
const ORDERS: readonly (readonly string[])[] = [
  ...[["start", "web"], ["start", "nope"], ["start", "bot"], ["start", "broken"], [
    "start",
    "dangling",
  ]],
  ...[["start", "failing"], ["status", "failing"], ["start", "missing"], ["status", "missing"]],
  ...[["start", "needy"], ["status", "needy"], ["is-failed", "needy"], [
    "start",
    "other",
    "failing",
  ]],
  ...[["start", "other", "web", "nope"], ["--quiet", "start", "other"], ["start", "w*"]],
  ...[["start", "--pin", "web"], ["stop", "web"], ["status", "web"], ["unpin", "web"], [
    "unpin",
    "nope",
  ]],
  ...[["stop", "web"], ["wake", "web"], ["wake", "web"], ["wake", "other"], ["wake", "failing"]],
  ...[["stop", "db"], ["restart", "db"], ["restart", "--force", "db"], ["stop", "--force", "db"]],
  ...[["restart", "web"], ["restart", "--ignore-unstarted", "web"], ["start", "web"], [
    "restart",
    "web",
  ]],
  ...[["release", "web"], ["release", "other"], ["release", "--ignore-unstarted", "nope"]],
  ...[["stop", "--no-wait", "talker"], ["wait", "--state", "stopped", "talker"], [
    "start",
    "talker",
  ]],
  ...[["start", "--no-wait", "talker", "other"], ["wait", "talker"], ["wait", "nope"]],
  ...[["wait", "--timeout", "50ms", "gate"], ["wait", "--state", "stopped", "nope"], [
    "wait",
    "g*",
  ]],
  ...[["trigger", "gate"], ["start", "gate"], ["untrigger", "gate"], ["trigger", "db"]],
  ...[["trigger", "gate", "nope"], ["stop", "gate"], ["reload", "other"], ["reload", "nope"]],
  ...[["reload", "broken"], ["stop", "other"], ["unload", "other"], ["unload", "boot"], [
    "unload",
    "nope",
  ]],
  ...[["add-dep", "need", "gate", "db"], ["add-dep", "waits-for", "boot", "gate"], [
    "tree",
    "--json",
  ]],
  ...[["add-dep", "need", "db", "gate"], ["add-dep", "nede", "a", "b"], [
    "add-dep",
    "need",
    "db",
    "db",
  ]],
  ...[["add-dep", "need", "nope", "db"], ["rm-dep", "need", "gate", "db"], [
    "rm-dep",
    "need",
    "gate",
    "db",
  ]],
  ...[["setenv", "A=1", "B="], ["setenv", "=x"], ["setenv", `A=${"x".repeat(1100)}`]],
  ...[["unsetenv", "A"], ["unsetenv", "A=1"], ["unsetenv", "A", "B", "C"]],
  ...[["catlog", "--clear", "talker"], ["catlog", "talker"], ["logs", "--clear", "talker"]],
  ...[["signal", "CONT", "web"], ["signal", "SIGcont", "web"], ["signal", "CONT", "db"]],
  ...[["start", "odd@a b"], ["start", "odd@[x]"], ["status", "odd@[x]"], ["stop", "odd@*"], [
    "list",
  ]],
  ...[["start", "web"], ["stop", "--pin", "web"], ["start", "web"], ["unpin", "web"]],
  ...[["start", "web"], ["restart", "--no-wait", "web"], ["wait", "--timeout", "30s", "web"]],
  ...[["stop", "-f", "db"], ["stop", "--ignore-unstarted", "db", "nope"]],
  ...[["wake", "--pin", "web"], ["stop", "web"], ["unpin", "web"], ["wake", "--no-wait", "web"]],
  ...[["start", "web"], ["restart", "-f", "db"], ["start", "other"], ["release", "--pin", "other"]],
  ...[["unpin", "other"], ["start", "other"], ["release", "--no-wait", "other"]],
  ...[["wait", "--timeout", "30s", "--state", "stopped", "other"], ["--quiet", "restart", "web"]],
  ...[["--quiet", "signal", "CONT", "web"], ["--quiet", "setenv", "B=2"]],
  ...[["--quiet", "add-dep", "milestone", "gate", "db"], [
    "--quiet",
    "rm-dep",
    "milestone",
    "gate",
    "db",
  ]],
  ...[["add-dep", "regular", "gate", "db"], ["rm-dep", "depends-on", "gate", "db"]],
  ...[["logs", "--clear", "-n", "1", "talker"], ["start", "odd@ä\u{1f600}"], ["status", "odd@*"], [
    "stop",
    "odd@\x1b[2J",
  ]],
];

/** They end with the stop of `talker`. */
const ORDERS_WITH_EVENTS: readonly (readonly string[])[] = [
  ...[["start", "needy"], ["start", "other"], ["restart", "web"], ["stop", "--force", "db"]],
  ...[["start", "web"], ["release", "web"], ["trigger", "gate"], ["start", "gate"], [
    "stop",
    "gate",
  ]],
  ...[["wake", "web"], ["stop", "other"], ["stop", "talker"]],
];

const NEEDS = [
  surroundings("an executable whose entry is a client (npm run build, Linux)", isShort()),
  tool("script"),
  tool("bash"),
];

async function withTwo(body: (managers: readonly [Manager, Manager]) => Promise<void>) {
  await withManager(
    { services: SERVICES },
    (short) =>
      withManager({ services: SERVICES }, async (full) => {
        for (const { folder } of [short, full]) await Deno.mkdir(`${folder}/services/links`);
        for (const manager of [short, full]) {
          await manager.ctlOk("start", "boot", "web", "talker", "pulse");
          // One that has failed, and one in two forms of letters.
          await manager.ctl("start", "failing");
        }
        await body([short, full]);
      }),
  );
}

testNeeding(
  "every question has the same answer both ways",
  NEEDS,
  () =>
    withTwo(async (managers) => {
      for (const words of QUESTIONS) await assertSame(managers, words);
    }),
);

testNeeding(
  "every question has the same answer both ways on terminals",
  NEEDS,
  () =>
    withTwo(async (managers) => {
      for (const words of QUESTIONS) await assertSame(managers, words, { columns: 80 });
      const shown = [["list"], ["status", "*"], ["tree"], ["catlog", "talker"], ["--help"]];
      const kinds = [{ NO_COLOR: "1" }, { NO_COLOR: "" }, { TERM: "dumb" }];
      for (const words of shown) {
        for (const columns of [20, 200]) await assertSame(managers, words, { columns });
        for (const variables of kinds) {
          await assertSame(managers, words, { columns: 80, variables });
        }
      }
    }),
);

testNeeding(
  "every order does and tells the same both ways",
  NEEDS,
  () =>
    withTwo(async (managers) => {
      for (const words of ORDERS) await assertSame(managers, words);
      await assertSame(managers, ["status", "*"]);
    }),
);

testNeeding("others see the same events both ways", NEEDS, () =>
  withTwo(async (managers) => {
    for (const manager of managers) await manager.ctlOk("reload", "needy", "gate", "other");
    const watches = await Promise.all(managers.map(watch));
    for (const words of ORDERS_WITH_EVENTS) await assertSame(managers, words);
    const seen = await Promise.all(watches.map((events) => events.until(/talker stopped/)));
    assertEquals(seen[0], seen[1]);
  }));

testNeeding(
  "the programs that shut down are the same both ways",
  NEEDS,
  () =>
    withTwo(async ([short, full]) => {
      for (const words of [["shutdown", "pwoeroff"], ["shutdown"]]) {
        await assertSame([short, full], words);
      }
      for (const manager of [short, full]) {
        await manager.ended();
      }
      // Without a manager both are the client's own program, which says why.
      const alone = settled(await call(short, "any", ["list"]), short);
      assertEquals(alone, settled(await call(full, "full", ["list"]), full));
      assertIncludes(alone.err, "is it running?");
    }),
);

testNeeding(
  "what is not done inside the manager is done by the client's own program",
  NEEDS,
  () =>
    withTwo(async ([manager]) => {
      const lines = [
        ...[["enable", "other"], ["disable", "other"], ["list", "--all"], ["setenv", "HOME"]],
        ["--other-user", "list"],
      ];
      for (const words of lines) {
        const { code, err } = await call(manager, "short", words);
        assert(code !== 0 && err.includes("ulimit"), `dinitctl ${words.join(" ")}: ${code} ${err}`);
        const done = await call(manager, "any", words, { variables: { HOME: "/somewhere" } });
        assertEquals([done.code, done.err], [0, ""], words.join(" "));
      }
      // Another zone's time of day.
      const zone = { variables: { TZ: "Asia/Tokyo" } };
      const [any, full] = [
        await call(manager, "any", ["status", "boot"], zone),
        await call(manager, "full", ["status", "boot"], zone),
      ];
      const withoutAge = (text: string) => text.replace(/\(.* ago\)|\(just now\)/, "");
      assertEquals(withoutAge(any.out), withoutAge(full.out));
      assertEquals((await call(manager, "short", ["status", "--json", "boot"], zone)).code, 0);
    }),
);

testNeeding(
  "the manager's sudden end means the same to those who wait",
  NEEDS,
  () =>
    withTwo(async (managers) => {
      for (const manager of managers) await manager.ctlOk("stop", "pulse");
      const lines = [["start", "never"], ["start", "never", "pulse"], ["wait", "gate"]];
      const waiting: Waiter[] = [];
      for (const words of lines) {
        for (const [index, manager] of managers.entries()) {
          const waiter = startWaiter(manager, index === 0 ? "short" : "full", words);
          waiting.push(waiter);
          // All has been answered once the last is done.
          if (words.includes("pulse")) await waiter.out.has("pulse");
          else while (!isKnown(await manager.ctl("status", words[1] ?? "")));
        }
      }
      for (const manager of managers) manager.signal("SIGKILL");
      const ends = await Promise.all(waiting.map(ended));
      for (let at = 0; at < ends.length; at += 2) {
        assertEquals(ends[at], ends[at + 1], waiting[at]?.words.join(" "));
        assertEquals(ends[at]?.code, 1);
      }
    }),
);

testNeeding(
  "a manager that stands still means the same to those who ask, and to those who wait",
  NEEDS,
  () =>
    withTwo(async (managers) => {
      const ways = ["short", "full"] as const;
      const waiting = ways.map((way, index) =>
        startWaiter(managers[index] as Manager, way, ["start", "never"])
      );
      for (const manager of managers) while (!isKnown(await manager.ctl("status", "never")));
      for (const manager of managers) manager.signal("SIGSTOP");
      const asked = await Promise.all(ways.map((way, index) => {
        const manager = managers[index] as Manager;
        return call(manager, way, ["is-started", "boot"]);
      }));
      assertEquals(asked[0], asked[1]);
      assertEquals([asked[0]?.code, asked[0]?.out], [1, ""]);
      assertIncludes(asked[0]?.err ?? "", "the manager has not answered within 60 s.");
      for (const manager of managers) {
        manager.signal("SIGCONT");
        // They have waited as long, and wait still.
        await manager.ctlOk("stop", "never");
      }
      const ends = await Promise.all(waiting.map(ended));
      assertEquals(ends[0], ends[1]);
      assertIncludes(ends[0]?.out ?? "", "'never'");
    }),
);

testNeeding(
  "a client that is killed while it waits leaves what it ordered, and nothing else",
  NEEDS,
  () =>
    withTwo(async ([manager]) => {
      const [program = "", ...args] = commandOf("short", ["-p", manager.socket, "start", "never"]);
      const child = new Deno.Command(program, { args, env: environmentOf("short") }).spawn();
      while (!isKnown(await manager.ctl("status", "never")));
      child.kill("SIGINT");
      assertEquals((await child.status).signal, "SIGINT");
      const status = await manager.ctlOk("status", "never");
      assertIncludes(status, "State: STARTING");
      assertIncludes(status, "Activation: explicitly started");
      await within(
        30_000,
        "The connection's end",
        (async () => {
          // Each question is a turn of the manager.
          while (connectionCount(manager) > 0) await manager.ctlOk("is-started", "boot");
        })(),
      );
      // Nothing holds the service any more: it can be unloaded once it is down.
      await manager.ctlOk("signal", "KILL", "never");
      await manager.ctlOk("wait", "--state", "stopped", "never");
      await manager.ctlOk("unload", "never");
    }),
);

testNeeding("lost output and a slow reader mean the same both ways", NEEDS, async () => {
  const many: Record<string, string> = { boot: 'type = "internal"\nwaits-for-d = ["many"]\n' };
  for (let index = 0; index < 1500; index++) {
    many[`a-service-of-many-${index}`] = 'type = "internal"\n';
  }
  await withManager({ services: many, start: ["boot"] }, async (manager) => {
    await Deno.mkdir(`${manager.folder}/services/many`);
    for (const name of Object.keys(many)) {
      if (name !== "boot") await Deno.writeTextFile(`${manager.folder}/services/many/${name}`, "");
    }
    await manager.ctlOk("reload", "boot");
    for (const words of [["list"], ["list", "--json"], ["status", "--json", "*1*"]]) {
      const [program = "", ...args] = commandOf("short", ["-p", manager.socket, ...words]);
      const slow = new Deno.Command("/bin/sh", {
        args: ["-c", '"$@" | { dd bs=1000 count=3 2>/dev/null; cat; }', "sh", program, ...args],
        env: environmentOf("short"),
      });
      const shortly = settled({ ...await texts(slow), code: 0 }, manager);
      assertEquals(shortly, settled(await call(manager, "full", words), manager));
      const lost = (way: "short" | "full") =>
        texts(
          new Deno.Command("/bin/sh", {
            args: [
              "-c",
              '"$@" >/dev/full',
              "sh",
              ...commandOf(way, ["-p", manager.socket, ...words]),
            ],
            env: environmentOf(way),
          }),
        );
      const ends = { short: await lost("short"), full: await lost("full") };
      assertEquals(ends.short, ends.full);
      assertIncludes(ends.short.err, "Cannot write to standard output: no space left on device");
    }
  });
});

async function texts(command: Deno.Command) {
  const { code, stdout, stderr } = await command.output();
  return {
    code,
    out: new TextDecoder().decode(stdout),
    err: new TextDecoder().decode(stderr),
  };
}

/** Ends of connections at the manager's path. Source: proc(5), net/unix: state 03 is connected. */
function connectionCount({ socket }: Manager): number {
  const connected = new RegExp(` 0001 03 +[0-9]+ ${socket}$`, "gm");
  return (Deno.readTextFileSync("/proc/net/unix").match(connected) ?? []).length;
}

/** The lines of `dinitctl watch`, without their time. */
async function watch(manager: Manager) {
  const child = new Deno.Command(PROGRAM, {
    args: ["ctl", "-p", manager.socket, "watch"],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const output = new ProgramOutput(child.stdout);
  // It watches what is loaded by now: its first line comes of an event after that.
  while (output.text === "") await manager.ctlOk("restart", "pulse");
  return {
    until: async (pattern: RegExp) => {
      await output.has(pattern);
      child.kill("SIGTERM");
      await child.status;
      await output.ended;
      // How often that was restarted until the watch was there is chance.
      return output.text.split("\n").map((line) => line.slice("00:00:00 ".length))
        .filter((line) => !line.startsWith("pulse "));
    },
  };
}

function isShort(): boolean {
  try {
    return Deno.build.os === "linux" && Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}

/** A client that waits. */
interface Waiter {
  readonly words: readonly string[];
  readonly manager: Manager;
  readonly child: Deno.ChildProcess;
  readonly out: ProgramOutput;
  readonly err: ProgramOutput;
}

function startWaiter(manager: Manager, way: "short" | "full", words: readonly string[]): Waiter {
  const [program = "", ...args] = commandOf(way, ["-p", manager.socket, ...words]);
  const env = environmentOf(way);
  const child = new Deno.Command(program, { args, env, stdout: "piped", stderr: "piped" }).spawn();
  const [out, err] = [new ProgramOutput(child.stdout), new ProgramOutput(child.stderr)];
  return { words, manager, child, out, err };
}

/** What it has told when it ends. */
async function ended({ manager, child, out, err }: Waiter): Promise<Outcome> {
  const { code } = await within(30_000, "The client's end", child.status);
  await Promise.all([out.ended, err.ended]);
  return settled({ code, out: out.text, err: err.text }, manager);
}

/** By its status: it was loaded, and an order was given where there is one. */
function isKnown({ code, out }: Outcome): boolean {
  return code === 0 && (out.includes("Service: gate") || out.includes("STARTING"));
}
