/**
 * The scripts of the set linux, most of which alpine has too, run by dash in a file system of their
 * own. That the scripts of all sets are shell at all is tested as well.
 */
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding, tool } from "../skip.ts";
import { type Ended, SCRATCH_NEEDS, ScratchRoot } from "./scratch_root.ts";
import { composedSet } from "./composed_set.ts";
import { EXPECTED_SETS } from "./expected_sets.ts";
import { filesIn } from "./service_set.ts";

const SCRIPTS = `${composedSet("linux")}/scripts`;
/** A shell reports the end of a child by SIGINT as 128 + 2. */
const ENDED_BY_SIGINT = 130;

for (const shell of [["dash"], ["busybox", "sh"], ["bash", "--posix"]] as const) {
  testNeeding(`the scripts of all sets are read by ${shell.join(" ")}`, [tool(shell[0])], () => {
    for (const { folder } of EXPECTED_SETS) {
      for (const name of filesIn(`${folder}/scripts`)) {
        const [program, ...args] = [...shell, "-n", `${folder}/scripts/${name}`];
        const { stderr } = new Deno.Command(program ?? "", { args }).outputSync();
        assertEquals(new TextDecoder().decode(stderr), "", name);
      }
    }
  });
}

/** One run of a script: the file system is prepared, and what came of it is looked at. */
function scriptTest(name: string, prepare: (root: ScratchRoot) => void): void {
  testNeeding(name, SCRATCH_NEEDS, () => {
    using root = new ScratchRoot(SCRIPTS);
    prepare(root);
  });
}

/** Silent, and well. */
function assertQuiet(ended: Ended, calls: readonly string[]): void {
  assertEquals(ended, { status: 0, output: "", calls });
}

for (const status of [0, 1]) {
  scriptTest(`fsck.sh root, when fsck ends with ${status}, lets the boot go on`, (root) => {
    root.program("fsck", `exit ${status}`).program("fsck.ext4");
    assertQuiet(root.run("fsck.sh", "root"), ["fsck -T -C0 -a -t ext4 /"]);
  });
}

for (const status of [4, 5, 6, 8, 12]) {
  scriptTest(`fsck.sh root, when fsck ends with ${status}, stops the boot`, (root) => {
    root.program("fsck", `exit ${status}`).program("fsck.ext4");
    const ended = root.run("fsck.sh", "root");
    assertEquals(ended.status, 1);
    assertIncludes(ended.output, `fsck-root: Faults are left (status ${status})`);
  });
}

for (const status of [2, 3]) {
  scriptTest(`fsck.sh root, when fsck ends with ${status}, has the machine restarted`, (root) => {
    root.program("fsck", `exit ${status}`).program("fsck.ext4").program("sleep");
    const ended = root.shell("trap 'echo TOLD' INT; /bin/sh scripts/fsck.sh root; echo status $?");
    assertMatch(ended.output, /^TOLD\nstatus 1$/m);
    assertIncludes(ended.output, "the machine must start again");
  });
}

scriptTest("fsck.sh, when fsck is cancelled, dies by SIGINT", (root) => {
  root.program("fsck", "exit 32").program("fsck.ext4");
  root.file("/etc/fstab", "/dev/vda / ext4 defaults 0 1\n/dev/vdb /data ext4 defaults 0 2\n");
  for (const what of ["root", "others"]) {
    const ended = root.shell(`/bin/sh scripts/fsck.sh ${what}; echo status $?`);
    assertIncludes(ended.output, `status ${ENDED_BY_SIGINT}`);
    assertIncludes(ended.output, "Cancelled");
  }
});

scriptTest("fsck.sh root says so when the kernel has made the root writable", (root) => {
  root.program("fsck").program("fsck.ext4");
  root.file("/proc/self/mounts", "/dev/vda / ext4 rw,relatime 0 0\n");
  const ended = root.run("fsck.sh", "root");
  assertEquals([ended.status, ended.calls], [0, []]);
  assertIncludes(ended.output, 'Add "ro" to the kernel\'s command line');
  // A soft reboot leaves it so.
  root.file("/proc/cmdline", "quiet ro\n");
  assertQuiet(root.run("fsck.sh", "root"), []);
});

