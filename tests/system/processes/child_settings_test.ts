/**
 * Each setting of a process, set on a real service and held against what the kernel says of its
 * process.
 *
 * As root; the last tests run a manager of an ordinary user, for whom some of them must fail.
 */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { PROGRAM, withManager } from "../manager.ts";

const IS_ROOT = Deno.uid() === 0;
const NEEDS = [surroundings("root", IS_ROOT), tool("setpriv")];

/** Where control groups of version 2 are. */
const GROUPS = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) => {
  try {
    return Deno.statSync(`${path}/cgroup.procs`).isFile &&
      Deno.statSync(`${path}/cgroup.controllers`).isFile;
  } catch {
    return false;
  }
});
const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Text of a file of the process in /proc. */
type Look = (file: string) => string;

interface Case {
  readonly settings: string;
  /** Facts from /proc, by name. */
  readonly expected: Readonly<Record<string, unknown>>;
  readonly look: (proc: Look, pid: number) => Readonly<Record<string, unknown>>;
}

/** A line `Name:\tvalue` of /proc/PID/status, blanks made one. */
function statusLine(proc: Look, name: string): string {
  const match = new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(proc("status"));
  return (match?.[1] ?? "").trim().replaceAll(/\s+/g, " ");
}

/** Soft and hard limit of /proc/PID/limits. */
function limits(proc: Look, name: string): string {
  const line = proc("limits").split("\n").find((one) => one.startsWith(name)) ?? "";
  return line.slice(26).trim().split(/\s+/).slice(0, 2).join(":");
}

/** Fields of /proc/PID/stat from the third on: proc(5). */
function stat(proc: Look, field: number): number {
  const text = proc("stat");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[field - 3]);
}

