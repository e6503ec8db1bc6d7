/**
 * Programs in a box with a view of its own of files, devices, processes, network and users: what
 * lines forbid is refused by the kernel, what they leave works, and nothing of it is seen outside.
 */
import { PROFILES } from "../../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { buildSettings, type SettingsParts } from "../../child_settings.ts";
import { runShell, spawn } from "../children.ts";
import { withFolder } from "../folder.ts";
import { attempt, BOXES, NOBODY, open, sys } from "./box_probe.ts";

const NEEDS = [BOXES, tool("perl")];

function spawnedIn(sandbox: Sandbox, parts: SettingsParts = {}) {
  return spawn(buildSettings({ sandbox, ...parts }));
}

/** A name that no system has. */
const NEW = "dinit-box-test";

testNeeding("read-only-system lets nobody write where the system lies", NEEDS, () => {
  const attempts = {
    usr: open(`/usr/${NEW}`, "c"),
    boot: open(`/boot/${NEW}`, "c"),
    etc: open(`/etc/${NEW}`, "c"),
    read: open("/etc/passwd", "r"),
    null: open("/dev/null", "w"),
    own: open("/proc/self/oom_score_adj", "w"),
  };
  const usual = { read: "ok", null: "ok", own: "ok" };
  const strict = attempt({ "read-only-system": "strict" }, {
    ...attempts,
    var: open(`/var/${NEW}`, "c"),
    run: open(`/run/${NEW}`, "c"),
    remount: sys("mount", 0, '"/usr"', 0, "0x1020", 0),
  });
  assertEquals(strict, {
    ...{ usr: "EROFS", boot: "EROFS", etc: "EROFS", ...usual },
    // Whoever has the right to mount can write again: docs/security.md.
    ...{ var: "EROFS", run: "EROFS", remount: "EINVAL" },
  });
  const full = attempt({ "read-only-system": "full" }, attempts);
  assertEquals(full, { usr: "EROFS", boot: "EROFS", etc: "EROFS", ...usual });
  const { etc: _, ...withoutEtc } = attempts;
  const plain = attempt({ "read-only-system": true }, withoutEtc);
  assertEquals(plain, { usr: "EROFS", boot: "EROFS", ...usual });
});

testNeeding("paths in a box hold with all below them, and the longer one wins", NEEDS, () => {
  withFolder((folder) => {
    for (const name of ["rw", "rw/ro", "rw/ro/rw"]) Deno.mkdirSync(`${folder}/${name}`);
    const sandbox: Sandbox = {
      "read-only-system": "strict",
      "read-write-paths": [`${folder}/rw`, `${folder}/rw/ro/rw`, `-${folder}/missing`],
      "read-only-paths": [`${folder}/rw/ro`, `-${folder}/none/at/all`],
    };
    const outcomes = attempt(sandbox, {
      above: open(`${folder}/a`, "c"),
      rw: open(`${folder}/rw/a`, "c"),
      ro: open(`${folder}/rw/ro/a`, "c"),
      inner: open(`${folder}/rw/ro/rw/a`, "c"),
    });
    assertEquals(outcomes, { above: "EROFS", rw: "ok", ro: "EROFS", inner: "ok" });
    assert(Deno.statSync(`${folder}/rw/ro/rw/a`).isFile, "it is the machine's own file");
    const { output } = runShell("touch here && pwd -P", {
      sandbox,
      workingDirectory: `${folder}/rw`,
    });
    assertEquals(output, `${folder}/rw\n`);
  });
});

testNeeding("a directory in a box may be named from the manager's own", NEEDS, () => {
  const sandbox: Sandbox = { "read-only-system": "strict" };
  const { output } = runShell("pwd", { sandbox, workingDirectory: "tests" });
  assertEquals(output, `${Deno.realPathSync("tests")}\n`);
});

testNeeding("a path in a box may be a file or lead over a link", NEEDS, () => {
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.writeTextFileSync(`${folder}/other`, "");
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync("real", `${folder}/link`);
    const sandbox: Sandbox = {
      "read-only-system": "strict",
      "read-write-paths": [`${folder}/file`, `${folder}/link`],
    };
    const outcomes = attempt(sandbox, {
      file: open(`${folder}/file`, "w"),
      other: open(`${folder}/other`, "w"),
      link: open(`${folder}/link/a`, "c"),
      real: open(`${folder}/real/b`, "c"),
    });
    assertEquals(outcomes, { file: "ok", other: "EROFS", link: "ok", real: "ok" });
  });
});

