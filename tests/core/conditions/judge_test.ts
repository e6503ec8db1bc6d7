/** Each kind of condition, held against machines on which it does and does not hold. */
import { type ConditionKind, conditionWords } from "../../../core/conditions/kinds.ts";
import { judge } from "../../../core/conditions/judge.ts";
import { assert, assertEquals } from "../../assert.ts";
import { machine, type MachineParts } from "./facts.ts";

/** What it asks for, and machines on which it holds, and on which it does not. */
type Case = readonly [value: string, holds: MachineParts, fails: MachineParts];

const MOUNTS = "1 0 8:1 / / rw,noatime - ext4 /dev/sda1 rw\n" +
  "2 1 8:2 / /mnt/a\\040b rw - ext4 /dev/sdb1 rw\n" +
  "3 1 8:3 / /ro ro - ext4 /dev/sdc1 rw\n" +
  "4 1 8:4 / /super rw - ext4 /dev/sdd1 ro,errors=continue\n" +
  "5 3 0:5 / /ro/var rw - tmpfs tmpfs rw\n";

function mounted(files: MachineParts["files"]): MachineParts {
  return { files: { "/proc/self/mountinfo": MOUNTS, "/": null, ...files } };
}

function status(text: string): MachineParts {
  return { files: { "/proc/self/status": text } };
}

