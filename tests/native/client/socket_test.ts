import { openSession } from "../../../ctl/connection/connect.ts";
import { runShutdown } from "../../../ctl/shutdown/run_shutdown.ts";
import { ClientError } from "../../../ctl/interface/client_error.ts";
import { parseCommandLine } from "../../../ctl/words/command_line.ts";
import { namedProgram } from "../../../core/program/program_names.ts";
import {
  entryStack,
  go,
  label,
  never,
  type Program,
  system,
  variable,
} from "../../../native/forms.ts";
import { findSocket } from "../../../native/programs/client/find_socket.ts";
import {
  ADDRESS,
  CLIENT_FRAME_BYTES,
  CLIENT_VARIABLES,
  cursor,
} from "../../../native/programs/client/memory.ts";
import { recognise, recogniseData } from "../../../native/programs/client/recognise.ts";
import { appendRoutine, lookUpRoutine } from "../../../native/programs/client/texts.ts";
import { Texts } from "../../../native/texts.ts";
import { assertEquals } from "../../assert.ts";
import { FakeIo } from "../../ctl/fake_io.ts";
import { withFolder } from "../../folder.ts";
import * as fc from "../../property.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { LONG_WAY, needsOf, PARTS, PROCESSORS, Runner } from "./running.ts";

/** Writes the address that it finds, and ends with 0. */
function finder(): Program {
  const stack = variable("stack");
  const texts = new Texts();
  const longWay = "long way";
  return {
    name: "finder",
    variables: [...CLIENT_VARIABLES, stack],
    frameBytes: CLIENT_FRAME_BYTES,
    body: [
      entryStack(stack),
      ...recognise(stack, longWay),
      ...findSocket(texts, longWay),
      system("write", [1, ADDRESS, cursor]),
      system("exit_group", [0]),
      label(longWay),
      system("exit_group", [LONG_WAY]),
      never,
      ...lookUpRoutine(),
      ...appendRoutine(go(longWay)),
      ...recogniseData(PARTS),
      ...texts.forms(),
    ],
  };
}

interface Case {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: number;
}

/** Path in an address, or "long way". */
async function found(runner: Runner, start: Case): Promise<string> {
  const { code, stdout } = await runner.command(start).output();
  if (code === LONG_WAY) return "long way";
  assertEquals([code, [...stdout.subarray(0, 2)], stdout.at(-1)], [0, [1, 0], 0]);
  return new TextDecoder().decode(stdout.subarray(2, -1));
}

/** What the full client connects to; undefined: nothing, because it has something to say before. */
function connectedByFullClient({ words, env, user }: Case): string | "manager" | undefined {
  const program = namedProgram(words);
  if (program === undefined) return "manager";
  const io = new FakeIo({ env, userId: user, home: "/from/database", programName: program.name });
  if (program.personality === "shutdown") {
    runShutdown(program.args, io);
    return io.connected[0];
  }
  if (program.personality !== "ctl") return "manager";
  const parsed = parseCommandLine(program.args);
  if (parsed.kind !== "run") return undefined;
  try {
    openSession(parsed.options, io);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
  }
  return io.connected[0];
}

const ROOT = 0;
const NOBODY = 65534;
const PATHS = ["a", "/run/x", "/tmp/", "-s", "--user", "", "@abstract", "/é", "x".repeat(107)];
const anyPath = fc.oneof(fc.constantFrom(...PATHS), fc.constantFrom("y".repeat(108), "/h/me"));
const anyWord = fc.oneof(
  fc.constantFrom("-p", "--socket-path", "-s", "--system", "-u", "--user", "-su", "-p/x"),
  fc.constantFrom("--services-dir", "-d", "--from", "-n", "--lines", "--timeout", "--state"),
  fc.constantFrom("--use-passed-cfd", "--other-user", "--", "--socket-path=/x", "-", "-r"),
  fc.constantFrom("list", "status", "wait", "logs", "enable", "start", "X", "10", "--json", "-h"),
  anyPath,
);
const anyName = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("dinitctl", "/usr/bin/dinitctl", "dinit") },
  { weight: 2, arbitrary: fc.constantFrom("shutdown", "sbin/reboot", "dinit-halt", "soft-reboot") },
  fc.constantFrom(
    "dinit-check",
    "dinit-monitor",
    "init",
    "dinitctl/",
    "xdinitctl",
    "dinitctlx",
    "",
  ),
);
const anyVariables = fc.record({
  DINIT_SOCKET_PATH: fc.option(anyPath, { nil: undefined }),
  XDG_RUNTIME_DIR: fc.option(anyPath, { nil: undefined }),
  HOME: fc.option(anyPath, { nil: undefined }),
  DINIT_CLIENT: fc.option(fc.constantFrom("full", "", "fullest", "ful"), { nil: undefined }),
  DINIT_SOCKET_PATHS: fc.option(anyPath, { nil: undefined }),
});
const anyCase: fc.Arbitrary<Case> = fc.tuple(
  anyName,
  fc.option(fc.constantFrom("ctl", "check"), { nil: undefined }),
  fc.array(anyWord, { maxLength: 6 }),
  anyVariables,
  fc.constantFrom(ROOT, NOBODY),
).map(([name, subcommand, words, variables, user]) => ({
  words: [name, ...subcommand === undefined ? [] : [subcommand], ...words],
  env: Object.fromEntries(
    Object.entries(variables).filter((each): each is [string, string] => each[1] !== undefined),
  ),
  user,
}));

