/** A boot on trial: what is written before it, and what becomes of it in each case. */
import { confirmTrial, fallBack, removeTrial, startTrial } from "../../../ctl/migrate/trial.ts";
import { digestOf, type Disk } from "../../../ctl/migrate/disk.ts";
import { manifestText } from "../../../ctl/migrate/manifest_file.ts";
import { runMigrate } from "../../../ctl/migrate/run_migrate.ts";
import type { DescriptionFiles } from "../../../core/description/mod.ts";
import type { PlannedContent } from "../../../core/migrate/mod.ts";
import { normalPath } from "../../../core/migrate/mod.ts";
import type { RunOutcome } from "../../../ctl/interface/io.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";

const PROGRAM = "/usr/bin/dinit";
const TEN_MINUTES_MS = 600_000;
const GRUB_CFG = `if [ "\${next_entry}" ] ; then
   set default="\${next_entry}"
fi
menuentry 'Debian GNU/Linux' --class debian {
	linux	/boot/vmlinuz root=UUID=1 ro quiet
	initrd	/boot/initrd.img
}
menuentry 'Other' {
	linux /boot/other
}
if [ -f \${config_directory}/custom.cfg ]; then
  source \${config_directory}/custom.cfg
fi
`;

type FileResult = ReturnType<DescriptionFiles["read"]>;

/** A machine in memory. `-> TARGET` is a link, `#!` a program. */
class Machine {
  readonly files: Map<string, string>;
  readonly commands: string[] = [];
  readonly io: FakeIo;
  /** Programs that fail, by path. */
  readonly failing = new Set<string>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries({ [PROGRAM]: "#!", ...texts }));
    this.io = new FakeIo();
    const real = this.io.files;
    Object.assign(this.io, {
      files: {
        ...real,
        realPath: (path: string) => this.#resolve(path),
        read: (path: string) => this.#read(path),
      },
      run: (words: readonly string[]) => this.#run(words),
    });
  }

  get parts() {
    return {
      io: this.io,
      disk: this.disk,
      executable: PROGRAM,
      isQuiet: false,
    };
  }

  #resolve(path: string): string | undefined {
    const text = this.files.get(path);
    const target = /^-> (.*)$/.exec(text ?? "")?.[1];
    if (text === undefined || target === undefined) return text === undefined ? undefined : path;
    const folder = path.slice(0, path.lastIndexOf("/"));
    return this.#resolve(target.startsWith("/") ? target : normalPath(`${folder}/${target}`));
  }

  #read(path: string): FileResult {
    const text = this.files.get(path);
    if (text === undefined) return { kind: "missing" };
    const bytes = new TextEncoder().encode(text);
    return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
  }

  #run(words: readonly string[]): RunOutcome {
    const [program = ""] = words;
    this.commands.push(words.join(" "));
    if (this.failing.has(program)) return { kind: "exited", code: 1 };
    if (program === "/usr/bin/dpkg-divert" && words.includes("--rename")) {
      this.disk.rename("/sbin/init", "/sbin/init.before-dinit");
    }
    return { kind: "exited", code: 0 };
  }

  readonly disk: Disk = {
    contentOf: (path) => {
      const text = this.files.get(path);
      if (text === undefined) return undefined;
      const target = /^-> (.*)$/.exec(text)?.[1];
      return target !== undefined
        ? { kind: "link", target }
        : { kind: "text", text, mode: text.startsWith("#!") ? 0o755 : 0o644 };
    },
    write: (path, content: PlannedContent) => {
      this.files.set(path, content.kind === "link" ? `-> ${content.target}` : content.text);
      return undefined;
    },
    remove: (path) => this.files.delete(path) ? undefined : "no such file",
    rename: (from, to) => {
      const text = this.files.get(from);
      if (text === undefined) return "no such file";
      this.files.delete(from);
      this.files.set(to, text);
      return undefined;
    },
    removeEmptyFolders: () => {},
    filesBelow: () => [],
    isExecutable: (path) => this.files.get(this.#resolve(path) ?? "")?.startsWith("#!") === true,
  };

  /** The boot that was asked for. */
  boot(): void {
    this.files.set("/proc/1/environ", "HOME=/\0DINIT_TRIAL=1\0");
  }
}

const SYSTEMD = {
  "/lib/systemd/systemd": "#!",
  "/sbin/init": "-> /lib/systemd/systemd",
};
const GRUB = {
  ...SYSTEMD,
  "/boot/grub/grub.cfg": GRUB_CFG,
  "/boot/grub/grubenv": "",
  "/usr/sbin/grub-reboot": "#!",
};

