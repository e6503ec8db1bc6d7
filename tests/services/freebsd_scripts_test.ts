/**
 * The scripts of the set freebsd, run by dash in a file system of their own, with stand-ins for
 * FreeBSD's programs.
 */
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { composedSet } from "./composed_set.ts";
import { SCRATCH_NEEDS, ScratchRoot } from "./scratch_root.ts";

const SET = composedSet("freebsd");

/** A short form of FreeBSD's: the settings, and the function that reads the administrator's. */
const DEFAULTS = `fsck_flags="-p"
root_rw_mount="YES"
source_rc_confs() { [ ! -r /etc/rc.conf ] || . /etc/rc.conf; }
`;

function scriptTest(name: string, body: (root: ScratchRoot) => void): void {
  testNeeding(name, SCRATCH_NEEDS, () => {
    using root = new ScratchRoot(`${SET}/scripts`);
    root.file("/etc/defaults/rc.conf", DEFAULTS);
    root.file("/etc/fstab", "/dev/ada0p2 / ufs rw 1 1\n");
    body(root);
  });
}

scriptTest("FreeBSD's fsck.sh checks everything at once, with the flags of rc.conf", (root) => {
  root.program("fsck");
  assertEquals(root.run("fsck.sh"), { status: 0, output: "", calls: ["fsck -p"] });
  root.file("/etc/rc.conf", 'fsck_flags="-p -f"\nbackground_fsck="YES"\n');
  assertEquals(root.run("fsck.sh").calls.at(-1), "fsck -p -f");
});

scriptTest("FreeBSD's fsck.sh survives a fault in rc.conf", (root) => {
  root.program("fsck").file("/etc/rc.conf", 'if then "\n');
  assertEquals(root.run("fsck.sh"), { status: 0, output: "", calls: ["fsck -p"] });
});

scriptTest("FreeBSD's fsck.sh waits once for a device that is not there", (root) => {
  root.program("fsck", "exit 3").program("sleep");
  const { status, calls } = root.run("fsck.sh");
  assertEquals([status, calls], [1, ["fsck -p", "sleep 5", "fsck -p"]]);
});

for (const status of [8, 16]) {
  scriptTest(`FreeBSD's fsck.sh repairs after status ${status} only if rc.conf says so`, (root) => {
    root.program("fsck", `[ "$1" = -y ] || exit ${status}`);
    const stopped = root.run("fsck.sh");
    assertEquals(stopped.status, 1);
    assertIncludes(stopped.output, `Faults are left (status ${status})`);
    root.file("/etc/rc.conf", 'fsck_y_enable="YES"\nfsck_y_flags="-T ffs:-R"\n');
    const repaired = root.run("fsck.sh");
    assertEquals([repaired.status, repaired.calls.at(-1)], [0, "fsck -y -T ffs:-R"]);
  });
}

scriptTest("FreeBSD's fsck.sh has the machine restarted when the root was repaired", (root) => {
  root.program("fsck", "exit 4").program("sleep");
  const ended = root.shell("trap 'echo TOLD' INT; /bin/sh scripts/fsck.sh; echo status $?");
  assertMatch(ended.output, /^TOLD\nstatus 1$/m);
});

scriptTest("FreeBSD's root-rw.sh makes the root writable unless rc.conf says no", (root) => {
  root.program("mount");
  assertEquals(root.run("root-rw.sh").calls, ["mount -u -o rw /"]);
  root.file("/etc/rc.conf", 'root_rw_mount="NO"\n');
  assertEquals(root.run("root-rw.sh"), { status: 0, output: "", calls: [] });
});

const NTPD = "/etc/rc.d/ntpd";
const SYSLOGD = "/etc/rc.d/syslogd";
const WEB = "/usr/local/etc/rc.d/web";

/** Scripts that say what they are called with, and an rcorder that takes them as they come. */
function withRcScripts(root: ScratchRoot): ScratchRoot {
  root.program(
    "rcorder",
    'while :; do case $1 in -*) shift 2 ;; *) break ;; esac; done; echo "$@"',
  );
  for (const path of [NTPD, SYSLOGD, WEB]) root.file(path, `echo ${path} "$@"\n`);
  return root;
}

scriptTest(
  "rc-services.sh starts what no service of the set stands for, and stops it backwards",
  (root) => {
    withRcScripts(root);
    const started = root.run("rc-services.sh", "start");
    assertEquals(started.output, `${NTPD} quietstart\n${WEB} quietstart\n`);
    assertEquals(started.calls, [
      `rcorder -s nostart -s firstboot ${NTPD} ${SYSLOGD} ${WEB}`,
    ]);
    const stopped = root.run("rc-services.sh", "stop");
    assertEquals(stopped.output, `${WEB} quietstop\n${NTPD} quietstop\n`);
  },
);

scriptTest("rc-services.sh goes on after a failure and tells it", (root) => {
  withRcScripts(root).file(NTPD, "exit 1\n");
  const { status, output } = root.run("rc-services.sh", "start");
  assertEquals(status, 1);
  assertIncludes(output, `${WEB} quietstart`);
  assertIncludes(output, "rc-services: Failed in rc.d: ntpd");
});

/** Steps of a service's list: `"/bin/sh", "scripts/rc-steps.sh", "quietstart", "ddb", …`. */
function stepsOf(service: string): readonly string[] {
  const text = Deno.readTextFileSync(`${SET}/${service}.toml`);
  const list = /"quietstart",([^\]]*)\]/.exec(text)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, step]) => step ?? "");
}

Deno.test("rc-services.sh leaves out every step that a service of the set does", () => {
  const script = Deno.readTextFileSync(`${SET}/scripts/rc-services.sh`);
  const own = new Set(/own="([^"]*)"/.exec(script)?.[1]?.split(/\s+/));
  for (const service of ["disks", "local-fs", "base", "netif", "network", "remote-fs"]) {
    const steps = stepsOf(service);
    assertEquals(steps.filter((step) => !own.has(step)), [], service);
    assertEquals(steps.length > 0, true, service);
  }
});