testNeeding("inaccessible paths can be neither entered nor opened", NEEDS, () => {
  withFolder((folder) => {
    Deno.mkdirSync(`${folder}/dir`);
    Deno.writeTextFileSync(`${folder}/dir/a`, "secret");
    Deno.writeTextFileSync(`${folder}/file`, "secret");
    Deno.chmodSync(`${folder}/file`, 0o666);
    Deno.chmodSync(folder, 0o755);
    const paths = [`${folder}/dir`, `${folder}/file`, `-${folder}/x`, `-${folder}/file/x`];
    const sandbox: Sandbox = { "inaccessible-paths": paths.slice(0, 3) };
    const attempts = {
      dir: open(`${folder}/dir/a`, "r"),
      file: open(`${folder}/file`, "r"),
      write: open(`${folder}/file`, "w"),
      make: open(`${folder}/dir/b`, "c"),
      list: `opendir(my $d, "${folder}/dir")`,
    };
    const root = { dir: "ENOENT", file: "EACCES", write: "EACCES", make: "EROFS", list: "ok" };
    assertEquals(attempt(sandbox, attempts), root);
    const user = { dir: "EACCES", file: "EACCES", write: "EACCES", make: "EACCES", list: "EACCES" };
    assertEquals(attempt(sandbox, attempts, NOBODY), user);
  });
});

testNeeding("no program is executed where none may be", NEEDS, () => {
  withFolder((folder) => {
    for (const name of ["out", "in"]) {
      Deno.mkdirSync(`${folder}/${name}`);
      Deno.copyFileSync("/bin/true", `${folder}/${name}/true`);
    }
    const sandbox: Sandbox = {
      "no-exec-paths": ["/"],
      "exec-paths": ["/usr", "-/lib", "-/lib64", "-/bin", `${folder}/in`],
      "read-only-system": "strict",
      "read-write-paths": [`${folder}/out`],
    };
    const { output } = runShell(
      `${folder}/out/true 2> /dev/null; echo $?; ${folder}/in/true; echo $?; ` +
        `touch ${folder}/out/a && echo written; touch ${folder}/in/a 2> /dev/null || echo refused`,
      { sandbox, environment: ["PATH=/usr/bin:/bin"] },
    );
    assertEquals(output, "126\n0\nwritten\nrefused\n");
  });
});

testNeeding(
  "protect-home hides homes, empties them, or keeps them from being written",
  NEEDS,
  () => {
    const attempts = {
      make: open(`/root/${NEW}`, "c"),
      list: 'opendir(my $d, "/home")',
      entries: 'opendir(my $d, "/root"); my @e = grep { !/^\\.\\.?$/ } readdir($d); $! = 0; @e > 0',
    };
    const hidden = attempt({ "protect-home": true }, attempts);
    assertEquals(hidden, { make: "EROFS", list: "ok", entries: "0" });
    const asUser = attempt({ "protect-home": true }, attempts, NOBODY);
    assertEquals(asUser, { make: "EACCES", list: "EACCES", entries: "0" });
    const empty = attempt({ "protect-home": "empty" }, attempts, NOBODY);
    assertEquals(empty, { make: "EROFS", list: "ok", entries: "0" });
    const readOnly = attempt({ "protect-home": "read-only" }, { make: attempts.make });
    assertEquals(readOnly, { make: "EROFS" });
  },
);

