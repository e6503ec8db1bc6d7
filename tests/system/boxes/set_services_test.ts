/**
 * Services of the set `linux` as they are installed, with the programs of this machine: what is
 * boxed does its work in its box, and what is not there is left out. In mounts of their own, so
 * that the machine's log and sockets stay as they are.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { composedSet } from "../../services/composed_set.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("unshare"), tool("nsenter")];

/** A /dev, a /run and a /var/log of its own, then the manager. */
const MOUNTS = `set -e
mount --make-rprivate /
dev=$(mktemp -d)
mount -t tmpfs -o mode=755 dev "$dev"
for name in null zero full random urandom tty ptmx; do cp -a "/dev/$name" "$dev/$name"; done
mkdir "$dev/pts"
mount --bind /dev/pts "$dev/pts"
mount --rbind "$dev" /dev
mount -t tmpfs -o mode=755 log /var/log
mount -t tmpfs -o mode=755 run /run
exec "$@"
`;

/** Runs services of the set; what they stand on otherwise has nothing to do here. */
async function withSet(
  names: readonly string[],
  body: (manager: Manager) => Promise<void>,
): Promise<void> {
  const set = composedSet("linux");
  const read = (name: string) => Deno.readTextFileSync(`${set}/${name}.toml`);
  const services = Object.fromEntries(
    // Scripts lie beside the set.
    names.map((name) => [name, read(name).replace(/^command/m, `working-dir = "${set}"\ncommand`)]),
  );
  const stood = Object.fromEntries(["boot", "early", "network"].map((name) => [name, ""]));
  const through = ["unshare", "--mount", "/bin/sh", "-c", MOUNTS, "sh"];
  await withManager({ services: { ...stood, ...services }, through }, body);
}

/** In the manager's mounts. */
function inside(manager: Manager, script: string): string {
  const { stdout } = new Deno.Command("nsenter", {
    args: ["-t", String(manager.pid), "-m", "/bin/sh", "-c", script],
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

testNeeding("the boxed syslog daemon of the set logs for all, and cannot write the system", [
  ...NEEDS,
  tool("rsyslogd"),
], async () => {
  await withSet(["syslogd", "system-log"], async (manager) => {
    await manager.ctlOk("start", "system-log");
    const pid = await manager.servicePid("syslogd");
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    assertMatch(status, /^Seccomp:\s*2$/m);
    inside(manager, "logger -t boxed a word for the log");
    await until(
      "the word in the log",
      () => inside(manager, "cat /var/log/syslog").includes("boxed: a word for the log"),
    );
    const tried = new Deno.Command("nsenter", {
      args: [
        "-t",
        String(pid),
        "-m",
        "/bin/sh",
        "-c",
        "touch /usr/x; touch /etc/x; touch /var/log/x",
      ],
    }).outputSync();
    const errors = new TextDecoder().decode(tried.stderr);
    assertEquals(errors.match(/Read-only file system/g)?.length, 2, errors);
    await manager.ctlOk("stop", "--force", "syslogd");
  });
});

testNeeding(
  "cron of the set runs, unboxed, as its jobs have to",
  [...NEEDS, tool("cron")],
  async () => {
    await withSet(["cron"], async (manager) => {
      await manager.ctlOk("start", "cron");
      const pid = await manager.servicePid("cron");
      assertMatch(Deno.readTextFileSync(`/proc/${pid}/status`), /^Seccomp:\s*0$/m);
      await until(
        "cron itself",
        () => Deno.readTextFileSync(`/proc/${pid}/cmdline`).startsWith("cron"),
      );
    });
  },
);

testNeeding("a service of the set whose program is not installed is left out", NEEDS, async () => {
  await withSet(["sshd", "ssh-host-keys", "klogd", "syslogd", "system-log"], async (manager) => {
    inside(manager, "mount -t tmpfs none /usr/sbin; mount --bind /dev/null /usr/bin/ssh-keygen");
    const { out, err } = await manager.ctl("start", "sshd");
    assertIncludes(out + err, "sshd");
    const [{ startSkipped, unmetCondition, failed }] = JSON.parse(
      await manager.ctlOk("status", "--json", "sshd"),
    );
    assertEquals([startSkipped, failed], [true, false]);
    assert(unmetCondition.includes("/usr/sbin/sshd"), unmetCondition);
  });
});
