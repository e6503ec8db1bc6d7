/** A machine's root in a folder, and `dinit migrate` at it: real files, no other effects. */
import { runMigrate } from "../../../ctl/migrate/run_migrate.ts";
import { DISK } from "../../../ctl/migrate/disk.ts";
import { linkTarget } from "../../../ctl/interface/link_target.ts";
import { writeSet } from "../../../tools/services/write_set.ts";
import { setEntries } from "../../../tools/services/composition.ts";
import { DISK_FILES } from "../convert/disk_files.ts";
import { FakeIo } from "../fake_io.ts";

export interface Answer {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** A folder that is a machine's root. */
export class MovedMachine {
  readonly #folder: string;

  /** @param folder Empty. */
  constructor(folder: string) {
    this.#folder = folder;
    for (const name of ["linux", "alpine"] as const) {
      writeSet(setEntries(name), `${folder}/sets/${name}`);
    }
    Deno.mkdirSync(this.root);
  }

  get root(): string {
    return `${this.#folder}/root`;
  }

  /** Writes a file of the machine; `-> TARGET` makes a symlink. */
  write(path: string, text: string): void {
    const place = `${this.root}${path}`;
    Deno.mkdirSync(place.slice(0, place.lastIndexOf("/")), { recursive: true });
    const target = /^-> (.*)$/.exec(text)?.[1];
    if (target === undefined) Deno.writeTextFileSync(place, text);
    else Deno.symlinkSync(target, place);
  }

  read(path: string): string {
    return Deno.readTextFileSync(`${this.root}${path}`);
  }

  remove(path: string): void {
    Deno.removeSync(`${this.root}${path}`);
  }

  has(path: string): boolean {
    return DISK.contentOf(`${this.root}${path}`) !== undefined;
  }

  async migrate(...words: string[]): Promise<Answer> {
    const fake = new FakeIo({ programName: "dinit migrate" });
    Object.assign(fake, { files: { ...fake.files, ...DISK_FILES } });
    const effects = { disk: DISK, linkTarget, executable: "/usr/bin/dinit" };
    const all = ["--root", this.root, "--services", `${this.#folder}/sets`, ...words];
    const status = await runMigrate(all, fake, effects);
    return { status, output: fake.output, errors: fake.errors };
  }
}

/** One with systemd and a daemon. */
export function withSystemd(machine: MovedMachine): MovedMachine {
  machine.write("/lib/systemd/systemd", "");
  machine.write("/sbin/init", "-> /lib/systemd/systemd");
  machine.write("/lib/systemd/system/multi-user.target", "[Unit]\nDescription=All\n");
  machine.write("/lib/systemd/system/web.service", "[Service]\nExecStart=/usr/sbin/web\n");
  machine.write(
    "/etc/systemd/system/multi-user.target.wants/web.service",
    "-> /lib/systemd/system/web.service",
  );
  return machine;
}
