import { loadFaults } from "../../../core/convert/mod.ts";
import { initOf } from "../../../core/migrate/mod.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { memoryFiles } from "../../ctl/convert/memory_files.ts";
import { fileOf, itemOf, planOf } from "./machine.ts";

const ALPINE = {
  "/etc/alpine-release": "3.20.3\n",
  "/sbin/init": "-> /bin/busybox",
  "/etc/inittab": "::sysinit:/sbin/openrc sysinit\ntty1::respawn:/sbin/getty 38400 tty1\n" +
    "::shutdown:/sbin/openrc shutdown\n",
  "/etc/runlevels/sysinit/devfs": "-> /etc/init.d/devfs",
  "/etc/runlevels/boot/hostname": "-> /etc/init.d/hostname",
  "/etc/runlevels/default/crond": "-> /etc/init.d/crond",
  "/etc/runlevels/default/acpid": "-> /etc/init.d/acpid",
  "/etc/runlevels/default/odd": "-> /etc/init.d/odd",
  "/etc/runlevels/shutdown/killprocs": "-> /etc/init.d/killprocs",
  "/etc/init.d/acpid": `#!/sbin/openrc-run
# Comment
supervisor=supervise-daemon
name="ACPI daemon"
description="Daemon that obeys ACPI events"
command="/usr/sbin/\${RC_SVCNAME}"
command_args="-f"
depend() {
	need dev localmount
	after hwdrivers modules
	keyword -vserver
}
`,
  "/etc/init.d/odd": '#!/sbin/openrc-run\nstart() {\n\tebegin "x"\n}\n',
};

Deno.test("planMachine() of OpenRC: the set, a script in variables, and one that is shell", () => {
  const plan = planOf(ALPINE);
  assertEquals([plan.from, plan.set], ["openrc", "alpine"]);
  assertEquals(itemOf(plan, "devfs")?.service, "pseudo-fs");
  assertEquals(itemOf(plan, "crond")?.standing, "set");
  assertEquals(itemOf(plan, "killprocs")?.standing, "not-needed");
  assertEquals(itemOf(plan, "tty1")?.service, "getty@tty1");
  assertIncludes(itemOf(plan, "odd")?.why ?? "", "functions of its own: start");
  const text = fileOf(plan, "acpid.toml") ?? "";
  assertIncludes(text, 'command = "/usr/sbin/acpid -f"');
  assertIncludes(text, 'depends-on = ["early"]');
  assertIncludes(text, 'after = ["devices", "modules"]');
  assertEquals(loadFaults({ service: "acpid", source: "/etc/init.d/acpid", text }), []);
  assertEquals(fileOf(plan, "boot.d/acpid"), "-> ../acpid.toml");
  // Not in a runlevel here.
  assertEquals(fileOf(plan, "boot.d/sshd"), undefined);
  assertEquals(fileOf(plan, "boot.d/crond"), "-> ../crond.toml");
});

Deno.test("planMachine() of OpenRC: a daemon with a PID file goes into the background", () => {
  const plan = planOf({
    ...ALPINE,
    "/etc/runlevels/default/web": "-> /etc/init.d/web",
    "/etc/conf.d/web": 'web_opts="-q"\n',
    "/etc/init.d/web":
      '#!/sbin/openrc-run\ncommand=/usr/sbin/web\ncommand_args="-c /etc/web.conf"\ncommand_user=www:www\npidfile=/run/web.pid\ndepend() {\n\tuse net logger\n}\n',
  });
  const text = fileOf(plan, "web.toml") ?? "";
  assertIncludes(text, 'type = "bgprocess"');
  assertIncludes(text, 'pid-file = "/run/web.pid"');
  assertIncludes(text, 'run-as = "www"');
  assertIncludes(text, 'waits-for = ["network", "system-log"]');
  assertEquals(loadFaults({ service: "web", source: "/etc/init.d/web", text }), []);
});

Deno.test("planMachine() of upstream's dinit writes nothing where boot is described", () => {
  const plan = planOf({
    "/sbin/init": "-> dinit",
    "/etc/dinit.d/boot": "type = internal\n",
    "/etc/dinit.d/web": "type = process\ncommand = /bin/web\n",
    "/etc/dinit.d/boot.d/web": "-> ../web",
    "/etc/dinit.d/boot.d/gone": "-> ../gone",
  });
  assertEquals([plan.from, plan.files], ["dinit", []]);
  assertEquals(itemOf(plan, "web")?.standing, "set");
  assertEquals(itemOf(plan, "gone")?.standing, "by-hand");
});

Deno.test("initOf() knows the init by what /sbin/init leads to, or by what it has left", () => {
  const kinds = [
    { "/sbin/init": "-> ../lib/systemd/systemd" },
    { "/sbin/init": "-> /usr/bin/dinit", "/etc/systemd/system/x": "", "/lib/systemd/system/y": "" },
    { "/sbin/init": "-> openrc-init", "/etc/runlevels/default/x": "" },
    { "/sbin/init": "-> /bin/busybox" },
    { "/sbin/init": "-> /usr/bin/dinit" },
  ].map((texts) => initOf(memoryFiles(texts as unknown as Record<string, string>)));
  assertEquals(kinds, ["systemd", "systemd", "openrc", undefined, "dinit"]);
});