Deno.test("startTrial() has GRUB boot once with dinit, and leaves /sbin/init alone", () => {
  const machine = new Machine(GRUB);
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 0);
  assertEquals(machine.commands, ["/usr/sbin/grub-reboot dinit-trial"]);
  const custom = machine.files.get("/boot/grub/custom.cfg") ?? "";
  assertIncludes(custom, "menuentry 'One boot with dinit' --id dinit-trial {");
  assertIncludes(custom, "ro quiet init=/usr/bin/dinit DINIT_TRIAL=1\n\tinitrd");
  assertEquals(custom.includes("/boot/other"), false);
  assertEquals(machine.files.get("/sbin/init"), SYSTEMD["/sbin/init"]);
  assertIncludes(machine.files.get("/etc/dinit.d/boot-trial.toml") ?? "", 'after-boot = "10m"');
  assertIncludes(machine.io.output, "dinit ctl confirm-boot");
});

Deno.test("removeTrial() has GRUB forget a choice that it has not made yet, and no other", () => {
  const chosen = { ...GRUB, "/boot/grub/grubenv": "next_entry=dinit-trial\n####" };
  const edits = (texts: typeof GRUB) => {
    const machine = new Machine({ ...texts, "/usr/bin/grub-editenv": "#!" });
    assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 0);
    machine.commands.length = 0;
    assertEquals(removeTrial(machine.parts), undefined);
    return machine.commands;
  };
  assertEquals(edits(chosen), ["/usr/bin/grub-editenv /boot/grub/grubenv unset next_entry"]);
  assertEquals(edits({ ...GRUB, "/boot/grub/grubenv": "next_entry=mine\n" }), []);
});

Deno.test("startTrial() puts a script in the place of init where GRUB cannot do it", () => {
  const machine = new Machine({ ...GRUB, "/boot/grub/custom.cfg": "# mine" });
  machine.failing.add("/usr/sbin/grub-reboot");
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 0);
  assertEquals(machine.files.get("/boot/grub/custom.cfg"), "# mine\n");
  assertEquals(machine.files.get("/sbin/init.before-dinit"), SYSTEMD["/sbin/init"]);
  assertIncludes(machine.files.get("/sbin/init") ?? "", "exec /sbin/init.before-dinit");
  assertEquals(machine.files.get("/etc/dinit.d/.trial"), "armed\n");
});

Deno.test("startTrial() tells dpkg, so that an update leaves the script alone", () => {
  const machine = new Machine({ ...SYSTEMD, "/usr/bin/dpkg-divert": "#!" });
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 0);
  assertEquals(machine.commands, [
    "/usr/bin/dpkg-divert --quiet --local --rename --divert /sbin/init.before-dinit --add /sbin/init",
  ]);
  assertEquals(removeTrial(machine.parts), undefined);
  assertEquals(
    machine.commands[1],
    "/usr/bin/dpkg-divert --quiet --local --no-rename --divert /sbin/init.before-dinit --remove /sbin/init",
  );
  assertEquals([...machine.files.keys()].sort(), [
    "/lib/systemd/systemd",
    "/sbin/init",
    "/usr/bin/dinit",
    "/usr/bin/dpkg-divert",
  ]);
  assertEquals(machine.files.get("/sbin/init"), SYSTEMD["/sbin/init"]);
});

Deno.test("startTrial() does nothing where there is no other init", () => {
  const machine = new Machine({ "/sbin/init": "-> /usr/bin/dinit" });
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 1);
  assertIncludes(machine.io.errors, "no other init");
  assertEquals(machine.files.has("/etc/dinit.d/boot-trial.toml"), false);
});

Deno.test("startTrial() leaves nothing behind when dpkg refuses", () => {
  const machine = new Machine({ ...SYSTEMD, "/usr/bin/dpkg-divert": "#!" });
  machine.failing.add("/usr/bin/dpkg-divert");
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 1);
  assertIncludes(machine.io.errors, "dpkg-divert --add /sbin/init failed");
  assertEquals(machine.files.get("/sbin/init"), SYSTEMD["/sbin/init"]);
  assertEquals(machine.files.has("/etc/dinit.d/boot-trial.toml"), false);
});