const CASES: Readonly<Record<ConditionKind, readonly Case[]>> = {
  "path-exists": [["/a", { files: { "/a": "" } }, { files: { "/b": "" } }]],
  "path-exists-glob": [
    ["/a/*.conf", { files: { "/a": null, "/a/x.conf": "" } }, {
      files: { "/a": null, "/a/.conf": "", "/a/xconf": "" },
    }],
    ["/*/b?/c", { files: { "/": null, "/a": null, "/a/b1": null, "/a/b1/c": "" } }, {
      files: { "/": null, "/a": null, "/a/b12": null, "/a/b12/c": "" },
    }],
    ["/a/.*", { files: { "/a": null, "/a/.x": "" } }, { files: { "/a": null, "/a/x": "" } }],
    ["/a/[0-9b]*", { files: { "/a": null, "/a/b1": "" } }, { files: { "/a": null, "/a/c1": "" } }],
    ["/a/[!c]", { files: { "/a": null, "/a/b": "" } }, { files: { "/a": null, "/a/c": "" } }],
    ["/a/[x", { files: { "/a": null, "/a/[x": "" } }, { files: { "/a": null, "/a/x": "" } }],
    ["/a/b", { files: { "/a/b": "" } }, { files: { "/a": null } }],
  ],
  "path-is-directory": [
    ["/a", { files: { "/a": null } }, { files: { "/a": "" } }],
    ["/l", { files: { "/l": { link: "/a" }, "/a": null } }, { files: { "/l": { link: "/a" } } }],
  ],
  "path-is-symbolic-link": [
    ["/l", { files: { "/l": { link: "/gone" } } }, { files: { "/l": "" } }],
  ],
  "path-is-mount-point": [
    ["/mnt/a b", mounted({ "/mnt/a b": null }), mounted({})],
    ["/l", mounted({ "/l": { link: "/ro" }, "/ro": null }), mounted({ "/l": null })],
  ],
  "path-is-read-write": [
    ["/ro/var/x", mounted({ "/ro/var/x": "" }), mounted({})],
    ["/x", mounted({ "/x": "" }), mounted({ "/x": { link: "/ro/x" }, "/ro/x": "" })],
    [
      "/superb",
      mounted({ "/superb": null }),
      mounted({ "/superb": { link: "/super" }, "/super": null }),
    ],
  ],
  "directory-not-empty": [
    ["/a", { files: { "/a": null, "/a/b": "" } }, { files: { "/a": null } }],
    ["/f", { files: { "/f": null, "/f/x": null } }, { files: { "/f": "text" } }],
  ],
  "file-not-empty": [
    ["/f", { files: { "/f": "x" } }, { files: { "/f": "" } }],
    ["/d", { files: { "/d": "x" } }, { files: { "/d": null, "/d/x": "x" } }],
  ],
  "file-is-executable": [
    ["/f", { files: { "/f": { mode: 0o100 } } }, { files: { "/f": { mode: 0o666 } } }],
    ["/f", { files: { "/f": { mode: 0o755 } } }, { files: { "/f": null } }],
  ],
  "first-boot": [
    ["", {}, { files: { "/etc/machine-id": "0123456789abcdef0123456789abcdef\n" } }],
    ["", { files: { "/etc/machine-id": "\n" } }, { os: "freebsd" }],
    ["", { files: { "/etc/machine-id": "uninitialized\n" } }, {
      files: { "/etc/machine-id": null },
    }],
    ["", { os: "freebsd", files: { "/firstboot": "" } }, { os: "freebsd" }],
  ],
  "capability": [
    ["cap_sys_time", status("CapEff:\t0\nCapBnd:\t0000000002000000\n"), status("CapBnd:\t0\n")],
    ["cap_chown", status("CapBnd:\t000001ffffffffff\n"), {}],
  ],
  "virtualization": [
    ["container", { files: { "/run/systemd/container": "podman\n" } }, {}],
    ["podman", { files: { "/proc/1/environ": "A=1\0container=oci\0", "/run/.containerenv": "" } }, {
      files: { "/.dockerenv": "" },
    }],
    ["any", { files: { "/sys/class/dmi/id/sys_vendor": "QEMU\n" } }, {
      files: { "/sys/class/dmi/id/sys_vendor": "LENOVO\n" },
    }],
    ["vm", { files: { "/proc/cpuinfo": "flags\t\t: fpu hypervisor lahf_lm\n" } }, {
      files: { "/proc/cpuinfo": "flags\t\t: fpu lahf_lm\n", "/run/systemd/container": "" },
    }],
    ["private-users", { files: { "/proc/self/uid_map": "         0     100000      65536\n" } }, {
      files: { "/proc/self/uid_map": "         0          0 4294967295\n" },
    }],
  ],
  "kernel-command-line": [
    ["quiet", { files: { "/proc/cmdline": "ro quiet root=/dev/sda\n" } }, {
      files: { "/proc/cmdline": "ro unquiet\n" },
    }],
    ["root", { files: { "/proc/cmdline": "root=/dev/sda" } }, {
      files: { "/proc/cmdline": "rootwait" },
    }],
    ["audit=0", { files: { "/proc/cmdline": "audit=0" } }, {
      files: { "/proc/cmdline": "audit=01 audit" },
    }],
  ],
  "kernel-version": [
    [">= 6.1", { files: { "/proc/sys/kernel/osrelease": "6.1.0-13-amd64\n" } }, {
      files: { "/proc/sys/kernel/osrelease": "5.19\n" },
    }],
    ["<6.10", { files: { "/proc/sys/kernel/osrelease": "6.9.3" } }, {
      files: { "/proc/sys/kernel/osrelease": "6.10.0" },
    }],
    ["= 6", { files: { "/proc/sys/kernel/osrelease": "6.0" } }, {}],
  ],
  "architecture": [["arm64", { architecture: "arm64" }, { architecture: "x86-64" }]],
  "host": [
    ["web*", { files: { "/proc/sys/kernel/hostname": "WEB3\n" } }, {
      files: { "/proc/sys/kernel/hostname": "aweb\n" },
    }],
    ["a.b", { files: { "/proc/sys/kernel/hostname": "a.b" } }, {
      files: { "/proc/sys/kernel/hostname": "axb" },
    }],
    ["0123456789abcdef0123456789abcdef", {
      files: { "/etc/machine-id": "0123456789abcdef0123456789abcdef\n" },
    }, { files: { "/proc/sys/kernel/hostname": "0123456789abcdef0123456789abcdef" } }],
  ],
  "user": [
    ["0", { userId: () => 0 }, { userId: () => 1000 }],
    ["www", { userId: () => 33, userNamed: () => 33 }, { userId: () => 33 }],
  ],
  "group": [
    ["5", status("Gid:\t5\t5\t5\t5\nGroups:\t7 9\n"), status("Gid:\t1\t1\t1\t1\nGroups:\t55\n")],
    ["adm", { ...status("Gid:\t1\t1\nGroups:\t7 9\n"), groupNamed: () => 9 }, status("Gid:\t1\n")],
  ],
  "environment": [
    ["A", { variable: (name) => name === "A" ? "" : undefined }, {}],
    ["A=b=c", { variable: () => "b=c" }, { variable: () => "b" }],
  ],
  "ac-power": [
    ["", {}, {
      files: power({
        BAT0: { type: "Battery", status: "Discharging" },
        AC: { type: "Mains", online: "0" },
      }),
    }],
    ["", {
      files: power({
        BAT0: { type: "Battery", status: "Discharging" },
        AC: { type: "Mains", online: "1" },
      }),
    }, { files: power({ BAT0: { type: "Battery", status: "Discharging" } }) }],
    ["", {
      files: power({ mouse: { type: "Battery", status: "Discharging", scope: "Device" } }),
    }, { files: power({ BAT0: { type: "Battery", status: "Discharging", scope: "System" } }) }],
  ],
  "cpus": [
    ["> 1", status("Cpus_allowed:\t3\n"), status("Cpus_allowed:\t2\n")],
    ["= 33", status("Cpus_allowed:\t1,ffffffff\n"), {}],
  ],
  "memory": [
    [">= 1048576", { files: { "/proc/meminfo": "MemTotal:        1024 kB\n" } }, {
      files: { "/proc/meminfo": "MemTotal:        1023 kB\nMemFree: 9999 kB\n" },
    }],
  ],
  "security": [
    ["apparmor", { files: { "/sys/kernel/security/lsm": "lockdown,capability,apparmor" } }, {
      files: { "/sys/kernel/security/lsm": "capability" },
    }],
    ["audit", { files: { "/proc/self/loginuid": "0" } }, {}],
  ],
  "control-group-controller": [
    ["v2", { files: { "/sys/fs/cgroup/cgroup.controllers": "" } }, {}],
    ["v1", {}, { files: { "/sys/fs/cgroup/cgroup.controllers": "cpu" } }],
    ["memory", { files: { "/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n" } }, {
      files: { "/sys/fs/cgroup/cgroup.controllers": "cpu pids\n" },
    }],
  ],
};