/** `/autogroup-123 nice 7`: sched(7). undefined on a kernel without CONFIG_SCHED_AUTOGROUP. */
function autogroupNice(proc: Look): string | undefined {
  try {
    return /nice (-?\d+)$/.exec(proc("autogroup").trim())?.[1];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The umask is the manager's, which is that of whoever started it. */
const OWN_UMASK = `0${Deno.umask().toString(8).padStart(3, "0")}`;

/** The hard limit of the stack is the manager's, too. */
const OWN_STACK = limits((file) => Deno.readTextFileSync(`/proc/self/${file}`), "Max stack size")
  .split(":")[1];

function bit(mask: string, capability: number): boolean {
  return (BigInt(`0x${mask}`) >> BigInt(capability) & 1n) === 1n;
}

const CAP_KILL = 5;
const CAP_NET_BIND_SERVICE = 10;
const CAP_SYS_ADMIN = 21;

const CASES: Readonly<Record<string, Case>> = {
  "run-as, by name": {
    settings: 'run-as = "nobody"\n',
    expected: { uid: "65534 65534 65534 65534", gid: "65534 65534 65534 65534" },
    look: (proc) => ({ uid: statusLine(proc, "Uid"), gid: statusLine(proc, "Gid") }),
  },
  "run-as, by number": {
    settings: "run-as = 4321\n",
    expected: { uid: "4321 4321 4321 4321", gid: "0 0 0 0", groups: "" },
    look: (proc) => ({
      uid: statusLine(proc, "Uid"),
      gid: statusLine(proc, "Gid"),
      groups: statusLine(proc, "Groups"),
    }),
  },
  "run-as, with another group and more": {
    settings: 'run-as = { user = "nobody", group = 4242, groups = [4243, 4244] }\n',
    expected: {
      uid: "65534 65534 65534 65534",
      gid: "4242 4242 4242 4242",
      groups: "4242 4243 4244",
    },
    look: (proc) => ({
      uid: statusLine(proc, "Uid"),
      gid: statusLine(proc, "Gid"),
      groups: statusLine(proc, "Groups"),
    }),
  },
  "run-as, a number with a group": {
    settings: "run-as = { user = 4321, group = 4242, groups = [4243] }\n",
    expected: { gid: "4242 4242 4242 4242", groups: "4242 4243" },
    look: (proc) => ({ gid: statusLine(proc, "Gid"), groups: statusLine(proc, "Groups") }),
  },
  "umask": {
    settings: 'umask = "137"\n',
    expected: { umask: "0137" },
    look: (proc) => ({ umask: statusLine(proc, "Umask") }),
  },
  "capability-bounding-set": {
    settings: 'run-as = "nobody"\ncapability-bounding-set = ["cap_kill", "cap_sys_admin"]\n',
    expected: { bounding: "0000000000200020", effective: "0000000000000000" },
    look: (proc) => ({
      bounding: statusLine(proc, "CapBnd"),
      effective: statusLine(proc, "CapEff"),
    }),
  },
  "capability-bounding-set, with capabilities": {
    settings: 'run-as = "nobody"\ncapability-bounding-set = ["cap_net_bind_service"]\n' +
      'capabilities = "^cap_net_bind_service"\n',
    expected: { bounding: "0000000000000400", effective: "0000000000000400" },
    look: (proc) => ({
      bounding: statusLine(proc, "CapBnd"),
      effective: statusLine(proc, "CapEff"),
    }),
  },
  "capability-bounding-set, of root": {
    settings: "capability-bounding-set = []\n",
    expected: { bounding: "0000000000000000", effective: "0000000000000000" },
    look: (proc) => ({
      bounding: statusLine(proc, "CapBnd"),
      effective: statusLine(proc, "CapEff"),
    }),
  },
  "all limits": {
    settings: 'rlimit-stack = "1000000:2000000"\nrlimit-nproc = "501:502"\n' +
      'rlimit-memlock = "4096:8192"\nrlimit-fsize = "10000:20000"\nrlimit-cpu = "100:200"\n' +
      'rlimit-sigpending = "11:12"\nrlimit-msgqueue = "13:14"\nrlimit-nice = "0"\n' +
      'rlimit-rtprio = "0"\nrlimit-rttime = "19:20"\n',
    expected: {
      all: [
        ...["1000000:2000000", "501:502", "4096:8192", "10000:20000", "100:200"],
        ...["11:12", "13:14", "0:0", "0:0", "19:20"],
      ],
    },
    look: (proc) => ({
      all: [
        ...["Max stack size", "Max processes", "Max locked memory", "Max file size"],
        ...["Max cpu time", "Max pending signals", "Max msgqueue size", "Max nice priority"],
        ...["Max realtime priority", "Max realtime timeout"],
      ].map((name) => limits(proc, name)),
    }),
  },
  "half a limit": {
    settings: "rlimit-stack = { soft = 1000000 }\n",
    expected: { soft: "1000000", hard: OWN_STACK },
    look: (proc) => {
      const [soft, hard] = limits(proc, "Max stack size").split(":");
      return { soft, hard };
    },
  },
  "no-new-privs": {
    settings: 'options = ["no-new-privs"]\n',
    expected: { flag: "1" },
    look: (proc) => ({ flag: statusLine(proc, "NoNewPrivs") }),
  },
  "capabilities, with another user": {
    settings: 'run-as = "nobody"\ncapabilities = "^cap_net_bind_service,!cap_sys_admin"\n',
    expected: { ambient: true, effective: true, other: false, bounding: false },
    look: (proc) => ({
      ambient: bit(statusLine(proc, "CapAmb"), CAP_NET_BIND_SERVICE),
      effective: bit(statusLine(proc, "CapEff"), CAP_NET_BIND_SERVICE),
      other: bit(statusLine(proc, "CapEff"), CAP_KILL),
      bounding: bit(statusLine(proc, "CapBnd"), CAP_SYS_ADMIN),
    }),
  },
  "rlimit-nofile": {
    settings: 'rlimit-nofile = "100:200"\n',
    expected: { limit: "100:200" },
    look: (proc) => ({ limit: limits(proc, "Max open files") }),
  },
  "rlimit-core, both halves": {
    settings: 'rlimit-core = "0"\n',
    expected: { limit: "0:0" },
    look: (proc) => ({ limit: limits(proc, "Max core file size") }),
  },
  "rlimit-data and rlimit-addrspace, soft only": {
    settings: 'rlimit-data = "100000000:"\nrlimit-addrspace = { soft = 900000000 }\n',
    expected: { data: "100000000", space: "900000000" },
    look: (proc) => ({
      data: limits(proc, "Max data size").split(":")[0],
      space: limits(proc, "Max address space").split(":")[0],
    }),
  },
  "nice": {
    settings: "nice = 7\n",
    expected: { nice: 7, autogroup: "7" },
    look: (proc) => ({ nice: stat(proc, 19), autogroup: autogroupNice(proc) ?? "7" }),
  },
  "nice below 0": {
    settings: "nice = -5\n",
    expected: { nice: -5 },
    look: (proc) => ({ nice: stat(proc, 19) }),
  },
  "oom-score-adj": {
    settings: "oom-score-adj = 321\n",
    expected: { score: "321\n" },
    look: (proc) => ({ score: proc("oom_score_adj") }),
  },
  "ioprio": {
    settings: 'ioprio = "idle"\n',
    expected: { ioprio: "idle" },
    look: (_, pid) => ({ ioprio: ioPriority(pid) }),
  },
  "working-dir": {
    settings: 'working-dir = "/usr"\n',
    expected: { cwd: "/usr" },
    look: (_, pid) => ({ cwd: Deno.readLinkSync(`/proc/${pid}/cwd`) }),
  },
  "environment and load-options": {
    settings: 'load-options = ["export-passwd-vars", "export-service-name"]\nrun-as = "nobody"\n' +
      '[environment]\nA = "b c"\n',
    expected: { found: ["A=b c", "DINIT_SERVICE=boot", "UID=65534", "USER=nobody"] },
    look: (proc) => ({
      found: proc("environ").split("\0").filter((entry) =>
        /^(A|UID|USER|DINIT_SERVICE)=/.test(entry)
      )
        .sort(),
    }),
  },
  "nothing": {
    settings: "",
    expected: {
      blocked: "0",
      ignored: "0",
      descriptors: ["0", "1", "2"],
      ownSession: true,
      umask: OWN_UMASK,
    },
    look: (proc, pid) => ({
      umask: statusLine(proc, "Umask"),
      blocked: statusLine(proc, "SigBlk").replace(/^0+(?=.)/, ""),
      ignored: statusLine(proc, "SigIgn").replace(/^0+(?=.)/, ""),
      descriptors: Array.from(Deno.readDirSync(`/proc/${pid}/fd`), ({ name }) => name).sort(),
      ownSession: stat(proc, 5) === pid && stat(proc, 6) === pid,
    }),
  },
};

testNeeding("a child gets what is set: securebits", NEEDS, async () => {
  const command = ["/bin/sh", "-c", "setpriv --dump; exec sleep 1000"];
  const boot = (flags: readonly string[], more = "") =>
    `type = "process"\ncommand = ${JSON.stringify(command)}\nlog-type = "buffer"\n` +
    `securebits = ${JSON.stringify(flags)}\n${more}`;
  const services = {
    boot: boot(["no-setuid-fixup", "noroot", "noroot-locked"]),
    other: boot(["no-setuid-fixup-locked"], 'run-as = "nobody"\n'),
  };
  await withManager({ services, start: ["boot", "other"] }, async (manager) => {
    const bits = async (name: string) => {
      // The kernel tells only the process itself, which then says it.
      for (;;) {
        const text = await manager.ctlOk("catlog", name);
        const found = /^Securebits: (.*)$/m.exec(text);
        if (found !== null) return found[1];
      }
    };
    const wait = (name: string) => within(20_000, `the word of ${name}`, bits(name));
    assertEquals(await wait("boot"), "noroot,noroot_locked,no_setuid_fixup");
    assertEquals(await wait("other"), "no_setuid_fixup_locked");
  });
});

testNeeding(
  "a child gets what is set: run-in-cgroup, absolute and below the manager's own group",
  [...NEEDS, surroundings("control groups version 2", GROUPS !== undefined)],
  async () => {
    const name = `dinit-test-${crypto.randomUUID()}`;
    const group = `${GROUPS}/${name}`;
    Deno.mkdirSync(`${group}/inner`, { recursive: true });
    const path = group.slice("/sys/fs/cgroup".length);
    const services = {
      boot: `${SLEEP}run-in-cgroup = ${JSON.stringify(path)}\n`,
      below: `${SLEEP}run-in-cgroup = "inner"\n`,
    };
    const options = { services, start: ["boot", "below"], args: ["--cgroup-path", path.slice(1)] };
    await withManager(options, async (manager) => {
      await manager.ctlOk("start", "boot");
      await manager.ctlOk("start", "below");
      for (const [service, place] of [["boot", group], ["below", `${group}/inner`]] as const) {
        const pid = await manager.servicePid(service);
        assertEquals(Deno.readTextFileSync(`${place}/cgroup.procs`), `${pid}\n`);
        const ownView = Deno.readTextFileSync(`/proc/${pid}/cgroup`);
        assertMatch(ownView, new RegExp(`^0::/${name}${place.slice(group.length)}$`, "m"));
      }
    });
    Deno.removeSync(`${group}/inner`);
    Deno.removeSync(group);
  },
);

/** Class as ionice(1) prints it. */
function ioPriority(pid: number): string {
  const { stdout } = new Deno.Command("ionice", { args: ["-p", String(pid)] }).outputSync();
  return new TextDecoder().decode(stdout).trim().split(":")[0] ?? "";
}

for (const [name, { settings, expected, look }] of Object.entries(CASES)) {
  Deno.test({
    name: `a child gets what is set: ${name}`,
    ignore: !IS_ROOT,
    fn: async () => {
      await withManager({ services: { boot: SLEEP + settings } }, async (manager) => {
        await manager.outputHas("[  OK  ] boot");
        const pid = await manager.servicePid("boot");
        const proc = (file: string) => Deno.readTextFileSync(`/proc/${pid}/${file}`);
        assertEquals(look(proc, pid), expected);
      });
    },
  });
}

/** What must fail, and the words of the stage at which it does. */
const FAILURES: Readonly<Record<string, readonly [settings: string, why: string]>> = {
  "a directory that is missing": ['working-dir = "/no/such"\n', "changing directory"],
  "a control group that is missing": ['run-in-cgroup = "/no/such"\n', "entering cgroup"],
  "a log file that cannot be opened": ['logfile = "/no/such/log"\n', "opening log file"],
  "a soft limit above the hard one": ['rlimit-nofile = "300:200"\n', "setting resource limits"],
};

for (const [name, [settings, why]] of Object.entries(FAILURES)) {
  Deno.test(`a start fails and says at which step: ${name}`, async () => {
    const services = { boot: SLEEP + settings, keep: SLEEP };
    await withManager({ services, start: ["keep"] }, async (manager) => {
      const { code, out, err } = await manager.ctl("start", "boot");
      assertEquals(code, 1);
      assertIncludes(out + err, why);
    });
  });
}

/** What an ordinary user may not do. */
const FORBIDDEN: Readonly<Record<string, readonly [settings: string, why: string]>> = {
  "run-as": ['run-as = "root"\n', "setting user/group ID"],
  "nice below 0": ["nice = -5\n", "setting I/O priority"],
  "a hard limit above the present one": ['rlimit-core = "-:-"\n', "setting resource limits"],
  "capabilities": ['capabilities = "^cap_sys_admin"\n', "setting capabilities"],
  "capability-bounding-set": ["capability-bounding-set = []\n", "setting capabilities"],
  "another group": [
    'run-as = { user = "nobody", group = "root" }\n',
    "setting user/group ID",
  ],
};

Deno.test({
  name: "an ordinary user's manager runs services, and fails where the kernel forbids",
  ignore: !IS_ROOT,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-user-" });
    await Deno.mkdir(`${folder}/services`);
    await Deno.writeTextFile(`${folder}/services/boot.toml`, `${SLEEP}nice = 3\n`);
    for (const [index, [settings]] of Object.values(FORBIDDEN).entries()) {
      await Deno.writeTextFile(`${folder}/services/f${index}.toml`, SLEEP + settings);
    }
    await new Deno.Command("chown", { args: ["-R", "nobody", folder] }).output();
    const program = await programForAll(folder);
    const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"];
    const manager = new Deno.Command("setpriv", {
      args: [
        ...asNobody,
        ...["/bin/sh", "-c", 'ulimit -H -c 1000; ulimit -S -c 0; exec "$@"', "sh"],
        ...[program, "-u", "-d", `${folder}/services`, "-p", `${folder}/socket`, "-F", "1"],
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = manager.stdout.getReader();
    try {
      let output = "";
      while (!output.includes("[  OK  ] boot")) {
        const { value, done } = await within(20_000, "The start of boot", reader.read());
        assert(!done, `the manager ended:\n${output}`);
        output += new TextDecoder().decode(value);
      }
      const ctl = async (...args: string[]) => {
        const { stdout, stderr } = await new Deno.Command("setpriv", {
          args: [...asNobody, program, "ctl", "-p", `${folder}/socket`, ...args],
        }).output();
        return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      };
      assertMatch(await ctl("status", "boot"), /STARTED/);
      for (const [index, [settings, why]] of Object.values(FORBIDDEN).entries()) {
        assertIncludes(await ctl("start", `f${index}`), why, settings);
      }
    } finally {
      manager.kill("SIGTERM");
      await manager.status;
      await reader.cancel();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** A copy that an ordinary user can reach, wherever the project lies. */
async function programForAll(folder: string): Promise<string> {
  const copy = `${folder}/dinit`;
  await Deno.copyFile(PROGRAM, copy);
  await Deno.chmod(copy, 0o755);
  return copy;
}