for (const [way, texts] of Object.entries({ GRUB, script: SYSTEMD })) {
  Deno.test(`confirmTrial() keeps dinit, after a boot by ${way}`, () => {
    const machine = new Machine(texts);
    startTrial(machine.parts, TEN_MINUTES_MS);
    assertEquals(confirmTrial(machine.parts), 1);
    assertIncludes(machine.io.errors, "this boot is not the one on trial");
    machine.boot();
    assertEquals(confirmTrial(machine.parts), 0);
    assertEquals(machine.files.get("/sbin/init"), "-> /usr/bin/dinit");
    assertEquals(machine.files.get("/sbin/init.before-dinit"), SYSTEMD["/sbin/init"]);
    for (const path of ["/boot/grub/custom.cfg", "/etc/dinit.d/.trial"]) {
      assertEquals(machine.files.has(path), false, path);
    }
    // Nobody is thrown out when the time is over.
    const before = machine.commands.length;
    assertEquals([fallBack(machine.parts), machine.commands.length], [0, before]);
    // And back.
    assertEquals(removeTrial(machine.parts), undefined);
    assertEquals(machine.files.get("/sbin/init"), SYSTEMD["/sbin/init"]);
  });
}

Deno.test("fallBack() restarts the machine when nobody has confirmed, and only in that boot", () => {
  const machine = new Machine(SYSTEMD);
  startTrial(machine.parts, TEN_MINUTES_MS);
  assertEquals([fallBack(machine.parts), machine.commands], [0, []]);
  machine.boot();
  assertEquals(fallBack(machine.parts), 0);
  assertEquals(machine.commands, ["/usr/bin/dinit ctl --system shutdown reboot"]);
});

Deno.test("confirmTrial() says so when there is no trial", () => {
  const machine = new Machine(SYSTEMD);
  assertEquals(confirmTrial(machine.parts), 1);
  assertIncludes(machine.io.errors, "no boot is on trial");
});

Deno.test("removeTrial() has a machine with our package boot with the other init", () => {
  const machine = new Machine({ ...SYSTEMD, "/sbin/init": "-> /usr/bin/dinit" });
  assertEquals(removeTrial(machine.parts), undefined);
  assertEquals(machine.files.get("/sbin/init"), "-> /lib/systemd/systemd");
  assertIncludes(machine.io.output, "apt-get install systemd-sysv");
  // And again: the same.
  assertEquals(removeTrial(machine.parts), undefined);
  assertEquals(machine.files.get("/sbin/init"), "-> /lib/systemd/systemd");
  assertEquals(machine.files.get("/sbin/init.before-dinit"), "-> /usr/bin/dinit");
});

Deno.test("startTrial() with our package goes back to the other init, and confirmed to ours", () => {
  const machine = new Machine({ ...GRUB, "/sbin/init": "-> /usr/bin/dinit" });
  assertEquals(startTrial(machine.parts, TEN_MINUTES_MS), 0);
  assertIncludes(machine.files.get("/sbin/init") ?? "", "exec /lib/systemd/systemd");
  machine.boot();
  assertEquals(confirmTrial(machine.parts), 0);
  assertEquals(machine.files.get("/sbin/init"), "-> /usr/bin/dinit");
  assertEquals(machine.files.has("/sbin/init.before-dinit"), false);
});

Deno.test("runMigrate() undo under dinit leaves the scripts by which it stops its services", async () => {
  const machine = new Machine({
    ...SYSTEMD,
    "/proc/1/exe": "-> /usr/bin/dinit",
    "/etc/dinit.d/boot.toml": "a",
    "/etc/dinit.d/scripts/network.sh": "b",
  });
  const digest = (text: string) => digestOf({ kind: "text", text, mode: 0o644 });
  const files = new Map([
    ["boot.toml", await digest("a")],
    ["scripts/network.sh", await digest("b")],
  ]);
  machine.files.set("/etc/dinit.d/.migrate.json", manifestText({ files }));
  const undo = async (): Promise<readonly string[]> => {
    const effects = { ...machine.parts, linkTarget: () => undefined };
    assertEquals(await runMigrate(["undo"], machine.io, effects), 0);
    return [...machine.files.keys()].filter((path) => path.startsWith("/etc/dinit.d/")).sort();
  };
  assertEquals(await undo(), ["/etc/dinit.d/.migrate.json", "/etc/dinit.d/scripts/network.sh"]);
  assertIncludes(machine.io.output, "Say dinit migrate undo once more");
  // After the restart.
  machine.files.set("/proc/1/exe", "-> /lib/systemd/systemd");
  assertEquals(await undo(), []);
});
