/** Runs a compiled program, for what becomes of its parts: `native/programs/map_parts.ts`. */
import { exists } from "../../../tools/exists.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { run, withProbe } from "./probe_executable.ts";
import { PART_TEXT } from "./probe_part.ts";

const TARGET = "x86_64-unknown-linux-gnu";
const IS_X86_64_LINUX = surroundings("Linux on x86-64", Deno.build.target === TARGET);
const CROSS_LIBRARIES = "/usr/aarch64-linux-gnu/lib";
/** At the end of what `deno compile` adds: eight bytes that say how long that is, and others. */
const TRAILER_BYTES = 16;

testNeeding("a part is taken from the program that runs, and not from what replaced its file", [
  IS_X86_64_LINUX,
], async () => {
  await withProbe(TARGET, async (executable) => {
    const child = new Deno.Command(executable, {
      args: ["load-part"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals((await output.read()).value, "waiting\n");
    await Deno.writeTextFile(`${executable}.new`, "another program, which has no parts");
    await Deno.rename(`${executable}.new`, executable);
    await child.stdin.close();
    assertEquals((await output.read()).value, "the probe's part\n");
    await output.cancel();
    assertEquals((await child.status).code, 0);
  });
});

testNeeding("a program that may not read its own file says so", [
  IS_X86_64_LINUX,
  surroundings("root", Deno.uid() === 0),
  tool("setpriv"),
], async () => {
  await withProbe(TARGET, async (executable, directory) => {
    await Deno.chmod(directory, 0o755);
    await Deno.chmod(executable, 0o711);
    const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    assertEquals(await run("setpriv", ...nobody, executable, "version"), {
      code: 1,
      output: "",
      errors: "dinit: Cannot map the program's own file from /proc/self/exe: " +
        "make it readable for this user\n",
    });
  });
});

testNeeding("a program for aarch64 finds its parts", [
  IS_X86_64_LINUX,
  tool("qemu-aarch64-static"),
  tool("libc6-arm64-cross", exists(`${CROSS_LIBRARIES}/libc.so.6`)),
  tool("libgcc-s1-arm64-cross", exists(`${CROSS_LIBRARIES}/libgcc_s.so.1`)),
], async () => {
  await withProbe("aarch64-unknown-linux-gnu", async (executable) => {
    const emulator = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"] as const;
    const { output } = await run(...emulator, executable, "load-part");
    assertEquals(output, "waiting\nthe probe's part\n");
  });
});

testNeeding("the runtime reads nothing of the parts at its start", [IS_X86_64_LINUX], async () => {
  await withProbe(TARGET, async (executable) => {
    // It reads all that `deno compile` has added, and copies it.
    const bytes = await Deno.readFile(executable);
    const end = bytes.length - TRAILER_BYTES;
    const added = Number(new DataView(bytes.buffer, end).getBigUint64(8, true));
    const text = new TextDecoder("latin1").decode(bytes.subarray(end - added));
    // The first file is there, which knows the part by its name only.
    assertIncludes(text, "tests-tools-build-probe_part");
    assertEquals(text.includes(PART_TEXT), false);
  });
});
