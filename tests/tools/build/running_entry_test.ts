/** Runs a compiled program, for what the entry program must have done before its first line. */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Ended, run, withProbe } from "./probe_executable.ts";
import { NOT_ASCII } from "../../../core/program/started_words.ts";
import { BLOCKED_SIGNALS } from "../../../native/programs/signals.ts";
import { exists } from "../../../tools/exists.ts";
import { until } from "../../wait.ts";

const CROSS_LIBRARIES = "/usr/aarch64-linux-gnu/lib";

const IS_X86_64_LINUX = surroundings(
  "Linux on x86-64",
  Deno.build.target === "x86_64-unknown-linux-gnu",
);
const CAN_MOUNT = surroundings("the right to make namespaces", canMount());

function canMount(): boolean {
  try {
    const args = ["--pid", "--fork", "--mount", "true"];
    return new Deno.Command("unshare", { args, stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

testNeeding("the entry program blocks a manager's signals in every thread", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable) => {
    const child = new Deno.Command(executable, {
      args: ["wait"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "waiting\n");

    const expected = BLOCKED_SIGNALS.reduce(
      (set, n) => set | 1n << BigInt(n - 1),
      0n,
    );
    // The C library blocks every signal in a thread for as long as it begins or ends, and in the
    // one that makes it: such threads may be met here, but not for ever.
    let masks: readonly bigint[] = [];
    await until("a thread that is at work", () => {
      masks = signalMasks(child.pid);
      return masks.includes(expected);
    });
    await child.stdin.close();
    await reader.cancel();
    assertEquals((await child.status).code, 0);
    assertEquals(masks.map((mask) => mask & expected), masks.map(() => expected));
  });
});

/** Which signals each thread blocks; without those that end meanwhile. */
function signalMasks(pid: number): readonly bigint[] {
  return [...Deno.readDirSync(`/proc/${pid}/task`)].flatMap(({ name }) => {
    try {
      const status = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
      return [BigInt(`0x${/^SigBlk:\s*(\w+)$/m.exec(status)?.[1]}`)];
    } catch {
      return [];
    }
  });
}

testNeeding("a compiled program runs with each subset of descriptors 0 to 2 closed", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable) => {
    const codes: number[] = [];
    for (let subset = 0; subset < 8; subset++) {
      const closings = [0, 1, 2].filter((fd) => subset >> fd & 1).map((fd) => `${fd}>&-`);
      const script = `exec "$0" exit-42 ${closings.join(" ")}`;
      codes.push((await run("sh", "-c", script, executable)).code);
    }
    assertEquals(codes, Array.from({ length: 8 }, () => 42));
  });
});

testNeeding("a compiled program runs in a working directory that was removed", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const script = 'mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && exec "$0" exit-42';
    assertEquals((await run("sh", "-c", script, executable, directory)).code, 42);
    const there = 'cd "$1" && exec "$0" directory';
    assertEquals((await run("sh", "-c", there, executable, directory)).output, `${directory}\n`);
  });
});

/**
 * Replaces itself by the program in `$1`, with words and environment that no UTF-8 text can say.
 */
const ODD_START = `use strict;
my ($program, @before) = @ARGV;
%ENV = (PATH => $ENV{PATH}, A => "1", C => "\xff", DENO_LOG => "debug", DENO => "3", NODE_OPTIONS => "--bad",
  RUST_BACKTRACE => "full", SSLKEYLOGFILE => "/nowhere/keys", SSLKEYLOGFILES => "4", NO_COLOR => "1");
my @words = ("env", "B\xe9=2", @before, $program, "given", "plain", "b\xe9", "gr\xc3\xbc", "", "\x7f");
exec {$words[0]} @words or die "exec: $!";`;

const SEEN_OF_IT = {
  words: ["plain", NOT_ASCII, NOT_ASCII, "", "\x7f"],
  // What the runtime makes of a name that is not UTF-8 is its own affair; it must start.
  names: ["A", "Bé", "C", "DENO", "NO_COLOR", "PATH", "SSLKEYLOGFILES"],
};

testNeeding("the entry program hides from the runtime what would end or steer it", [
  IS_X86_64_LINUX,
  tool("perl"),
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable) => {
    const { code, output, errors } = await run("perl", "-e", ODD_START, executable);
    assertEquals([code, errors], [0, ""]);
    const { name, ...seen } = JSON.parse(output);
    assertEquals(name, executable);
    assertEquals(seen, SEEN_OF_IT);
    const odd = 'exec {$ARGV[0]} "pr\xe9be", "given"';
    const { name: hidden } = JSON.parse((await run("perl", "-e", odd, executable)).output);
    assertEquals(hidden, NOT_ASCII);
  });
});

