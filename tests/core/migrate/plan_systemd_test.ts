import { loadFaults } from "../../../core/convert/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { fileOf, itemOf, planOf } from "./machine.ts";

const UNITS = "/lib/systemd/system";
const ADMIN = "/etc/systemd/system";
const SERVICE = "[Service]\nExecStart=/usr/sbin/web\n[Install]\nWantedBy=multi-user.target\n";

/** What every machine with systemd has; it has booted. */
const BASE = {
  "/sbin/init": "-> /lib/systemd/systemd",
  "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
  [`${UNITS}/multi-user.target`]: "[Unit]\nRequires=basic.target\n",
  [`${UNITS}/basic.target`]: "[Unit]\nRequires=sysinit.target\n",
};

const on = (unit: string): Record<string, string> => ({
  [`${ADMIN}/multi-user.target.wants/${unit}`]: `-> ${UNITS}/${unit}`,
});

Deno.test("planMachine() converts what is enabled, and leaves what is not", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/web.service`]: SERVICE,
    [`${UNITS}/idle.service`]: SERVICE,
    ...on("web.service"),
  });
  assertEquals([plan.from, plan.set, plan.problems], ["systemd", "linux", []]);
  assertEquals(itemOf(plan, "web.service"), {
    kind: "service",
    name: "web.service",
    standing: "converted",
    service: "web",
    why: "all of it has a counterpart",
    losses: undefined,
  });
  assertEquals(itemOf(plan, "idle.service"), undefined);
  assertIncludes(fileOf(plan, "web.toml") ?? "", 'command = ["/usr/sbin/web"]');
  assertEquals(fileOf(plan, "boot.d/web"), "-> ../web.toml");
});

Deno.test("planMachine() follows presets where the machine has never booted", () => {
  const { "/etc/machine-id": number, ...base } = BASE;
  const texts = {
    ...base,
    [`${UNITS}/web.service`]: SERVICE,
    [`${UNITS}/db.service`]: SERVICE,
    [`${UNITS}/cache.service`]: SERVICE,
    [`${UNITS}/tool.service`]: "[Service]\nExecStart=/bin/tool\n",
    [`${UNITS}/each@.service`]: SERVICE,
    "/lib/systemd/system-preset/50-web.preset": "enable web.service\n",
    "/lib/systemd/system-preset/90-rest.preset": "# all\ndisable db.*\nenable *\n",
    "/etc/systemd/system-preset/90-rest.preset": "disable *\n",
  };
  const on = (plan: ReturnType<typeof planOf>) =>
    ["web", "db", "cache", "tool"].filter((name) => fileOf(plan, `boot.d/${name}`) !== undefined);
  const fresh = planOf(texts);
  assertEquals(on(fresh), ["web"], "the file in /etc takes the place of the other");
  assertIncludes(itemOf(fresh, "50-web.preset, 90-rest.preset")?.why ?? "", "web.service");
  const { "/etc/systemd/system-preset/90-rest.preset": _, ...packaged } = texts;
  assertEquals(on(planOf(packaged)), ["web", "cache"]);
  assertEquals(on(planOf({ ...packaged, "/etc/machine-id": "uninitialized\n" })), ["web", "cache"]);
  const booted = planOf({ ...packaged, "/etc/machine-id": number });
  assertEquals(on(booted), []);
  assertIncludes(itemOf(booted, "50-web.preset, 90-rest.preset")?.why ?? "", "first boot");
});

Deno.test("planMachine() has paths, swap and mounts on demand, as far as they map", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/spool.path`]:
      "[Path]\nDirectoryNotEmpty=/spool\n[Install]\nWantedBy=multi-user.target\n",
    [`${UNITS}/spool.service`]: "[Service]\nType=oneshot\nExecStart=/bin/work\n",
    [`${UNITS}/copy.path`]: "[Path]\nPathChanged=/etc/passwd\n",
    [`${UNITS}/copy.service`]: "[Service]\nType=oneshot\nExecStart=/bin/copy\n",
    [`${UNITS}/more.swap`]: "[Swap]\nWhat=/dev/vdb\n[Install]\nWantedBy=swap.target\n",
    [`${UNITS}/srv.mount`]: "[Mount]\nWhat=/dev/vdc\nWhere=/srv\n",
    [`${UNITS}/srv.automount`]: "[Automount]\nWhere=/srv\n[Install]\nWantedBy=multi-user.target\n",
    ...on("spool.path"),
    ...on("copy.path"),
    ...on("srv.automount"),
    [`${ADMIN}/swap.target.wants/more.swap`]: `-> ${UNITS}/more.swap`,
  });
  assertEquals(
    ["spool.path", "copy.path", "more.swap", "srv.automount"].map((name) => {
      const { standing, service } = itemOf(plan, name) ?? {};
      return [standing, service];
    }),
    [["converted", "spool"], ["by-hand", undefined], ["converted", "more"], ["converted", "srv"]],
  );
  for (const path of ["boot.d/spool", "early.d/more", "boot.d/srv"]) {
    assertEquals(fileOf(plan, path), `-> ../${path.split("/")[1]}.toml`);
  }
});

