/**
 * The child launch at work on each processor: random lists, and what it must not do to its caller.
 * FreeBSD's programs run with their calls translated (`freebsd_calls.ts`).
 */
import {
  NATIVE_SYSTEMS,
  type NativeSystem,
  type Processor,
  PROCESSORS,
} from "../../native/conventions.ts";
import { ENTRY_FLAGS } from "../../native/programs/child_list.ts";
import { assertEquals } from "../assert.ts";
import { placeExecutableFile } from "../executable_file.ts";
import { holds } from "../property.ts";
import { surroundings, testNeeding, tool } from "../skip.ts";
import { anyScenario, at, bytesOf, callOf, expected, PIECES } from "./launch_scenarios.ts";
import {
  type Launched,
  launched,
  type Launching,
  launchingProgram,
  NO_CHILD,
} from "./launching_program.ts";
import { commandFor } from "./static_executable.ts";

/** Starting an emulator takes long. */
const RUNS: Readonly<Record<Processor, number>> = { x86_64: 200, aarch64: 60 };
const EINVAL = 22;
const { search, shell, writeOwnPid } = ENTRY_FLAGS;
const SCRIPT = 'echo "$0 $*"; exit 7\n';

/** Runs a list with what is needed for it: a folder, and a directory as standard input. */
function launch(folder: string, launching: Launching): Launched {
  const made = launchingProgram(launching);
  const path = `${folder}/program`;
  // A new file each time: the one before may still be executing in the emulator.
  placeExecutableFile(path, made.file);
  const args = ["-c", 'exec "$@" </', "sh", ...commandFor(launching.processor, path)];
  return launched(made, new Deno.Command("sh", { args }).outputSync());
}

function withScript(action: (folder: string, script: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-native-" });
  try {
    const script = `${folder}/script`;
    placeExecutableFile(script, SCRIPT);
    action(folder, script);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function needs(processor: Processor): Parameters<typeof testNeeding>[1] {
  const isLinux = surroundings("Linux", Deno.build.os === "linux");
  return processor === Deno.build.arch ? [isLinux] : [isLinux, tool(`qemu-${processor}-static`)];
}

/** The emulator gives no child the parent's memory. */
function mayShare(system: NativeSystem, processor: Processor): boolean {
  return system === "linux" && processor === Deno.build.arch;
}

for (const system of NATIVE_SYSTEMS) {
  for (const processor of PROCESSORS) {
    const where = `on ${system}, ${processor}`;
    const target = { system, processor };

    testNeeding(`a list is carried out as its flags say ${where}`, needs(processor), () => {
      withScript((folder, script) => {
        holds(anyScenario(processor), (scenario) => {
          const { steps, shellPath, wantsToShare } = scenario;
          const shares = wantsToShare && mayShare(system, processor);
          const shell = shellPath === "script" ? script : shellPath;
          const pieces = { ...PIECES, script, shell };
          const calls = steps.map(callOf);
          const { answer, output, ...seen } = launch(folder, { ...target, calls, pieces, shares });
          const { written, ending } = expected(scenario, system);
          const pidText = bytesOf(String(answer).padEnd(8, "\0"));
          const wanted = written.flatMap((each) => each === "pid" ? pidText : [each]);
          const always = { isAnswered: true, isCleared: shares };
          if (ending.kind === "shell") {
            assertEquals(seen, { ...always, code: 7, report: undefined });
            assertEquals([...output], [...wanted, ...bytesOf(`${script} word\n`)]);
          } else {
            const { errno, index } = ending;
            assertEquals(seen, { ...always, code: 127, report: { errno, index } });
            assertEquals([...output], wanted);
          }
        }, { runs: RUNS[processor] });
      });
    });

    testNeeding(`a program gets its words and environment ${where}`, needs(processor), () => {
      withScript((folder) => {
        const args = [at("/usr/bin/env"), { data: "words", offset: 8 }, at("environment")];
        const execve = { call: "execve", args, flags: search | shell };
        const missing = { ...execve, args: [at("/nowhere"), ...args.slice(1)] };
        const pieces = { ...PIECES, "/usr/bin/env": "/usr/bin/env", word: "B=2" };
        const { code, output, report } = launch(folder, {
          ...{ ...target, pieces, calls: [missing, execve] },
        });
        assertEquals([code, report], [0, undefined]);
        assertEquals([...output], bytesOf("A=1\nB=2\n"));
      });
    });
  }
}

for (const processor of PROCESSORS) {
  const pid = { call: 0, args: [at("pid")], flags: writeOwnPid };
  const show = { call: "write", args: [1, at("pid"), 8], flags: 0 };
  const freebsd = { system: "freebsd", processor, pieces: PIECES } as const;

  testNeeding(`each PID is written as its digits on ${processor}`, needs(processor), () => {
    withScript((folder) => {
      for (const getpid of [1, 9, 10, 99999, 4194303]) {
        const { output } = launch(folder, { ...freebsd, calls: [pid, show], answers: { getpid } });
        assertEquals([...output], bytesOf(String(getpid).padEnd(8, "\0")));
      }
    });
  });

  testNeeding(`the launch answers why there is no child on ${processor}`, needs(processor), () => {
    withScript((folder) => {
      const CLONE_SIGHAND_ALONE = 0x800;
      const linux = { ...freebsd, system: "linux", cloneFlags: CLONE_SIGHAND_ALONE } as const;
      const failed = launch(folder, { ...linux, calls: [show] });
      assertEquals([failed.code, failed.answer, failed.output.length], [NO_CHILD, -EINVAL, 0]);
      const EAGAIN = 35;
      const refused = launch(folder, { ...freebsd, calls: [show], answers: { fork: -EAGAIN } });
      assertEquals([refused.code, refused.answer, refused.output.length], [NO_CHILD, -EAGAIN, 0]);
    });
  });
}