testNeeding("with a limit that is too low the entry program says which", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable) => {
    const limited = (limit: string) =>
      run("sh", "-c", `ulimit ${limit}; exec "$0" exit-42`, executable);
    const least = { "-d": 32 * 1024, "-s": 256, "-n": 32 };
    for (const [option, value] of Object.entries(least)) {
      const { code, output, errors } = await limited(`${option} ${value - 1}`);
      assertEquals([code, output], [1, ""], option);
      assertMatch(
        errors,
        /^dinit: Cannot run within this limit: RLIMIT_\w+ must be at least .*\)\n$/,
      );
      assertIncludes(errors, `(ulimit ${option})`);
      assertEquals((await limited(`${option} ${value}`)).code, 42, option);
    }
  });
});

testNeeding("with a limit of addresses the entry program says what to set", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable) => {
    const limited = (kilobytes: number) =>
      run("sh", "-c", `ulimit -v ${kilobytes}; exec "$0" exit-42`, executable);
    const { code, output, errors } = await limited(16_000_000);
    assertEquals([code, output], [1, ""]);
    assertMatch(errors, /^dinit: Cannot reserve 50 GiB of addresses .* RLIMIT_AS .*unlimited\)\n$/);
    const gibibytes = (count: number) => count * 1024 * 1024;
    assertEquals((await limited(gibibytes(50))).code, 1, "the program is some 100 MB, too");
    // Whether less is enough is a matter of luck; this always is.
    const codes = await Promise.all(Array.from({ length: 20 }, () => limited(gibibytes(51))));
    assertEquals(codes.map(({ code }) => code), Array.from({ length: 20 }, () => 42));
  });
});

/**
 * A shell script that makes an empty root with the C library and `$1` as /probe, and becomes
 * `chroot` into it. Its first line may add to the root; its arguments from the third on are the
 * probe's.
 */
function inEmptyRoot(addition: string, redirections: string): string {
  return `set -e
root=$2
mount -t tmpfs none "$root"
mkdir "$root/lib" "$root/usr" "$root/proc"
touch "$root/probe"
mount --bind /lib "$root/lib"
if [ -e /lib64 ]; then mkdir "$root/lib64"; mount --bind /lib64 "$root/lib64"; fi
mount --bind "$1" "$root/probe"
${addition}
shift 2
exec chroot "$root" /probe "$@" ${redirections}`;
}

async function runInEmptyRoot(
  place: { readonly executable: string; readonly directory: string },
  how: { readonly asInit: boolean; readonly addition?: string; readonly redirections?: string },
  task: string,
): Promise<Ended> {
  const root = `${place.directory}/root`;
  await Deno.mkdir(root, { recursive: true });
  const script = inEmptyRoot(how.addition ?? "", how.redirections ?? "");
  const namespaces = how.asInit ? ["--pid", "--fork", "--mount"] : ["--mount"];
  return await run(
    "unshare",
    ...[...namespaces, "sh", "-c", script, "sh", place.executable, root, task],
  );
}

testNeeding("as PID 1 the entry program mounts /proc and /dev where they are empty", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const place = { executable, directory };
    const removeProc = 'rmdir "$root/proc"';
    assertEquals(await runInEmptyRoot(place, { asInit: true }, "open-null"), {
      code: 0,
      output: "opened\n",
      errors: "",
    });
    const bare = { asInit: true, addition: removeProc };
    assertEquals((await runInEmptyRoot(place, bare, "open-null")).output, "opened\n");
    const closed = { asInit: true, redirections: "0<&- 1>&- 2>&-" };
    assertEquals((await runInEmptyRoot(place, closed, "exit-42")).code, 42);
  });
});

testNeeding("without /dev/null the entry program still fills closed descriptors", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const how = {
      asInit: false,
      addition: 'mount --bind /proc "$root/proc"',
      redirections: "0<&- 1>&- 2>&-",
    };
    assertEquals((await runInEmptyRoot({ executable, directory }, how, "exit-42")).code, 42);
  });
});

testNeeding("without /proc an ordinary process is told to mount it", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const ended = await runInEmptyRoot({ executable, directory }, { asInit: false }, "version");
    assertEquals(ended.code, 1);
    assertIncludes(
      ended.errors,
      "dinit: Cannot find /proc/self/exe: mount a proc file system of this PID namespace on /proc\n",
    );
  });
});

