/**
 * What systemd itself makes of units, without a manager: `systemd --test --user` reads them, prints
 * what it has read and ends.
 */
import { tool } from "../../skip.ts";

const SYSTEMD = "/lib/systemd/systemd";

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Another user than root, whom systemd's test mode refuses. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

export const SYSTEMD_NEEDS = [tool("systemd", exists(SYSTEMD)), tool("setpriv")];
export const VERIFY_NEEDS = [tool("systemd-analyze")];

/** Lines that systemd prints of a unit, without the indentation. */
export type UnitDump = readonly string[];

/**
 * Has systemd read a folder of units. Those that it cannot load are not among what it prints.
 *
 * @param units Contents by file name, which may have folders; a target that wants all is added.
 */
export async function readBySystemd(
  units: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, UnitDump>> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.chmod(folder, 0o755);
    const home = `${folder}/home`;
    await Deno.mkdir(home, { mode: 0o777 });
    await Deno.chmod(home, 0o777);
    await writeUnits(`${folder}/units`, units);
    const names = Object.keys(units).filter((name) => name.endsWith(".service"));
    const wanted = `[Unit]\n${names.map((name) => `Wants=${name}\n`).join("")}`;
    await Deno.writeTextFile(`${folder}/units/default.target`, wanted);
    const [command = "", ...args] = [
      ...Deno.uid() === 0 ? NOBODY : [],
      ...[SYSTEMD, "--test", "--user", "--log-level=emerg"],
    ];
    const { stdout } = await new Deno.Command(command, {
      args,
      clearEnv: true,
      env: {
        HOME: home,
        XDG_RUNTIME_DIR: home,
        SYSTEMD_UNIT_PATH: `${folder}/units`,
        PATH: "/usr/bin:/bin",
      },
      stdin: "null",
      stderr: "null",
    }).output();
    return dumpsOf(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeUnits(folder: string, units: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(folder, { mode: 0o755 });
  for (const [name, text] of Object.entries(units)) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
}

function dumpsOf(text: string): ReadonlyMap<string, UnitDump> {
  const dumps = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of text.split("\n")) {
    const unit = /^\t-> Unit (\S+):$/.exec(line)?.[1];
    if (unit !== undefined) {
      current = [];
      dumps.set(unit, current);
    } else current.push(line.trimStart());
  }
  return dumps;
}

/** Values of a name in what was printed: `Environment`, `Command Line`. */
export function dumped(dump: UnitDump, name: string): readonly string[] {
  return dump.filter((line) => line.startsWith(`${name}: `)).map((line) =>
    line.slice(name.length + 2)
  );
}

/** Complaints of `systemd-analyze verify`: `LINE: what` by file, of lines that have one. */
export async function verifyBySystemd(
  units: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = await Deno.makeTempDir();
  try {
    await writeUnits(`${folder}/units`, units);
    const paths = Object.keys(units).map((name) => `${folder}/units/${name}`);
    const { stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", ...paths],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    const complaints = new Map<string, string[]>(Object.keys(units).map((name) => [name, []]));
    for (const line of new TextDecoder().decode(stderr).split("\n")) {
      const match = /^.*\/units\/([^/:]+):([0-9]+): (.*)$/.exec(line);
      complaints.get(match?.[1] ?? "")?.push(`${match?.[2]}: ${match?.[3]}`);
    }
    return complaints;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
