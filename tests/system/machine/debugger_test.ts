/**
 * What programs that look at executables make of ours, whose entry is not the loader's
 * (docs/debugging.md).
 */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { PROGRAM, withManager } from "../manager.ts";

const C_LIBRARY = /\/libc\.so\.6/;

/** What it writes to its output and, as a warning, to its error output. */
async function said(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  const texts = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, texts.join(""));
  return texts.join("");
}

/** Debian's servers of symbols are not asked. */
const QUIETLY = ["-q", "-batch", "-nx", "-iex", "set debuginfod enabled off"] as const;

function gdb(...args: readonly string[]): Promise<string> {
  return said("gdb", ...QUIETLY, ...args);
}

testNeeding("ldd lists the libraries of the executable", [tool("ldd")], async () => {
  assertMatch(await said("ldd", PROGRAM), C_LIBRARY);
});

testNeeding("gdb finds libraries and functions of a manager that runs", [tool("gdb")], async () => {
  const services = { boot: 'type = "internal"\n' };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const text = await gdb(
      ...["-p", String(manager.pid), "-ex", "backtrace 1", "-ex", "info sharedlibrary"],
      ...["-ex", "info symbol epoll_pwait"],
    );
    // It waits in the C library, whose symbols are found.
    assertMatch(text, /^#0 .*\b(syscall|epoll_p?wait2?)\b/m, text);
    assertMatch(text, /Yes.*\/libc\.so\.6/, text);
    assertMatch(text, /Yes.*\/ld-linux/, text);
    assertMatch(text, /epoll_pwait in section \.text of .*libc\.so\.6/, text);
    // And it goes on.
    assertIncludes(await manager.ctlOk("status", "boot"), "STARTED");
  });
});

testNeeding("gdb runs the executable from its first instruction on", [tool("gdb")], async () => {
  const text = await gdb(
    ...["-ex", "starti", "-ex", "continue", "--args", PROGRAM, "--version"],
  );
  assertMatch(text, /Program stopped/);
  assertMatch(text, /^Dinit version /m);
  assertMatch(text, /exited normally/);
});