for (const word of ["fastboot", "fsck.mode=skip"]) {
  scriptTest(`fsck.sh, when the kernel's command line says ${word}, checks nothing`, (root) => {
    root.program("fsck").program("fsck.ext4").file("/proc/cmdline", `quiet ${word} ro\n`);
    const ended = root.run("fsck.sh", "root");
    assertEquals([ended.status, ended.calls], [0, []]);
  });
}

scriptTest("fsck.sh takes force and repair from the kernel's command line", (root) => {
  root.program("fsck").file("/proc/cmdline", "forcefsck fsck.repair=yes\n");
  assertQuiet(root.run("fsck.sh", "others"), []);
  root.file("/etc/fstab", "/dev/vda / ext4 defaults 0 1\ntmpfs /tmp tmpfs defaults\n");
  assertQuiet(root.run("fsck.sh", "others"), []);
  root.file("/etc/fstab", "/dev/vdb /data ext4 defaults 0 2\n");
  assertEquals(root.run("fsck.sh", "others").calls.at(-1), "fsck -A -R -T -C0 -y -f");

  root.program("fsck", '[ "$1" != --version ] || echo "fsck from util-linux 2.38.1"');
  assertEquals(root.run("fsck.sh", "others").calls.at(-1), "fsck -A -R -T -C0 -M -y -f");
});

scriptTest("fsck.sh root leaves a root alone that cannot or must not be checked", (root) => {
  root.program("fsck").program("fsck.ext4");
  root.file("/proc/self/mounts", "rootfs / rootfs rw 0 0\noverlay / overlay rw 0 0\n");
  assertQuiet(root.run("fsck.sh", "root"), []);

  root.file("/proc/self/mounts", "/dev/vda / ext4 rw,relatime 0 0\n");
  const writable = root.run("fsck.sh", "root");
  assertEquals([writable.status, writable.calls], [0, []]);
  assertIncludes(writable.output, "writable already");

  root.file("/proc/self/mounts", "/dev/vda / ext4 ro 0 0\n");
  root.file("/etc/fstab", "# comment\n/dev/vda / ext4 defaults 0 0\n");
  assertQuiet(root.run("fsck.sh", "root"), []);

  root.file("/etc/fstab", "/dev/vda / ext4 defaults 0 1\n");
  assertEquals(root.run("fsck.sh", "root").calls.length, 1);

  root.file("/proc/self/mounts", "/dev/vda / strange ro 0 0\n");
  assertIncludes(root.run("fsck.sh", "root").output, "There is no fsck for strange here");
});

scriptTest("root-rw.sh makes the root writable unless /etc/fstab says ro", (root) => {
  root.program("mount");
  assertQuiet(root.run("root-rw.sh"), ["mount -o remount,rw /"]);
  root.file("/etc/fstab", "/dev/vda / ext4 noatime,ro 0 1\n/dev/vdb /data ext4 rw 0 2\n");
  assertQuiet(root.run("root-rw.sh"), []);
  root.file("/etc/fstab", "#/dev/vda / ext4 ro 0 1\n/dev/vda / ext4 errors=remount-ro 0 1\n");
  root.program("mount", "exit 32");
  const failed = root.run("root-rw.sh");
  assertEquals(failed.status, 1);
  assertIncludes(failed.output, "Cannot make the root writable");
});

scriptTest("pseudo-fs.sh mounts what is missing and nothing twice", (root) => {
  root.program("mount").program("chgrp").program("ln");
  root.file("/proc/self/mounts", "proc /proc proc rw 0 0\ndev /dev devtmpfs rw 0 0\n");
  root.file("/proc/filesystems", "nodev\tcgroup2\n\text4\n").file("/sys/fs/cgroup/x", "");
  const { status, output, calls } = root.run("pseudo-fs.sh");
  assertEquals([status, output], [0, ""]);
  const places = calls.filter((call) => call.startsWith("mount ")).map((call) =>
    call.split(" ").at(-1)
  );
  assertEquals(places, ["/sys", "/run", "/dev/pts", "/dev/shm", "/sys/fs/cgroup"]);
  assertEquals(root.read("/run/utmp"), "");
});