Deno.test("planMachine() counts a unit as enabled when it is told to", () => {
  const texts = { ...BASE, [`${UNITS}/web.service`]: SERVICE };
  assertEquals(fileOf(planOf(texts), "web.toml"), undefined);
  assertEquals(fileOf(planOf(texts, ["web.service"]), "boot.d/web"), "-> ../web.toml");
});

Deno.test("planMachine() converts what another unit needs, and does not switch it on", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/web.service`]: `[Unit]\nRequires=db.service\n${SERVICE}`,
    [`${UNITS}/db.service`]: "[Service]\nExecStart=/usr/sbin/db\n",
    ...on("web.service"),
  });
  assertEquals(itemOf(plan, "db.service")?.standing, "converted");
  assertEquals(fileOf(plan, "boot.d/db"), undefined);
  assertIncludes(fileOf(plan, "web.toml") ?? "", '"db"');
});

Deno.test("planMachine() follows links, and finds a unit by its alias once", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/redis-server.service`]: SERVICE,
    [`${ADMIN}/redis.service`]: `-> ${UNITS}/redis-server.service`,
    ...on("redis-server.service"),
    [`${ADMIN}/multi-user.target.wants/redis.service`]: `-> ${UNITS}/redis-server.service`,
  });
  assertEquals(plan.items.filter(({ name }) => name.startsWith("redis")).length, 1);
});

Deno.test("planMachine() leaves out what is masked, and says so", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/web.service`]: SERVICE,
    [`${ADMIN}/web.service`]: "-> /dev/null",
    ...on("web.service"),
  });
  assertEquals(itemOf(plan, "web.service")?.standing, "not-needed");
  assertIncludes(itemOf(plan, "web.service")?.why ?? "", "masked");
  assertEquals(fileOf(plan, "web.toml"), undefined);
});

Deno.test("planMachine() has the set stand for ssh, cron and syslog, by the names of packages", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/ssh.service`]: SERVICE,
    [`${UNITS}/cron.service`]: SERVICE,
    [`${UNITS}/rsyslog.service`]: SERVICE,
    ...on("ssh.service"),
    ...on("cron.service"),
    ...on("rsyslog.service"),
  });
  assertEquals(itemOf(plan, "ssh.service")?.service, "sshd");
  assertEquals(fileOf(plan, "ssh.toml"), undefined);
  assertIncludes(fileOf(plan, "sshd.toml") ?? "", 'aliases = ["ssh"]');
  assertIncludes(fileOf(plan, "syslogd.toml") ?? "", 'aliases = ["rsyslog"]\n\n# What it is told');
  assertEquals(fileOf(plan, "boot.d/sshd"), "-> ../sshd.toml");
  assertEquals(fileOf(plan, "boot.d/cron"), "-> ../cron.toml");
  assertIncludes(fileOf(plan, "system.toml") ?? "", '"system-log"');
});

