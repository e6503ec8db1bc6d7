/**
 * A stock Debian with systemd and its usual daemons, moved and moved back: with `npm test --
 * --long`,
 * since it is six boots of an emulated machine.
 */
import { buildDeb, debianPackages } from "../../tools/package/deb.ts";
import { stockDebian } from "../../tools/vm/images/debian_base.ts";
import { cachedDisk } from "../../tools/vm/images/disk_image.ts";
import { copy, type ImageFile, link, text } from "../../tools/vm/images/image_file.ts";
import { allModules, findKernel, type Kernel } from "../../tools/vm/kernel.ts";
import { assert, assertEquals, assertIncludes } from "../assert.ts";
import { testNeeding, tool } from "../skip.ts";
import { machineNeeds } from "./machines/busybox_machine.ts";
import { DISK_NEEDS } from "./machines/disk.ts";
import { Machine } from "./machines/machine.ts";
import { machineStep } from "./machines/machine_step.ts";

const IS_LONG = Deno.env.get("DINIT_LONG_TESTS") !== undefined;
const BOOT_TIMEOUT_MS = 600_000;
const INSTALL_TIMEOUT_MS = 600_000;
/** A database on an emulated machine takes its time. */
const DAEMON_TIMEOUT_MS = 400_000;
const IDENTITY = { version: "0.1.0", architecture: "amd64", epoch: 1_700_000_000 } as const;
/** Long enough to log in on a slow machine. */
const TRIAL = "5m";
const DAEMONS = ["sshd", "nginx", "postgres", "redis-server", "cron", "rsyslogd", "chronyd"];

