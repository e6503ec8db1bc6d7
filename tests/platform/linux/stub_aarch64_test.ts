/**
 * The aarch64 stub at work, in a program without a C library under QEMU's user-mode emulation.
 */
import { stubCode } from "../../../platform/child/stub.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";

const NEEDS = [
  tool("aarch64-linux-gnu-as"),
  tool("aarch64-linux-gnu-ld"),
  tool("qemu-aarch64-static"),
];

/**
 * Calls the stub with the first entries of a list, waits for the child and exits with its code. System calls:
 * wait4 260, exit 93, openat 56, write 64, getpid 172, execve 221.
 */
function programSource(entries: number, given: string): string {
  return `
.macro entry number a=0 b=0 c=0 d=0 e=0 f=0 flags=0
  .quad \\number, \\a, \\b, \\c, \\d, \\e, \\f, \\flags
.endm
.text
.global _start
_start:
  ldr x0, =list
  bl stub
  mov x0, #-1
  ldr x1, =status
  mov x2, #0
  mov x3, #0
  mov x8, #260
  svc #0
  ldr x1, =status
  ldr w0, [x1]
  lsr w0, w0, #8
  mov x8, #93
  svc #0
.balign 16
stub:
  .incbin "stub.bin"
.data
.balign 16
status: .quad 0
.balign 64
// Room for the report, the descriptor that gets it (standard output), the list's end, SIGCHLD: as fork.
.quad 0, 0, 1, list + ${entries} * 64, 17, 0, 0, 0
list:
  entry -1, pid_text
  entry 56, -100, missing, 1, 0, 0, list + 2 * 64 + 8, 12
  entry 64, -1, missing, 1, 0, 0, 0, 1
  entry 172, 0, 0, 0, 0, 0, pid_word, 4
  entry 64, 1, pid_word, 4
  entry 221, missing, argv, environment, 0, 0, 0, 18
  entry 221, forbidden, argv, environment, 0, 0, 0, 18
  entry 221, program, argv, environment, 0, 0, 0, 18
pid_word: .quad 0
.quad shell
argv: .quad program, 0
environment: .quad variable, 0
missing: .asciz "/nowhere"
forbidden: .asciz "/etc/passwd"
program: .asciz "${given}"
shell: .asciz "/bin/sh"
variable: .ascii "LISTEN_PID="
pid_text: .ascii "000000000000\\0"
`;
}

async function runList(
  entries: number,
  given = "/usr/bin/env",
): Promise<{ code: number; output: Uint8Array }> {
  const folder = await Deno.makeTempDir({ prefix: "dinit-stub-" });
  const file = (name: string) => `${folder}/${name}`;
  try {
    await Deno.writeFile(file("stub.bin"), stubCode("aarch64"));
    await Deno.writeTextFile(file("program.s"), programSource(entries, given));
    const build = [
      ["aarch64-linux-gnu-as", "-I", folder, "-o", file("program.o"), file("program.s")],
      ["aarch64-linux-gnu-ld", "-o", file("program"), file("program.o")],
    ];
    for (const [name = "", ...args] of build) {
      const { success, stderr } = await new Deno.Command(name, { args }).output();
      assert(success, new TextDecoder().decode(stderr));
    }
    const emulator = new Deno.Command("qemu-aarch64-static", { args: [file("program")] });
    const { code, stdout } = await emulator.output();
    return { code, output: stdout };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testNeeding("the aarch64 stub stores results, writes its PID and searches", NEEDS, async () => {
  const { code, output } = await runList(8);
  assertEquals(code, 0);
  const text = new TextDecoder().decode(output.subarray(4));
  assertMatch(text, /^LISTEN_PID=[1-9]\d*\n$/);
  const stored = new DataView(output.buffer, output.byteOffset).getUint32(0, true);
  assertEquals(`LISTEN_PID=${stored}\n`, text);
});

testNeeding("the aarch64 stub runs a file that is no program by the shell", NEEDS, async () => {
  const script = await Deno.makeTempFile({ prefix: "dinit-stub-" });
  try {
    await Deno.writeTextFile(script, 'echo "$0 $#"');
    await Deno.chmod(script, 0o755);
    const { code, output } = await runList(8, script);
    assertEquals([code, new TextDecoder().decode(output.subarray(4))], [0, `${script} 0\n`]);
  } finally {
    await Deno.remove(script);
  }
});

testNeeding(
  "the aarch64 stub reports errno and entry of a failure and exits 127",
  NEEDS,
  async () => {
    const { code, output } = await runList(7);
    const report = new DataView(output.buffer, output.byteOffset + 4);
    const EACCES = 13;
    assertEquals([code, output.length], [127, 20]);
    assertEquals([report.getBigUint64(0, true), report.getBigUint64(8, true)], [
      BigInt(EACCES),
      6n,
    ]);
  },
);