testNeeding("a private /tmp is new, empty, and gone with its processes", NEEDS, () => {
  withFolder((folder) => {
    assertMatch(folder, /^\/tmp\//);
    const sandbox: Sandbox = { "private-tmp": true };
    const script = `test -e ${folder} || echo hidden; ls -A /tmp /var/tmp; ` +
      "stat -c %a /tmp /var/tmp; echo a > /tmp/a && cat /tmp/a";
    const once = "hidden\n/tmp:\n\n/var/tmp:\n1777\n1777\na\n";
    assertEquals(runShell(script, { sandbox }).output, once);
    assertEquals(runShell(script, { sandbox, ...NOBODY }).output, once);
  });
});

testNeeding("a private /dev has what programs need and nothing of the machine's", NEEDS, () => {
  const sandbox: Sandbox = { "private-devices": true };
  const names = runShell("cd /dev; echo *", { sandbox }).output.trim().split(" ");
  const known = ["fd", "full", "log", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr"];
  const all = [...known, "stdin", "stdout", "tty", "urandom", "zero"];
  assertEquals(names.filter((name) => !all.includes(name)), []);
  for (const name of ["null", "zero", "urandom", "tty", "stdout"]) {
    assert(names.includes(name), name);
  }
  for (const parts of [{}, NOBODY]) {
    const outcomes = attempt(sandbox, {
      null: open("/dev/null", "w"),
      random: open("/dev/urandom", "r"),
      make: open(`/dev/${NEW}`, "c"),
      device: `my $r = ${sys("mknodat", -100, `"/tmp/${NEW}-$$"`, "020600", 0x103)}; ` +
        `my $e = $!; unlink("/tmp/${NEW}-$$"); $! = $e; $r`,
      kmsg: open("/dev/kmsg", "r"),
    }, parts);
    const make = parts === NOBODY ? "EACCES" : "EROFS";
    const expected = { null: "ok", random: "ok", make, device: "EPERM", kmsg: "ENOENT" };
    assertEquals(outcomes.make === "EROFS" ? { ...expected, make: "EROFS" } : expected, outcomes);
  }
});

testNeeding("what steers the kernel can only be read, or not at all", NEEDS, () => {
  const outcomes = attempt({
    "protect-kernel-tunables": true,
    "protect-kernel-logs": true,
    "protect-control-groups": true,
  }, {
    sysctl: open("/proc/sys/kernel/panic", "w"),
    read: open("/proc/sys/kernel/panic", "r"),
    symbols: open("/proc/kallsyms", "r"),
    sys: open(`/sys/kernel/${NEW}`, "c"),
    cgroup: `mkdir("/sys/fs/cgroup/${NEW}") || undef`,
    kmsg: open("/dev/kmsg", "r"),
    own: open("/proc/self/oom_score_adj", "w"),
  });
  assertEquals(outcomes, {
    ...{ sysctl: "EROFS", read: "ok", symbols: "EACCES", sys: "EROFS" },
    ...{ cgroup: "EROFS", kmsg: "EACCES", own: "ok" },
  });
});

testNeeding("a box shows the processes that it is to show", NEEDS, () => {
  const attempts = {
    first: open("/proc/1/status", "r"),
    own: open("/proc/self/status", "r"),
    memory: open("/proc/meminfo", "r"),
    sysctl: open("/proc/sys/kernel/panic", "r"),
  };
  const all = { first: "ok", own: "ok", memory: "ok", sysctl: "ok" };
  assertEquals(attempt({ "private-tmp": true }, attempts, NOBODY), all);
  const invisible = attempt({ "protect-proc": "invisible" }, attempts, NOBODY);
  assertEquals(invisible, { ...all, first: "ENOENT" });
  const subset = attempt({ "proc-subset": "pid" }, attempts, NOBODY);
  assertEquals(subset, { ...all, memory: "ENOENT", sysctl: "ENOENT" });
});

testNeeding("a private network has its own loopback device and no way out", NEEDS, () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const connect = `socket(my $s, AF_INET, SOCK_STREAM, 0); ` +
    `connect($s, sockaddr_in(${port}, inet_aton("127.0.0.1")))`;
  const loopback = `socket(my $l, AF_INET, SOCK_STREAM, 0); ` +
    `bind($l, sockaddr_in(0, INADDR_LOOPBACK)); listen($l, 1); ` +
    `socket(my $s, AF_INET, SOCK_STREAM, 0); connect($s, getsockname($l))`;
  const away = `socket(my $s, AF_INET, SOCK_DGRAM, 0); ` +
    `connect($s, sockaddr_in(53, inet_aton("192.0.2.1")))`;
  const sandbox: Sandbox = { "private-network": true };
  for (const parts of [{}, NOBODY]) {
    assertEquals(attempt(sandbox, { connect, loopback, away }, parts), {
      ...{ connect: "ECONNREFUSED", loopback: "ok", away: "ENETUNREACH" },
    });
  }
  assertEquals(attempt(undefined, { connect }), { connect: "ok" });
  listener.close();
});

testNeeding("private users are the own one, and rights hold within the box only", NEEDS, () => {
  const maps = (parts: SettingsParts) =>
    runShell("grep -E '^(Uid|Gid)' /proc/self/status; cat /proc/self/uid_map /proc/self/gid_map", {
      sandbox: { "private-users": true },
      ...parts,
    }).output.replaceAll(/[\t ]+/g, " ");
  // Real, effective, saved, and that by which files are opened.
  const expected = (uid: number, gid: number) =>
    `Uid:${` ${uid}`.repeat(4)}\nGid:${` ${gid}`.repeat(4)}\n ${uid} ${uid} 1\n ${gid} ${gid} 1\n`;
  assertEquals(maps({}), expected(0, 0));
  assertEquals(maps(NOBODY), expected(65534, 65534));
  const own = { attributes: { runAs: { kind: "numeric", uid: 12345 } } } as const;
  assertEquals(maps(own), expected(12345, 0));
  const outcomes = attempt({ "private-users": true }, {
    manager: `kill(0, ${Deno.pid}) || undef`,
    first: "kill(0, 1) || undef",
    reboot: sys("reboot", 0, 0, 0, 0),
    other: sys("setresuid", 1, 1, 1),
    mount: sys("mount", '"none"', '"/mnt"', '"tmpfs"', 0, 0),
  });
  assertEquals(outcomes.reboot, "EPERM");
  assertEquals(outcomes.other, "EINVAL");
  assertEquals(outcomes.mount, "EPERM");
});

testNeeding("a changed name of the machine is not seen outside", NEEDS, () => {
  const before = Deno.hostname();
  const outcomes = attempt({ "protect-hostname": true }, {
    name: sys("sethostname", '"boxed"', 5),
  });
  assertEquals([outcomes, Deno.hostname()], [{ name: "EPERM" }, before]);
});

testNeeding("profiles leave a program all that it needs, as root and as a user", NEEDS, () => {
  const script =
    'echo "$(id -u)"; echo a > /tmp/a; cat /tmp/a; ls /usr > /dev/null && echo listed; ' +
    "sleep 0 & wait; echo done";
  for (const profile of [PROFILES.strict, PROFILES.web]) {
    for (const [parts, uid] of [[{}, 0], [NOBODY, 65534]] as const) {
      const { output, status } = runShell(script, {
        sandbox: profile,
        environment: ["PATH=/usr/bin:/bin"],
        ...parts,
      });
      assertEquals(output, `${uid}\na\nlisted\ndone\n`);
      assertEquals(status, { kind: "exited", code: 0 });
    }
  }
});

testNeeding("root in a box of a profile cannot undo it", NEEDS, () => {
  for (const sandbox of [PROFILES.strict, PROFILES.web]) {
    const outcomes = attempt(sandbox, {
      remount: sys("mount", 0, '"/usr"', 0, "0x1020", 0),
      setattr: `my $a = "\\0" x 8 . "\\1" . "\\0" x 23; ${
        sys("mount_setattr", -100, '"/usr"', "0x8000", "$a", 32)
      }`,
      umount: sys("umount2", '"/home"', 2),
      ptrace: sys("ptrace", 16, 1, 0, 0),
      setns: `open(my $n, "<", "/proc/1/ns/mnt"); ${sys("setns", "$n ? fileno($n) : 0", 0)}`,
      module: sys("init_module", 0, 0, '""'),
      write: open(`/usr/${NEW}`, "c"),
      home: open(`/root/${NEW}`, "c"),
    });
    for (const name of ["remount", "setattr", "umount", "ptrace", "setns", "module"]) {
      assertEquals(outcomes[name], "EPERM", name);
    }
    assertEquals([outcomes.write, outcomes.home], ["EROFS", "EROFS"]);
  }
});

testNeeding("nothing of a box is left outside", NEEDS, () => {
  const mounts = () => Deno.readTextFileSync("/proc/self/mountinfo");
  const before = mounts();
  assertEquals(runShell("exit 3", { sandbox: PROFILES.strict }).status, {
    kind: "exited",
    code: 3,
  });
  assertEquals(mounts(), before);
});

testNeeding("a program in a box has no descriptor but its own", NEEDS, () => {
  const landlocked: Sandbox = {
    ...PROFILES.strict,
    "landlock-exec-paths": ["/"],
    "landlock-write-paths": ["/proc", "/dev"],
  };
  for (const sandbox of [PROFILES.strict, landlocked]) {
    const { output } = runShell("ls /proc/self/fd", { sandbox });
    // The last is that of the listing.
    assertEquals(output, "0\n1\n2\n3\n");
  }
});

testNeeding("what cannot be set up is told by its line, and the program is not run", NEEDS, () => {
  const why = (sandbox: Sandbox) => {
    const result = spawnedIn(sandbox);
    assert(result.kind === "exec-failed", JSON.stringify(result));
    return result.why;
  };
  assertEquals(
    why({ "read-only-system": "strict", "read-write-paths": ["/nowhere/at/all"] }),
    'Cannot set up the sandbox: read-write-paths: open_tree "/nowhere/at/all": ' +
      "no such file or directory (ENOENT)",
  );
  assertEquals(
    why({ "inaccessible-paths": ["/nowhere"] }),
    'Cannot set up the sandbox: inaccessible-paths: mount "/nowhere": ' +
      "no such file or directory (ENOENT)",
  );
  assertEquals(
    why({ "landlock-read-paths": ["/nowhere"] }),
    'Cannot set up the sandbox: landlock-read-paths: openat "/nowhere": ' +
      "no such file or directory (ENOENT)",
  );
});