const WITHOUT_LIBRARIES =
  'umount "$root/lib"; if [ -e "$root/lib64" ]; then umount "$root/lib64"; fi';

testNeeding("without the C library's loader the entry program says what to install", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const place = { executable, directory };
    const how = {
      asInit: false,
      addition: `mount --bind /proc "$root/proc"; ${WITHOUT_LIBRARIES}`,
    };
    const { code, output, errors } = await runInEmptyRoot(place, how, "version");
    assertEquals([code, output], [127, ""]);
    assertEquals(
      errors,
      "dinit: Cannot load /lib64/ld-linux-x86-64.so.2, the loader of the GNU C library: " +
        "install it (Debian: libc6; others: glibc 2.27 or later)\n",
    );
  });
});

testNeeding("process 1 without the loader says how to boot and stands still", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const root = `${directory}/root`;
    await Deno.mkdir(root);
    const script = inEmptyRoot(WITHOUT_LIBRARIES, "");
    const child = new Deno.Command("unshare", {
      args: [
        ...["--pid", "--fork", "--kill-child", "--mount", "sh", "-c", script, "sh"],
        ...[executable, root, "version"],
      ],
      stdin: "null",
      stderr: "piped",
    }).spawn();
    let said = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.endsWith("command line\n")) break;
    }
    assertMatch(
      said,
      /Cannot load .*\n.*process 1, so the machine stands still.*init=\/sbin\/init/,
    );
    assertEquals(await Promise.race([child.status, Promise.resolve("it stands")]), "it stands");
    child.kill("SIGKILL");
    await child.status;
  });
});

testNeeding("process 1 with too little memory says so and stands still, until there is more", [
  IS_X86_64_LINUX,
  CAN_MOUNT,
], async () => {
  await withProbe("x86_64-unknown-linux-gnu", async (executable, directory) => {
    const root = `${directory}/root`;
    await Deno.mkdir(root);
    const memory = `mount -t proc none "$root/proc"
printf 'MemAvailable: 1000 kB\\n' >"$root/memory"
mount --bind "$root/memory" "$root/proc/meminfo"`;
    const child = new Deno.Command("unshare", {
      args: [
        ...["--pid", "--fork", "--kill-child", "--mount", "sh", "-c", inEmptyRoot(memory, "")],
        ...["sh", executable, root, "version"],
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    try {
      let said = "";
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (said.endsWith("command line\n")) break;
      }
      assertMatch(
        said,
        /^dinit: Too little memory .*\nMemAvailable: 1000 kB\ndinit: .*process 1, so the machine stands still/,
      );
      const children = Deno.readTextFileSync(`/proc/${child.pid}/task/${child.pid}/children`);
      const first = Number(children.trim());
      Deno.writeTextFileSync(`/proc/${first}/root/memory`, "MemAvailable: 1000000 kB\n");
      Deno.kill(first, "SIGUSR1");
      const { code } = await child.status;
      assertEquals(code, 0);
      assertMatch(await new Response(child.stdout).text(), /^\d+\.\d+\.\d+ x86_64/);
    } finally {
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
      await child.status;
    }
  });
});

testNeeding("a program for aarch64 runs with the entry program and knows its target", [
  IS_X86_64_LINUX,
  tool("qemu-aarch64-static"),
  tool("perl"),
  tool("libc6-arm64-cross", exists(`${CROSS_LIBRARIES}/libc.so.6`)),
  tool("libgcc-s1-arm64-cross", exists(`${CROSS_LIBRARIES}/libgcc_s.so.1`)),
], async () => {
  await withProbe("aarch64-unknown-linux-gnu", async (executable) => {
    const emulator = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"] as const;
    const { code, output, errors } = await run(...emulator, executable, "version");
    assertEquals(code, 0, errors);
    assertMatch(output, /^\d+\.\d+\.\d+ aarch64-unknown-linux-gnu\n$/);
    const odd = await run("perl", "-e", ODD_START, executable, ...emulator);
    const { name: _, ...seen } = JSON.parse(odd.output);
    assertEquals(seen, SEEN_OF_IT);
    const script = 'exec "$0" "$@" 0<&- 1>&- 2>&-';
    const closed = await run("sh", "-c", script, ...emulator, executable, "exit-42");
    assertEquals(closed.code, 42);
  });
});