Deno.test("planMachine() has off what the machine has not, and no log that is not there", () => {
  const plan = planOf(BASE);
  assertEquals(fileOf(plan, "boot.d/sshd"), undefined);
  assertEquals(fileOf(plan, "boot.d/cron"), undefined);
  assertEquals((fileOf(plan, "system.toml") ?? "").includes("system-log"), false);
  assertEquals(itemOf(plan, "systemd-journald")?.standing, "not-needed");
});

Deno.test("planMachine() makes timers a part of their services, and leaves cron what is cron's", () => {
  const timer = "[Timer]\nOnCalendar=daily\n";
  const plan = planOf({
    ...BASE,
    [`${UNITS}/sweep.service`]: "[Service]\nType=oneshot\nExecStart=/bin/sweep\n",
    [`${UNITS}/sweep.timer`]: timer,
    [`${UNITS}/man-db.service`]: "[Service]\nType=oneshot\nExecStart=/bin/mandb\n",
    [`${UNITS}/man-db.timer`]: timer,
    [`${UNITS}/fstrim.timer`]: timer,
    "/etc/cron.daily/man-db": "#!/bin/sh\n",
    [`${ADMIN}/timers.target.wants/sweep.timer`]: `-> ${UNITS}/sweep.timer`,
    [`${ADMIN}/timers.target.wants/man-db.timer`]: `-> ${UNITS}/man-db.timer`,
    [`${ADMIN}/timers.target.wants/fstrim.timer`]: `-> ${UNITS}/fstrim.timer`,
  });
  assertEquals(itemOf(plan, "sweep.timer")?.service, "sweep");
  assertIncludes(fileOf(plan, "sweep.toml") ?? "", "[timer]");
  assertEquals(fileOf(plan, "boot.d/sweep"), "-> ../sweep.toml");
  assertEquals(itemOf(plan, "man-db.timer")?.standing, "not-needed");
  assertIncludes(itemOf(plan, "man-db.timer")?.why ?? "", "/etc/cron.daily/man-db");
  assertEquals(fileOf(plan, "boot.d/fstrim"), "-> ../fstrim.toml");
});

Deno.test("planMachine() reads what PostgreSQL's generator reads, and keeps the name", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/postgresql.service`]: "[Service]\nType=oneshot\nExecStart=/bin/true\n",
    [`${UNITS}/postgresql@.service`]:
      "[Unit]\nBefore=postgresql.service\n[Service]\nType=forking\nExecStart=/usr/bin/pg_ctlcluster %i start\nPIDFile=/run/postgresql/%i.pid\n",
    "/etc/postgresql/15/main/start.conf": "# Comment\nauto\n",
    "/etc/postgresql/15/other/start.conf": "manual\n",
    ...on("postgresql.service"),
  });
  assertEquals(itemOf(plan, "postgresql.service")?.service, "postgresql-15-main");
  const text = fileOf(plan, "postgresql-15-main.toml") ?? "";
  assertIncludes(text, 'aliases = ["postgresql"]');
  assertEquals(text.includes("before"), false);
  assertEquals(fileOf(plan, "postgresql.toml"), undefined);
  assertEquals(fileOf(plan, "postgresql-15-other.toml"), undefined);
  assertEquals(fileOf(plan, "boot.d/postgresql-15-main"), "-> ../postgresql-15-main.toml");
});

Deno.test("planMachine() runs init scripts that have no unit, without a detour", () => {
  const plan = planOf({
    ...BASE,
    "/etc/init.d/old":
      "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: old\n# Required-Start: $remote_fs $syslog db\n# Short-Description: Old daemon\n### END INIT INFO\n",
    "/etc/init.d/networking": "#!/bin/sh\n",
    "/etc/rc2.d/S01old": "-> ../init.d/old",
    "/etc/rcS.d/S10networking": "-> ../init.d/networking",
  });
  const text = fileOf(plan, "old.toml") ?? "";
  assertIncludes(text, 'command = ["/etc/init.d/old", "start"]');
  assertIncludes(text, 'waits-for = ["early", "remote-fs", "system-log", "db"]');
  assertIncludes(text, "DINIT_SKIP_REDIRECT");
  assertEquals(loadFaults({ service: "old", source: "/etc/init.d/old", text }), []);
  assertEquals(itemOf(plan, "networking")?.standing, "not-needed");
});

Deno.test("planMachine() has a daemon of the network's stand for the set's network", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/NetworkManager.service`]: SERVICE,
    ...on("NetworkManager.service"),
  });
  assertIncludes(fileOf(plan, "network.toml") ?? "", '"NetworkManager"');
  assertEquals(itemOf(plan, "NetworkManager")?.kind, "network");
  const static_ = planOf({ ...BASE, "/etc/systemd/network/lan.network": "[Match]\n" });
  assertEquals(itemOf(static_, "lan.network")?.standing, "by-hand");
});

