/**
 * Boxes that an ordinary user's manager makes: by Landlock, by filters, and by a namespace of users
 * of its own.
 */
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { landlockFault } from "../../../../platform/linux/children/sandbox/landlock_calls.ts";
import { boxHost } from "../../../../platform/linux/children/sandbox/box_host.ts";
import { assertEquals, assertMatch } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { withFolder } from "../folder.ts";
import { runAsUser } from "./user_runs.ts";
import { attempt, type Attempts, NOBODY, open, type Outcomes } from "./box_probe.ts";

const { landlockVersion } = boxHost();
const PERL = tool("perl");
const ROOT = surroundings("root", Deno.uid() === 0);
const hasLandlock = (sandbox: Sandbox) =>
  surroundings("Landlock in the kernel", landlockFault(sandbox, landlockVersion) === undefined);

const PROGRAMS = ["/usr", "-/bin", "-/lib", "-/lib64"];

/** Asked as whoever runs the test and, if that is root, as nobody. */
function both(sandbox: Sandbox, attempts: Attempts, expected: Outcomes): void {
  assertEquals(attempt(sandbox, attempts), expected);
  if (ROOT.isMet) assertEquals(attempt(sandbox, attempts, NOBODY), expected, "as nobody");
}

const PATHS: Sandbox = { "landlock-exec-paths": PROGRAMS };

testNeeding("Landlock leaves of the files only what is named", [PERL, hasLandlock(PATHS)], () => {
  withFolder((folder) => {
    Deno.chmodSync(folder, 0o755);
    for (const name of ["rw", "ro", "no"]) {
      Deno.mkdirSync(`${folder}/${name}`);
      Deno.writeTextFileSync(`${folder}/${name}/file`, "");
      Deno.chmodSync(`${folder}/${name}`, 0o777);
      Deno.chmodSync(`${folder}/${name}/file`, 0o666);
    }
    Deno.copyFileSync("/bin/true", `${folder}/rw/true`);
    Deno.chmodSync(`${folder}/rw/true`, 0o755);
    Deno.writeTextFileSync(`${folder}/single`, "");
    Deno.chmodSync(`${folder}/single`, 0o666);
    const sandbox: Sandbox = {
      "landlock-exec-paths": PROGRAMS,
      "landlock-read-paths": [`${folder}/ro`, "-/nowhere"],
      "landlock-write-paths": [`${folder}/rw`, `${folder}/single`, "/dev/null"],
    };
    const attempts = {
      rw: open(`${folder}/rw/file`, "w"),
      made: open(`${folder}/rw/made`, "c"),
      removed: `unlink("${folder}/rw/made") || undef`,
      ro: open(`${folder}/ro/file`, "r"),
      roWrite: open(`${folder}/ro/file`, "w"),
      roMake: open(`${folder}/ro/made`, "c"),
      truncate: `truncate("${folder}/ro/file", 0) || undef`,
      no: open(`${folder}/no/file`, "r"),
      list: `opendir(my $d, "${folder}/no")`,
      single: open(`${folder}/single`, "w"),
      execute: `system("${folder}/rw/true") == 0 || undef`,
      program: 'system("/usr/bin/env", "true") == 0 || undef',
    };
    const passed = { rw: "ok", made: "ok", removed: "ok", ro: "ok", single: "ok", program: "ok" };
    const refused = {
      ...{ roWrite: "EACCES", roMake: "EACCES", truncate: "EACCES", no: "EACCES", list: "EACCES" },
      execute: "EACCES",
    };
    both(sandbox, attempts, { ...passed, ...refused });
  });
});

const PORTS: Sandbox = { "landlock-bind-ports": [0], "landlock-connect-ports": [] };

testNeeding("Landlock leaves of the ports only what is named", [PERL, hasLandlock(PORTS)], () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const address = (number: number) => `sockaddr_in(${number}, inet_aton("127.0.0.1"))`;
  const attempts = {
    any: `socket(my $s, AF_INET, SOCK_STREAM, 0); bind($s, ${address(0)})`,
    other: `socket(my $s, AF_INET, SOCK_STREAM, 0); bind($s, ${
      address(port === 5999 ? 5998 : 5999)
    })`,
    connect: `socket(my $s, AF_INET, SOCK_STREAM, 0); connect($s, ${address(port)})`,
  };
  both(PORTS, attempts, { any: "ok", other: "EACCES", connect: "EACCES" });
  const allowed = { ...PORTS, "landlock-connect-ports": [port] };
  both(allowed, { connect: attempts.connect }, { connect: "ok" });
  listener.close();
});

