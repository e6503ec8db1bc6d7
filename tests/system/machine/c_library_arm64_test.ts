/**
 * The executable for arm64 with older and newer C libraries than that of the machine at hand, under
 * QEMU's emulation of user programs. That makes no children as a manager does, so its services have
 * no processes; the loader is found and entered, the runtime starts, reads, waits and is asked.
 */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { RELEASES, rootFiles } from "../../debian_releases.ts";
import { debianNeeds, unpackDebianFiles } from "../../debian_files.ts";
import { withFolder } from "../../folder.ts";
import { foreignExecutable } from "../../foreign_executable.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { ProgramOutput } from "../program_output.ts";

const EMULATOR = "qemu-aarch64-static";
/** The emulated runtime starts in five seconds, and more on a busy machine. */
const LIMIT_MS = 120_000;
const TARGET = "aarch64-unknown-linux-gnu";

async function run(program: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

for (const { suite, cLibrary } of RELEASES) {
  const root = rootFiles(suite, "arm64");
  testNeeding(
    `the executable for arm64 runs with glibc ${cLibrary} of Debian's ${suite}`,
    [
      surroundings("Linux on x86-64", Deno.build.target === "x86_64-unknown-linux-gnu"),
      tool(EMULATOR),
      ...await debianNeeds(root),
    ],
    () =>
      withFolder(async (folder) => {
        const [libraries, services] = [`${folder}/root`, `${folder}/services`];
        await unpackDebianFiles(root, libraries);
        await Deno.mkdir(services);
        const emulated = [EMULATOR, "-L", libraries] as const;
        const library = await run(...emulated, `${libraries}/lib/aarch64-linux-gnu/libc.so.6`);
        assertIncludes(library.out, `stable release version ${cLibrary}`);

        const executable = await foreignExecutable(TARGET, folder);
        const version = await run(...emulated, executable, "--version");
        assertEquals(version.code, 0, version.err);
        assertMatch(version.out, new RegExp(`^Dinit version .*\n(.*\n)*Build: .*${TARGET}\n$`));

        for (const name of ["boot", "other"]) {
          await Deno.writeTextFile(`${services}/${name}.toml`, 'type = "internal"\n');
        }
        const socket = `${folder}/socket`;
        const [program, ...words] = [...emulated, executable];
        const manager = new Deno.Command(program, {
          args: [...words, "--user", "-d", services, "-p", socket],
          stdin: "null",
          stdout: "piped",
          stderr: "inherit",
        }).spawn();
        const output = new ProgramOutput(manager.stdout);
        try {
          await within(LIMIT_MS, "The start", output.has("[  OK  ] boot"));
          const maps = Deno.readTextFileSync(`/proc/${manager.pid}/maps`);
          assert(maps.includes(`${Deno.realPathSync(libraries)}/`), maps);
          // A client that is only a pipe: what the entry does itself.
          const ctl = (...order: readonly string[]) =>
            run(...emulated, executable, "ctl", "-p", socket, ...order);
          assertEquals(await ctl("start", "other"), {
            ...{ code: 0, out: "Service started.\n", err: "" },
          });
          assertEquals((await ctl("list")).out, "[[+]     ] boot\n[[+]     ] other\n");
          assertEquals((await ctl("shutdown")).code, 0);
          const { code } = await within(LIMIT_MS, "The end", manager.status);
          assertEquals(code, 0, output.text);
        } finally {
          try {
            manager.kill("SIGKILL");
          } catch { /* it has ended already */ }
          await manager.status;
          await output.ended;
        }
      }),
  );
}