Deno.test("planMachine() tells what becomes of each line of fstab", () => {
  const plan = planOf({
    ...BASE,
    "/etc/fstab": `# <file system> <mount point>
UUID=1 / ext4 errors=remount-ro 0 1
UUID=2 /home ext4 defaults 0 2
UUID=3 none swap sw 0 0
box:/x /net nfs defaults 0 0
UUID=4 /slow ext4 noauto,x-systemd.automount 0 2
UUID=5 /usb vfat noauto 0 0
UUID=6 /late ext4 x-systemd.requires=web.service 0 2
`,
    "/etc/crypttab": "secret UUID=7 none luks\n",
  });
  const found = ["/", "/home", "UUID=3", "/net", "/slow", "/usb", "/late", "secret"]
    .map((name) => [itemOf(plan, name)?.standing, itemOf(plan, name)?.service]);
  assertEquals(found, [
    ["set", "root-rw"],
    ["set", "local-fs"],
    ["set", "swap"],
    ["set", "remote-fs"],
    ["by-hand", undefined],
    ["not-needed", undefined],
    ["by-hand", "local-fs"],
    ["by-hand", undefined],
  ]);
});

Deno.test("planMachine() leaves to a person what nothing here does", () => {
  const plan = planOf({
    ...BASE,
    [`${UNITS}/watch.path`]: "[Path]\nPathExists=/x\n",
    [`${UNITS}/systemd-strange.service`]: SERVICE,
    "/usr/lib/systemd/system-generators/odd-generator": "",
    ...on("watch.path"),
    ...on("systemd-strange.service"),
  });
  const names = ["watch.path", "systemd-strange.service", "odd-generator"];
  const found = new Set(names.map((name) => itemOf(plan, name)?.standing));
  assertEquals([...found], ["by-hand"]);
});

Deno.test("planMachine() wants a logind only where there is a desktop", () => {
  const logind = {
    [`${UNITS}/systemd-logind.service`]: SERVICE,
    ...on("systemd-logind.service"),
  };
  const server = planOf({ ...BASE, ...logind });
  assertEquals(itemOf(server, "systemd-logind.service")?.standing, "not-needed");
  const desktop = planOf({
    ...BASE,
    ...logind,
    [`${UNITS}/lightdm.service`]: SERVICE,
    [`${ADMIN}/display-manager.service`]: `-> ${UNITS}/lightdm.service`,
    ...on("display-manager.service"),
  });
  assertEquals(itemOf(desktop, "systemd-logind.service")?.standing, "by-hand");
});

Deno.test("planMachine() works where systemd is gone and packages' units are left", () => {
  const plan = planOf({
    "/sbin/init": "-> /usr/bin/dinit",
    [`${UNITS}/web.service`]: SERVICE,
    "/etc/systemd/system/multi-user.target.wants/web.service": `-> ${UNITS}/web.service`,
  });
  assertEquals(fileOf(plan, "boot.d/web"), "-> ../web.toml");
});

Deno.test("planMachine(): every description loads, and each is planned once", () => {
  const plan = planOf({ ...BASE, [`${UNITS}/web.service`]: SERVICE, ...on("web.service") });
  const paths = plan.files.map(({ path }) => path);
  assertEquals(new Set(paths).size, paths.length);
  for (const { path, content } of plan.files) {
    if (content.kind !== "text" || !path.endsWith(".toml")) continue;
    const service = path.replace(/\.toml$/, "");
    assertEquals(loadFaults({ service, source: `/x/${path}`, text: content.text }), [], path);
  }
  assert(paths.length > 50);
});
