/**
 * FreeBSD's amd64 stub at work: `freebsd_calls.c` gives its system calls FreeBSD's convention on Linux.
 */
import { freebsdStubCode } from "../../../platform/freebsd/freebsd_stub.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";

const SOURCE = new URL("freebsd_calls.c", import.meta.url).pathname;

const NEEDS = [
  tool("cc"),
  surroundings("an x86-64 Linux", Deno.build.arch === "x86_64" && Deno.build.os === "linux"),
];

/** Runs the stub with the first entries of the program's list. */
async function runList(count: number, given = "/usr/bin/env"): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-stub-" });
  try {
    const [program, stub] = [`${folder}/freebsd_calls`, `${folder}/stub.bin`];
    await Deno.writeFile(stub, freebsdStubCode("x86_64"));
    const compiled = await new Deno.Command("cc", {
      args: ["-O1", "-Wall", "-o", program, SOURCE],
      stderr: "piped",
    }).output();
    assert(compiled.success, new TextDecoder().decode(compiled.stderr));
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [stub, String(count), given],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    return stdout;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testNeeding("the FreeBSD stub stores results, writes its PID and searches", NEEDS, async () => {
  const output = await runList(8);
  const pid = new DataView(output.buffer, output.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(output.subarray(4));
  assertEquals(text, `LISTEN_PID=${pid}\n1 0 0 0\n`);
});

testNeeding("the FreeBSD stub runs a file that is no program by the shell", NEEDS, async () => {
  const script = await Deno.makeTempFile({ prefix: "dinit-stub-" });
  try {
    await Deno.writeTextFile(script, 'echo "$0 $#"');
    await Deno.chmod(script, 0o755);
    const output = await runList(8, script);
    assertEquals(new TextDecoder().decode(output.subarray(4)), `${script} 0\n1 0 0 0\n`);
  } finally {
    await Deno.remove(script);
  }
});

testNeeding("the FreeBSD stub reports errno and entry of a failure", NEEDS, async () => {
  // PID found, exit code, errno, index: EACCES of the second of two candidates outweighs.
  const EACCES = 13;
  const ENOENT = 2;
  assertMatch(new TextDecoder().decode(await runList(7)), new RegExp(`1 127 ${EACCES} 6\n$`));
  assertMatch(new TextDecoder().decode(await runList(6)), new RegExp(`1 127 ${ENOENT} 5\n$`));
});