const SCOPES: Sandbox = { "landlock-scopes": ["signals", "abstract-sockets"] };

testNeeding("Landlock keeps signals within the box", [PERL, hasLandlock(SCOPES)], () => {
  const attempts = {
    outside: `kill(0, ${Deno.pid}) || undef`,
    inside: "kill(0, $$) || undef",
  };
  both(SCOPES, attempts, { outside: "EPERM", inside: "ok" });
});

testNeeding("Landlock keeps from abstract sockets of others", [PERL, hasLandlock(SCOPES)], () => {
  const name = `\\0dinit-box-${Deno.pid}`;
  // Who listens is outside, and stays until it is told to end.
  const listener = new Deno.Command("/usr/bin/perl", {
    args: [
      "-e",
      `use Socket; socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("${name}")) or die; ` +
      "listen($s, 9); syswrite(STDOUT, 'ready'); close(STDOUT); sysread(STDIN, my $b, 1)",
    ],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  return untilReady(listener, () => {
    const connect = `socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, sockaddr_un("${name}"))`;
    const own = 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("\\0dinit-own")); ' +
      "listen($s, 1); socket(my $c, AF_UNIX, SOCK_STREAM, 0); " +
      'connect($c, sockaddr_un("\\0dinit-own"))';
    both(SCOPES, { connect, own }, { connect: "EPERM", own: "ok" });
    assertEquals(attempt(undefined, { connect }), { connect: "ok" });
  });
});

/** Does something while another process listens, and ends that. */
async function untilReady(listener: Deno.ChildProcess, body: () => void): Promise<void> {
  const said = listener.stdout.getReader();
  try {
    assertEquals((await said.read()).done, false);
    body();
  } finally {
    await said.cancel();
    await listener.stdin.close();
    await listener.status;
  }
}

Deno.test("landlockFault() says which version a line needs", () => {
  assertEquals(landlockFault(PATHS, 3), undefined);
  assertEquals(
    landlockFault(PATHS, 2),
    "landlock-exec-paths: the kernel's Landlock must have version 3 (Linux 6.2); " +
      "this one has version 2",
  );
  assertEquals(
    landlockFault(SCOPES, 0),
    "landlock-scopes: the kernel's Landlock must have version 6 (Linux 6.12); this one has none",
  );
});

testNeeding("an ordinary user's manager makes boxes in users of their own", [ROOT], () => {
  const sandbox: Sandbox = {
    "private-tmp": true,
    "private-devices": true,
    "private-network": true,
    "read-only-system": "strict",
    "protect-home": true,
    "protect-kernel-modules": true,
    "protect-hostname": true,
    "system-calls": ["@system-service"],
    "inaccessible-paths": ["/etc/passwd"],
  };
  const [boxed, proc, filtered] = runAsUser([
    [
      sandbox,
      "id -u; touch /tmp/a && ls /tmp; touch /usr/a 2>&1; cat /etc/passwd 2>&1; ls /home 2>&1; " +
      "echo a > /dev/null; grep -c : /proc/net/dev; grep NoNewPrivs /proc/self/status; " +
      "touch /var/tmp/a && echo private",
    ],
    [{ "protect-proc": "invisible" }, "true"],
    [
      { "system-calls": ["!@mount"], "protect-clock": true },
      "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; cat /proc/self/uid_map | tr -s ' '",
    ],
  ]);
  assertEquals(boxed?.outcome, { kind: "executed" });
  const lines = boxed?.output.trim().split("\n") ?? [];
  assertEquals(lines.slice(0, 2), ["65534", "a"]);
  assertMatch(lines[2] ?? "", /cannot touch '\/usr\/a': Read-only file system/);
  assertMatch(lines[3] ?? "", /\/etc\/passwd: Permission denied/);
  assertMatch(lines[4] ?? "", /'\/home': Permission denied/);
  assertEquals(lines.slice(5), ["1", "NoNewPrivs:\t1", "private"]);
  assertEquals(
    proc?.outcome.why,
    'Cannot set up the sandbox: protect-proc: mount "/proc": operation not permitted (EPERM)',
  );
  assertEquals(filtered?.output, "NoNewPrivs:\t1\nSeccomp:\t2\n 0 0 4294967295\n");
});
