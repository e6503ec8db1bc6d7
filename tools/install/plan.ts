/**
 * What is installed where, as data; `install.ts` carries it out.
 *
 * Programs are where upstream's are: those for everybody in bin, those that end the machine in
 * sbin.
 */
import { completionFiles } from "../completions/files.ts";
import { manualFiles } from "../manual/pages.ts";
import type { SetEntry } from "../services/composition.ts";

/** A path is relative to the prefix. */
export type Entry =
  | SetEntry
  | { readonly kind: "text"; readonly path: string; readonly text: string };

const CLIENTS = ["dinitctl", "dinit-check", "dinit-monitor"] as const;

/** Other names of shutdown; they have its manual page, too. */
const SHUTDOWN_NAMES = ["halt", "poweroff", "reboot", "soft-reboot"] as const;

const COMPLETED = ["dinit", ...CLIENTS, "shutdown", ...SHUTDOWN_NAMES] as const;

/**
 * List of all that was installed, so that it can be told from what others installed, and removed.
 */
export const MANIFEST_PATH = "share/dinit/installed-files";

/**
 * All entries, in the order in which they are made.
 *
 * @param options `program`: path of the executable. `services`: what becomes share/dinit/services.
 */
export function installationPlan(options: {
  readonly program: string;
  readonly services: readonly SetEntry[];
}): readonly Entry[] {
  return [
    { kind: "copy", path: "bin/dinit", source: options.program, mode: 0o755 },
    ...CLIENTS.map((name) => link(`bin/${name}`, "dinit")),
    ...["shutdown", ...SHUTDOWN_NAMES].map((name) => link(`sbin/${name}`, "../bin/dinit")),
    ...["telinit", "runlevel"].map((name) => link(`sbin/${name}`, "../bin/dinit")),
    ...manualEntries(),
    ...completionEntries(),
    ...options.services.map((entry) => inFolder("share/dinit/services", entry)),
  ];
}

function manualEntries(): readonly Entry[] {
  const pages = [...manualFiles()].map(([name, text]): Entry => ({
    kind: "text",
    path: manualPath(name),
    text,
  }));
  // What mandoc(1) advises, and man-db follows when it compresses pages.
  const links = SHUTDOWN_NAMES.map((name) => link(manualPath(`${name}.8`), "shutdown.8"));
  return [...pages, ...links];
}

function manualPath(name: string): string {
  return `share/man/man${name.at(-1)}/${name}`;
}

/** Bash and fish look for a file of the command's name; zsh reads the names in the file. */
function completionEntries(): readonly Entry[] {
  const files = completionFiles();
  const bash = "share/bash-completion/completions";
  const fish = "share/fish/vendor_completions.d";
  const others = COMPLETED.slice(1);
  return [
    { kind: "text", path: `${bash}/dinit`, text: files.get("dinit.bash") ?? "" },
    ...others.map((name) => link(`${bash}/${name}`, "dinit")),
    { kind: "text", path: `${fish}/dinit.fish`, text: files.get("dinit.fish") ?? "" },
    ...others.map((name) => link(`${fish}/${name}.fish`, "dinit.fish")),
    { kind: "text", path: "share/zsh/site-functions/_dinit", text: files.get("_dinit") ?? "" },
  ];
}

/** A copy or link with its path below a folder; what it copies or leads to stays. */
export function inFolder(folder: string, entry: SetEntry): SetEntry {
  return { ...entry, path: `${folder}/${entry.path}` };
}

function link(path: string, target: string): Entry {
  return { kind: "link", path, target };
}