scriptTest("pseudo-fs.sh tells which mount failed", (root) => {
  root.program("mount", '[ "$2" != sysfs ]').file("/proc/self/mounts", "");
  const ended = root.run("pseudo-fs.sh");
  assertEquals(ended.status, 1);
  assertIncludes(ended.output, "pseudo-fs: Cannot mount sysfs on /sys");
});

scriptTest("modules.sh loads each named module with its parameters, first folder first", (root) => {
  root.program("modprobe", '[ "$1" != absent ]').file("/proc/modules", "");
  root.file("/etc/modules-load.d/a.conf", "# comment\nloop max_loop=8\n\n; other\nabsent\n");
  root.file("/usr/lib/modules-load.d/a.conf", "hidden\n");
  root.file("/usr/lib/modules-load.d/b.conf", "fuse");
  root.file("/etc/modules", "tun\n");
  const ended = root.run("modules.sh");
  assertEquals(ended.calls, [
    "modprobe loop max_loop=8",
    "modprobe absent",
    "modprobe fuse",
    "modprobe tun",
  ]);
  assertEquals(ended.status, 1);
  assertIncludes(ended.output, "modules: Cannot load: absent");
});

scriptTest("modules.sh has nothing to do where all is built in", (root) => {
  root.program("modprobe").file("/etc/modules", "tun\n");
  assertQuiet(root.run("modules.sh"), []);
});

scriptTest("sysctl.sh applies files by name, the first folder's wins, sysctl.conf last", (root) => {
  root.program("sysctl").file("/etc/sysctl.conf", "");
  root.file("/etc/sysctl.d/50-a.conf", "").file("/usr/lib/sysctl.d/50-a.conf", "");
  root.file("/usr/lib/sysctl.d/10-b.conf", "").file("/etc/sysctl.d/README", "");
  assertQuiet(root.run("sysctl.sh"), [
    "sysctl -q -e -p /usr/lib/sysctl.d/10-b.conf",
    "sysctl -q -e -p /etc/sysctl.d/50-a.conf",
    "sysctl -q -e -p /etc/sysctl.conf",
  ]);
});

scriptTest("hostname.sh takes the first line that is no comment", (root) => {
  root.file("/etc/hostname", "# name\n\n  garden  \nother\n").file("/proc/sys/kernel/hostname", "");
  assertQuiet(root.run("hostname.sh"), []);
  assertEquals(root.read("/proc/sys/kernel/hostname"), "garden\n");

  root.file("/etc/hostname", "");
  const empty = root.run("hostname.sh");
  assertEquals(empty.status, 0);
  assertIncludes(empty.output, "missing or empty");
});

scriptTest("random-seed.sh feeds the kernel and saves a new seed for root only", (root) => {
  root.file("/var/lib/dinit/random-seed", "old seed").file("/dev/urandom", "x".repeat(512));
  assertQuiet(root.run("random-seed.sh", "start"), []);
  assertEquals(root.read("/dev/urandom"), "old seed", "the kernel was fed");
  const seed = "/var/lib/dinit/random-seed";
  root.file("/dev/urandom", "y".repeat(512));
  assertQuiet(root.run("random-seed.sh", "stop"), []);
  assertEquals(root.read(seed), "y".repeat(512));
  assertMatch(root.shell(`busybox stat -c %a ${seed}`).output, /^600$/m);
});

