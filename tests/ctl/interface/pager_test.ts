import { pagerFor } from "../../../ctl/interface/pager.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo, type FakeIoOptions } from "../fake_io.ts";

const LESS = { "/usr/bin/less": "" };

/** What is run for a text, and what is printed without a pager. */
function shown(options: FakeIoOptions): { readonly command: string; readonly output: string } {
  const io = new FakeIo({ isTerminal: true, ...options });
  const pager = pagerFor(io);
  const sink = pager?.sink ?? io;
  sink.out("one\n");
  sink.outBytes(new TextEncoder().encode("two\n"));
  pager?.show();
  return { command: io.commandsRun[0]?.[2] ?? "", output: io.output };
}

Deno.test("pagerFor() is less where it is installed, and nothing where the output is no terminal", () => {
  assertEquals(shown({ texts: LESS, userId: 1000 }), {
    command: 'LESSCHARSET=utf-8 less -FRSX < "$1"',
    output: "",
  });
  const direct = { command: "", output: "one\ntwo\n" };
  assertEquals(shown({ texts: LESS, isTerminal: false }), direct);
  assertEquals(shown({ texts: LESS, env: { TERM: "dumb" } }), direct);
  assertEquals(shown({}), direct);
});

Deno.test("pagerFor() takes DINIT_PAGER before PAGER; an empty one, and cat, are none", () => {
  const env = { DINIT_PAGER: "more -x", PAGER: "most" };
  assertEquals(shown({ env, userId: 1000 }).command, 'more -x < "$1"');
  assertEquals(shown({ env: { PAGER: "most" }, userId: 1000 }).command, 'most < "$1"');
  for (const PAGER of ["", " ", "cat"]) {
    assertEquals(shown({ texts: LESS, env: { PAGER } }).output, "one\ntwo\n");
  }
});

Deno.test("as root less starts no programs, and who became root by another's rights gets no pager of his own", () => {
  const root = shown({ texts: LESS, userId: 0 }).command;
  assertIncludes(
    root,
    "LESSSECURE=1; export LESSSECURE; unset LESS LESSOPEN LESSCLOSE; LESSCHARSET=utf-8 less ",
  );
  const own = shown({ env: { PAGER: "most" }, userId: 0 }).command;
  assertEquals(own, 'LESSSECURE=1; export LESSSECURE; most < "$1"');
  for (const name of ["SUDO_UID", "DOAS_USER", "PKEXEC_UID"]) {
    const env = { [name]: "1000", PAGER: "sh -c evil", DINIT_PAGER: "evil" };
    assertEquals(shown({ texts: LESS, env, userId: 0 }).command, root);
  }
  const loginuid = { ...LESS, "/proc/self/loginuid": "1000" };
  assertEquals(shown({ texts: loginuid, env: { PAGER: "evil" }, userId: 0 }).command, root);
  const nobody = { ...LESS, "/proc/self/loginuid": "4294967295" };
  const trusted = shown({ texts: nobody, env: { PAGER: "most" }, userId: 0 }).command;
  assert(trusted.endsWith('most < "$1"'));
});

Deno.test("a pager that is not there loses nothing", () => {
  const gone = { kind: "exited", code: 127 } as const;
  const env = { PAGER: "gone" };
  assertEquals(shown({ env, runOutcome: gone, userId: 1000 }).output, "one\ntwo\n");
  const unrun = { kind: "not-run", why: "no shell" } as const;
  assertEquals(shown({ env, runOutcome: unrun, userId: 1000 }).output, "one\ntwo\n");
});
