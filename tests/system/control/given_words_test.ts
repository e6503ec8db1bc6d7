/**
 * Words and environment that are not UTF-8, or that would steer the runtime, reach the program and
 * its services as given.
 */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, withBareMachine } from "../bare_machine.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";

const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Runs a client by a shell that has the program as `$0` and the manager's socket as `$1`. */
async function shell(manager: Manager, script: string, env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, PROGRAM, manager.socket],
    env,
    stdin: "null",
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** A process's environment as text with a character for each byte. */
function environmentOf(pid: number): readonly string[] {
  const bytes = Deno.readFileSync(`/proc/${pid}/environ`);
  return new TextDecoder("latin1").decode(bytes).split("\0");
}

Deno.test("a client tells of a word that is not UTF-8 as of any other", async () => {
  await withManager({ services: { boot: KEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const { code, out, err } = await shell(
      manager,
      '"$0" ctl -p "$1" start "$(printf "b\\351\\033[31m")"',
    );
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /^dinitctl: .*'b\ufffd\ufffd\[31m'/m);
    const usage = await shell(manager, '"$0" ctl "$(printf "\\351")"');
    assertEquals(usage.code, 1);
    assertMatch(usage.err, /^dinitctl: .*\ufffd/);
  });
});

Deno.test("a program called by a name that is not UTF-8 runs", async () => {
  await withManager({ services: { boot: KEEP } }, async (manager) => {
    const script = 'link="${1%/socket}/$(printf "d\\351")"; ln -s "$0" "$link"; "$link" --version';
    const { code, out } = await shell(manager, script);
    assertEquals(code, 0);
    assertMatch(out, /^Dinit version /);
  });
});

Deno.test("bytes of a client's words reach a service", async () => {
  await withManager({ services: { boot: KEEP } }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const set = '"$0" ctl -p "$1" setenv "$(printf "A\\351=\\377gr\\303\\274n")"';
    assertEquals((await shell(manager, set)).code, 0);
    await manager.ctlOk("restart", "boot");
    const environment = environmentOf(await manager.servicePid("boot"));
    assertIncludes(environment.join("\n"), "A\u00e9=\u00ffgr\u00c3\u00bcn");
  });
});

Deno.test("what would steer the runtime goes to services and not to the runtime", async () => {
  const env = {
    DENO_LOG: "debug",
    DENO_TRACE_PERMISSIONS: "1",
    NODE_OPTIONS: "--nothing-known",
    RUST_BACKTRACE: "full",
    SSLKEYLOGFILE: "/nonexistent/keys",
  };
  const expected = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const through = ["/bin/sh", "-c", 'exec "$0" "$@" 2>&1'];
  await withManager({ services: { boot: KEEP }, env, through }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    assertEquals(/debug|backtrace/i.exec(manager.output), null, manager.output);
    const environment = environmentOf(await manager.servicePid("boot"));
    for (const variable of expected) assertIncludes(environment.join("\n"), variable);

    const list = await shell(manager, '"$0" ctl -p "$1" is-started boot', env);
    assertEquals(list, { code: 0, out: "STARTED\n", err: "" });
    const monitor = '"$0" monitor -p "$1" -i -e -c "/usr/bin/env" boot';
    const { out } = await shell(manager, monitor, env);
    for (const variable of expected) assertIncludes(out, variable);
  });
});

testNeeding(
  "process 1 ignores words of the kernel's command line that are not UTF-8",
  BARE_MACHINE_NEEDS,
  async () => {
    const args = ['"$(printf "b\\351")"', '"$(printf "gr\\303\\274n")"'];
    await withBareMachine({ services: { boot: KEEP }, args }, async (machine) => {
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    });
  },
);

Deno.test("paths that are not UTF-8 are those that were meant", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-bytes-" });
  // No program can be given such words from here but by a shell.
  const script = String.raw`
    name=svc place=$(printf '%s/d\351' "$1")
    mkdir -p "$place/s" && mv "$1/service" "$place/s/$name.toml" || exit
    printf 'A=gr\374n\n' >"$place/env"
    mkfifo "$1/ready" && exec 3<>"$1/ready"
    "$0" -u -d "$place/s" -p "$place/socket" -l "$place/log" -e "$place/env" -F 3 "$name" \
      >"$1/output" 3>"$1/ready" &
    manager=$!
    trap 'kill "$manager"; wait "$manager"' EXIT
    head -c 1 <"$1/ready" >/dev/null
    "$0" ctl -p "$place/socket" start "$name" >/dev/null
    DINIT_CLIENT=full "$0" ctl -p "$place/socket" is-started "$name"
    pid=$("$0" ctl -p "$place/socket" status "$name" | sed -n 's/.*Process ID: //p')
    tr '\0' '\n' <"/proc/$pid/environ" | LC_ALL=C grep -a '^A=' | od -An -tx1
    LC_ALL=C grep -ac ' started' "$place/log"`;
  try {
    await Deno.writeTextFile(`${folder}/service`, KEEP);
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", script, PROGRAM, folder],
      stdin: "null",
    }).output();
    const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals([code, out], [0, "STARTED\n 41 3d 67 72 fc 6e 0a\n1\n"], err);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