scriptTest("temporary-files.sh empties /tmp and nothing else", (root) => {
  root.file("/tmp/a/b/c", "").file("/tmp/.hidden", "").file("/tmp/lost+found/x", "");
  root.file("/etc/kept", "").shell("busybox ln -s /etc /tmp/link");
  assertQuiet(root.run("temporary-files.sh"), []);
  assertEquals(
    root.shell("busybox ls -A /tmp").output.trim().split("\n"),
    [".ICE-unix", ".X11-unix", "lost+found"],
  );
  assertEquals([root.read("/etc/kept"), root.read("/tmp/lost+found/x")], ["", ""]);
  assertMatch(root.shell("busybox stat -c %a /tmp /tmp/.X11-unix").output, /^1777\n1777$/m);
});

scriptTest("file-systems.sh mounts local and remote file systems apart", (root) => {
  root.program("mount").program("umount");
  assertQuiet(root.run("file-systems.sh", "local"), []);
  root.file("/etc/fstab", "");
  const [local = ""] = root.run("file-systems.sh", "local").calls;
  assertMatch(local, /^mount -a -t nonfs,.* -O no_netdev$/);
  const remote = root.run("file-systems.sh", "remote").calls;
  assertMatch(remote.join("\n"), /^mount -a -t nfs,.*\nmount -a -O _netdev$/);

  root.program("mount", "exit 1");
  const failed = root.run("file-systems.sh", "local");
  assertEquals(failed.status, 1);
  assertIncludes(failed.output, "local-fs: Not everything in /etc/fstab could be mounted");
});

scriptTest("udevd.sh becomes udevd after making the nodes that load modules", (root) => {
  const nodes = [
    "d /dev/net 0755 - - -",
    "c! /dev/net/tun 0600 - - - 10:200",
    "c! /dev/vda 0600 - - - 1:1",
  ];
  root.program("/sbin/udevd").program("mknod");
  root.program("kmod", `cat <<'END'\n${nodes.join("\n")}\nEND`);
  assertQuiet(root.run("udevd.sh"), [
    "kmod static-nodes --format=tmpfiles",
    "mknod -m 0600 /dev/net/tun c 10 200",
    "udevd",
  ]);
});

scriptTest("udevd.sh and devices.sh do without udev", (root) => {
  const without = root.run("udevd.sh");
  assertEquals([without.status, without.calls], [0, []]);
  assertIncludes(without.output, "There is no udevd here");
  assertQuiet(root.run("devices.sh"), []);
  root.program("mdev").file("/proc/sys/kernel/hotplug", "");
  assertQuiet(root.run("devices.sh"), ["mdev -s"]);
  assertEquals(root.read("/proc/sys/kernel/hotplug"), "/sbin/mdev\n");
});

scriptTest("syslogd.sh becomes the daemon that is there", (root) => {
  const none = root.run("syslogd.sh");
  assertEquals(none.status, 0);
  assertIncludes(none.output, "There is no syslog daemon here");
  root.program("syslogd", "[ \"$1\" != --version ] || echo 'syslogd (GNU inetutils) 2.4'");
  assertEquals(root.run("syslogd.sh").calls.at(-1), "syslogd -n");
  root.program("syslogd", "[ \"$1\" != --version ] || echo 'syslogd v2.4.4'");
  assertEquals(root.run("syslogd.sh").calls.at(-1), "syslogd -F");
  root.program("rsyslogd");
  assertQuiet(root.run("syslogd.sh"), ["rsyslogd -n -iNONE"]);
});

scriptTest("network.sh uses ifupdown, and fails only when nothing is up", (root) => {
  root.file("/etc/network/interfaces", "auto lo\niface lo inet loopback\n");
  root.program("ifup").program("ifdown").file("/sys/class/net/eth0/operstate", "down\n");
  assertQuiet(root.run("network.sh", "start"), ["ifup -a"]);

  root.file("/etc/network/interfaces.d/wired", "auto eth0\niface eth0 inet dhcp\n");
  const down = root.run("network.sh", "start");
  assertEquals(down.status, 1);
  assertIncludes(down.output, "network: No interface is up");

  root.program("ifup", "exit 1").file("/sys/class/net/eth0/operstate", "up\n");
  const partly = root.run("network.sh", "start");
  assertEquals(partly.status, 0);
  assertIncludes(partly.output, "ifup could not configure every interface");
  assertQuiet(root.run("network.sh", "stop"), ["ifdown -a --exclude=lo"]);
});