if (IS_LONG) {
  testNeeding(
    "a Debian with systemd is moved, keeps its daemons through upgrades, and is moved back",
    [
      ...machineNeeds(),
      ...DISK_NEEDS,
      ...["mmdebstrap", "dpkg-deb", "tar", "cpio"].map((name) => tool(name)),
    ],
    async (t) => {
      const folder = await Deno.makeTempDir({ prefix: "dinit-migrate-" });
      try {
        await moveAndBack(t, folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}

async function moveAndBack(t: Deno.TestContext, folder: string): Promise<void> {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  const disk = await makeDisk(kernel, folder);
  const boot = (name: string, words: readonly string[] = []): Promise<Machine> =>
    Machine.start(`migrate-${name}`, {
      kernel: kernel.path,
      rootDisk: { path: disk, keepsChanges: true },
      kernelWords: ["quiet", "systemd.show_status=0", ...words],
      memoryMiB: 2048,
      network: {},
    });

  {
    await using machine = await boot("systemd");
    const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
    await step("systemd runs, and with it the daemons", async () => {
      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      await checkInit(machine, "/usr/lib/systemd/systemd");
      await checkDaemons(machine);
    });
    await step("the packages take systemd-sysv's place, and apt asks nothing", async () => {
      await done(machine, "apt-get install -y /root/dinit-deno*.deb", INSTALL_TIMEOUT_MS);
      await done(machine, "dpkg --audit && dpkg -s init >/dev/null");
      assertEquals((await machine.shell("readlink /sbin/init")).output, "/usr/bin/dinit");
    });
    await step("the machine is moved, and nothing is left to do by hand", async () => {
      await done(machine, "dinit migrate plan");
      await done(machine, "dinit migrate apply");
      assertIncludes(await done(machine, "dinit migrate apply"), "0 written, 0 replaced");
      // Warnings there are: programs without a path, as units may have them.
      const { output } = await machine.shell("dinit check 2>&1");
      assertEquals(output.match(/.*\berror: .*/g), null, output);
    });
    await machine.send("systemctl reboot");
    assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-reset");
  }

  {
    await using machine = await boot("dinit");
    const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
    await step("dinit runs, and with it the daemons", async () => {
      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      await checkInit(machine, "/usr/bin/dinit");
      await checkDaemons(machine);
      const { output } = await machine.shell("dinit ctl list | cat");
      assertEquals(output.match(/^\[.*X.*$/gm), null, output);
    });
    await step("logins are open", async () => {
      await done(machine, "test ! -e /run/nologin");
    });
    await step("logs are where they were", async () => {
      await done(machine, "logger -t test moved");
      await machine.shell("until grep -q 'test: moved' /var/log/syslog; do sleep 0.1; done");
      await done(machine, "test -s /var/log/auth.log");
    });
    await step("the reinstallation of a daemon restarts it", async () => {
      const pid = async () => (await machine.shell("pgrep -o redis-server")).output;
      const before = await pid();
      await done(
        machine,
        "apt-get install -y --reinstall /root/redis-server_*.deb",
        INSTALL_TIMEOUT_MS,
      );
      await done(machine, "redis-cli ping");
      assert(await pid() !== before, before);
      await done(machine, "dinit ctl is-started redis-server");
    });
    await step("a package that is new is started, and supervised", async () => {
      await done(machine, "apt-get install -y /root/memcached_*.deb", INSTALL_TIMEOUT_MS);
      await done(machine, "dinit ctl is-started memcached");
      await done(machine, "pgrep memcached");
    });
    await step("an upgrade to another version restarts the daemon", async () => {
      const pid = async () => (await machine.shell("pgrep -o memcached")).output;
      const before = await pid();
      await done(machine, "sh /root/make-packages");
      await done(machine, "apt-get install -y /root/memcached-next.deb", INSTALL_TIMEOUT_MS);
      await done(machine, "dinit ctl is-started memcached");
      assert(await pid() !== before, before);
    });
    await step("a daemon without an init script follows its package", async () => {
      const pid = async () => (await machine.shell("pgrep -x plain-daemon")).output;
      await done(machine, "dpkg -i /root/plain-1.deb", INSTALL_TIMEOUT_MS);
      await done(machine, "dinit ctl is-started plain-daemon");
      const before = await pid();
      await done(machine, "dpkg -i /root/plain-2.deb", INSTALL_TIMEOUT_MS);
      await done(machine, "dinit ctl is-started plain-daemon");
      const after = await pid();
      assert(after !== "" && after !== before, `${before} → ${after}`);
      await done(machine, "dpkg -P plain-daemon", INSTALL_TIMEOUT_MS);
      assertEquals(await pid(), "");
      await done(machine, "test ! -e /etc/dinit.d/plain-daemon.toml");
    });
    await step("service(8) reaches services by the names of packages", async () => {
      await done(machine, "service ssh restart");
      await done(machine, "service postgresql restart", INSTALL_TIMEOUT_MS);
      await checkDaemons(machine);
    });
    await step("undo gives the machine back", async () => {
      assertIncludes(await done(machine, "dinit migrate undo"), "/lib/systemd/systemd from now on");
      assertEquals((await machine.shell("ls /etc/dinit.d")).output, "scripts");
    });
    await machine.send("dinit ctl shutdown reboot");
    assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-reset");
    assertEquals(machine.console.text.match(/Cannot run the stop command.*/g), null);
  }

  {
    await using machine = await boot("back");
    const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
    await step("systemd runs again, and with it the daemons", async () => {
      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      await checkInit(machine, "/usr/lib/systemd/systemd");
      await checkDaemons(machine);
      await done(machine, "dinit migrate undo");
      assertEquals((await machine.shell("ls /etc/dinit.d")).status, 2);
    });
    await step("a boot on trial is asked for", async () => {
      await done(machine, "dinit migrate apply");
      assertIncludes(await done(machine, `dinit migrate test --within ${TRIAL}`), "once");
    });
    await machine.send("systemctl reboot");
    assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-reset");
  }

  {
    await using machine = await boot("trial");
    const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
    await step("dinit is on trial, nobody confirms, and it gives up by itself", async () => {
      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      await checkInit(machine, "/usr/bin/dinit");
    });
    assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-reset");
  }

  {
    await using machine = await boot("fallen-back");
    const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
    await step("systemd runs once more", async () => {
      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      await checkInit(machine, "/usr/lib/systemd/systemd");
    });
    await machine.send("systemctl reboot");
    assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-reset");
  }

  await using machine = await boot("other-init", ["init=/usr/bin/dinit", "-t", "nothing"]);
  const step = (name: string, fn: () => Promise<void>) => machineStep(t, machine, name, fn);
  await step("the question after a failed boot starts the other init", async () => {
    await machine.expect(/start the \(o\)ther init, \(p\)ower off/, BOOT_TIMEOUT_MS);
    await machine.type("o");
    await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
    await checkInit(machine, "/usr/lib/systemd/systemd");
    await checkDaemons(machine);
  });
}

/** @returns Output of a command that ends with 0. */
async function done(machine: Machine, command: string, timeoutMs = 120_000): Promise<string> {
  const { status, output } = await machine.shell(`${command} 2>&1`, timeoutMs);
  assertEquals(status, 0, `${command}: ${output}`);
  return output;
}

async function checkInit(machine: Machine, program: string): Promise<void> {
  assertEquals((await machine.shell("readlink /proc/1/exe")).output, program);
}

/** Each runs, and those that talk answer. */
async function checkDaemons(machine: Machine): Promise<void> {
  for (const name of DAEMONS) {
    const seen = `until pgrep -x ${name}; do sleep 0.2; done`;
    await done(machine, seen, DAEMON_TIMEOUT_MS);
  }
  await done(machine, "until redis-cli ping; do sleep 0.1; done");
  await done(machine, "until su postgres -c 'psql -c \"select 1\"'; do sleep 0.1; done");
  await done(
    machine,
    "bash -c 'exec 3<>/dev/tcp/127.0.0.1/80; echo HEAD / >&3; cat <&3' | head -1",
  );
}

/** @returns Path of a raw image that is the test's own. */
async function makeDisk(kernel: Kernel, folder: string): Promise<string> {
  const tarball = await stockDebian();
  const scratch = `${folder}/scratch`;
  await Deno.mkdir(scratch);
  const packages: ImageFile[] = [];
  for (const one of debianPackages(`${Deno.cwd()}/dist/dinit`, IDENTITY)) {
    const options = { identity: IDENTITY, output: folder, scratch, changelog: "" };
    const path = await buildDeb(one, { ...options, compression: "gzip" });
    packages.push(copy(`/root/${path.slice(path.lastIndexOf("/") + 1)}`, path, 0o644));
  }
  const image = await cachedDisk({
    name: "stock-debian",
    tarball,
    files: [
      ...allModules(kernel, "/usr/lib/modules"),
      text("/etc/fstab", "/dev/nvme0n1  /  ext4  errors=remount-ro  0  1\n"),
      text("/etc/hostname", "stock\n"),
      text("/etc/hosts", "127.0.0.1 localhost stock\n"),
      text(
        "/etc/network/interfaces",
        "auto lo eth0\niface lo inet loopback\niface eth0 inet dhcp\n",
      ),
      link("/etc/systemd/network/99-default.link", "/dev/null"),
      copy("/root/make-packages", "tests/vm/make_packages.sh"),
      ...packages,
    ],
    sizeMiB: 3072,
  });
  const disk = `${folder}/disk`;
  const { success } = await new Deno.Command("cp", { args: ["--sparse=always", image, disk] })
    .output();
  assert(success);
  return disk;
}