const RUNS = { x86_64: 300, aarch64: 60 } as const;

for (const processor of PROCESSORS) {
  testNeeding(
    `the client's program on ${processor} finds the full client's socket, or takes the long way`,
    [
      ...needsOf(processor),
      surroundings("root", Deno.uid() === 0),
    ],
    async () => {
      await withFolder(async (folder) => {
        Deno.chmodSync(folder, 0o755);
        const runner = new Runner(folder, processor, finder());
        let served = 0;
        await fc.holdsAsync(anyCase, async (start) => {
          const here = await found(runner, start);
          if (here === "long way") return;
          const there = connectedByFullClient(start);
          served++;
          // A faulty command line may go to any manager: it says what is wrong with it.
          assertEquals(here, there ?? here);
        }, { runs: RUNS[processor] });
        assertEquals(served > RUNS[processor] / 10, true, `Only ${served} were served`);
      });
    },
  );

  testNeeding(`the client's program on ${processor} serves by every name, and nobody else`, [
    ...needsOf(processor),
    surroundings("root", Deno.uid() === 0),
  ], async () => {
    await withFolder(async (folder) => {
      Deno.chmodSync(folder, 0o755);
      const runner = new Runner(folder, processor, finder());
      const env = { XDG_RUNTIME_DIR: "/run/user/7", HOME: "/h/me/" };
      const one = (words: readonly string[], more: Partial<Case> = {}) =>
        found(runner, { words, env, user: NOBODY, ...more });
      const shutdowns = ["shutdown", "halt", "poweroff", "reboot", "soft-reboot"];
      for (const name of shutdowns.flatMap((name) => [name, `/sbin/dinit-${name}`])) {
        assertEquals(await one([name, "-p"]), "/run/dinitctl", name);
        assertEquals(await one([name, "--system"]), "long way", name);
      }
      assertEquals(await one(["dinitctl"]), "/run/user/7/dinitctl");
      assertEquals(await one(["x/dinit", "ctl", "list"]), "/run/user/7/dinitctl");
      assertEquals(await one(["dinitctl"], { env: { HOME: "/h/me/" } }), "/h/me/.dinitctl");
      assertEquals(await one(["dinitctl"], { env: { HOME: "/h/me" } }), "/h/me/.dinitctl");
      assertEquals(await one(["dinitctl"], { user: ROOT }), "/run/dinitctl");
      assertEquals(await one(["dinitctl", "-u"], { user: ROOT }), "/run/user/7/dinitctl");
      assertEquals(await one(["dinitctl", "-s"]), "/run/dinitctl");
      const named = { env: { DINIT_SOCKET_PATH: "s", DINIT_CLIENT: "no" } };
      assertEquals(await one(["dinitctl", "-s"], named), "s");
      assertEquals(await one(["dinitctl", "-p", "q", "-s", "-p", "r"], named), "r");
      const longest = "z".repeat(107);
      assertEquals(await one(["dinitctl", "-p", longest]), longest);
      for (
        const words of [
          ...[["dinit"], ["dinit", "list"], ["dinit", "-s", "ctl"], ["dinit-check", "ctl"], [""]],
          ...[["dinitctl", "-p"], ["dinitctl", "-p", ""], ["dinitctl", "-p", "@name"]],
          ...[["dinitctl", "-p", "é"], ["dinitctl", "-p", `${longest}z`]],
          ...[["dinitctl", "--other-user"], ["dinitctl", "list", "--use-passed-cfd"]],
        ]
      ) {
        assertEquals(await one(words), "long way", JSON.stringify(words));
      }
      assertEquals(await one(["dinitctl"], { env: {} }), "long way");
      assertEquals(await one(["dinitctl"], { env: { ...env, DINIT_CLIENT: "full" } }), "long way");
    });
  });
}