scriptTest("network.sh leaves the loopback interface out where ifup is busybox's", (root) => {
  root.program("/opt/busybox/ifup").program("/opt/busybox/ifdown", "exit 1");
  root.shell("busybox ln -s /opt/busybox/ifup /opt/busybox/ifdown /sbin");
  root.file("/etc/network/interfaces", "auto lo eth0\nauto eth1\niface lo inet loopback\n");
  root.file("/sys/class/net/eth0/operstate", "up\n");
  assertQuiet(root.run("network.sh", "start"), ["ifup eth0", "ifup eth1"]);
  const stopped = root.run("network.sh", "stop");
  assertEquals([stopped.status, stopped.calls], [1, ["ifdown eth0", "ifdown eth1"]]);
});

scriptTest("network.sh without ifupdown asks for addresses on wired interfaces", (root) => {
  root.program("ip").program("udhcpc", 'echo $$ >"$5"');
  root.file("/sys/class/net/lo/type", "772\n");
  root.file("/sys/class/net/eth0/type", "1\n").file("/sys/class/net/eth0/device/x", "");
  root.file("/sys/class/net/eth0/operstate", "up\n");
  root.file("/sys/class/net/wlan0/type", "1\n").file("/sys/class/net/wlan0/device/x", "");
  root.file("/sys/class/net/wlan0/wireless/x", "").file("/sys/class/net/br0/type", "1\n");
  assertQuiet(root.run("network.sh", "start"), [
    "ip link set eth0 up",
    "udhcpc -n -i eth0 -p /run/dinit-network/eth0.pid",
  ]);
});

scriptTest("getty.sh tells that it is ready only where the terminal is", (root) => {
  root.program("agetty").program("stty");
  const missing = root.shell("/bin/sh scripts/getty.sh tty9 3>/ready");
  assertEquals([missing.status, missing.calls, root.read("/ready")], [1, [], ""]);
  assertIncludes(missing.output, "getty@tty9: There is no terminal /dev/tty9");

  root.shell("busybox mknod /dev/tty1 c 1 3; busybox mknod /dev/ttyS0 c 1 3");
  const there = root.shell("/bin/sh scripts/getty.sh tty1 3>/ready");
  assertQuiet(there, ["agetty --noclear tty1 linux"]);
  assertEquals(root.read("/ready"), "ready");

  const serial = root.shell("/bin/sh scripts/getty.sh ttyS0 3>/ready").calls.at(-1) ?? "";
  assertMatch(serial, /^agetty --local-line .* ttyS0 vt220$/);
  root.program("stty", "exit 1");
  const bare = root.shell("/bin/sh scripts/getty.sh ttyS0 3>/ready");
  assertEquals([bare.status, root.read("/ready")], [1, ""]);
  assertIncludes(bare.output, "Nothing is behind /dev/ttyS0");
});

scriptTest("rescue-shell.sh lets a boot go on whatever the shell's status", (root) => {
  root.program("sulogin", "exit 7");
  assertQuiet(root.run("rescue-shell.sh", "single"), ["sulogin"]);
  assertEquals(root.run("rescue-shell.sh", "recovery").status, 7);
});

scriptTest("clock.sh without a hardware clock goes on from the last shutdown", (root) => {
  root.file("/var/lib/dinit/clock", "").program("/sbin/hwclock");
  root.shell("busybox touch -d 2199-01-01 /var/lib/dinit/clock");
  root.program("/usr/local/sbin/date", "case $1 in +%s) echo 1 ;; -r) echo 7226582400 ;; esac");
  const ended = root.run("clock.sh", "start");
  assertEquals(ended.calls.at(-1), "date -s @7226582400");
  assertIncludes(ended.output, "There is no hardware clock");

  root.file("/dev/rtc0", "");
  assertQuiet(root.run("clock.sh", "start"), ["hwclock -s"]);
  assertQuiet(root.run("clock.sh", "stop"), ["hwclock -w"]);
});