function power(
  supplies: Readonly<Record<string, Readonly<Record<string, string>>>>,
): NonNullable<MachineParts["files"]> {
  const folder = "/sys/class/power_supply";
  const files: Record<string, string | null> = { [folder]: null };
  for (const [name, fields] of Object.entries(supplies)) {
    files[`${folder}/${name}`] = null;
    for (const [field, text] of Object.entries(fields)) {
      files[`${folder}/${name}/${field}`] = `${text}\n`;
    }
  }
  return files;
}

for (const kind of conditionWords()) {
  Deno.test(`judge() answers ${kind}, and its negation`, () => {
    for (const [value, holds, fails] of CASES[kind]) {
      const group = (isNegated: boolean) => [[{ kind, value, isNegated }]];
      const is = (isNegated: boolean, parts: MachineParts) =>
        judge(group(isNegated), machine(parts)).kind;
      assertEquals([is(false, holds), is(true, holds)], ["met", "unmet"], `${kind} ${value}`);
      assertEquals([is(false, fails), is(true, fails)], ["unmet", "met"], `not ${kind} ${value}`);
    }
  });
}

Deno.test("judge() wants all groups, and one of each group", () => {
  const there = { kind: "path-exists", value: "/a", isNegated: false } as const;
  const gone = { kind: "path-exists", value: "/b", isNegated: false } as const;
  const facts = machine({ files: { "/a": "" } });
  assertEquals(judge([], facts), { kind: "met" });
  assertEquals(judge([[there], [gone, there]], facts), { kind: "met" });
  assertEquals(judge([[there], [gone, { ...there, isNegated: true }], [gone]], facts), {
    kind: "unmet",
    text: "path-exists /b or !path-exists /a",
  });
});

Deno.test("judge() looks at no more of a directory than it may", () => {
  const names = Array.from({ length: 5000 }, (_, index) => `n${index}`);
  const facts = machine({ files: { "/a": null }, names: () => [...names, "x.conf"] });
  const glob = [[{ kind: "path-exists-glob", value: "/a/*.conf", isNegated: false }]] as const;
  assertEquals(judge(glob, facts).kind, "unmet");
  assert(judge(glob, machine({ files: { "/a": null }, names: () => ["x.conf"] })).kind === "met");
});
