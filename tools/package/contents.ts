/**
 * What lies where in a package, as data.
 *
 * `program`: everything that can stand beside another init, in `/usr/bin`, where Debian's package
 * `dinit` (upstream's program, in `/usr/sbin`) has nothing; pages and completions have names that
 * are not its own either. `init`: what makes it this machine's init, at the paths that
 * systemd-sysv and sysvinit-core have it at.
 */
import { completionFiles } from "../completions/files.ts";
import { manualFiles } from "../manual/pages.ts";
import { SERVICES, SET_NAMES, setEntries } from "../services/composition.ts";
import { copy, type ImageFile, link, text } from "../vm/images/image_file.ts";

/** Folder of what the packages of Debian have besides. */
export const DEBIAN_FILES = new URL("debian", import.meta.url).pathname;

const PROGRAM = "/usr/bin/dinit";
const CLIENTS = ["dinitctl", "dinit-check", "dinit-monitor"] as const;
/** Names of init's programs. */
const INIT_NAMES = [
  ...["init", "shutdown", "halt", "poweroff", "reboot", "soft-reboot", "telinit", "runlevel"],
] as const;
/** Pages of `shutdown`, under all its names. */
const SHUTDOWN_PAGES = ["halt", "poweroff", "reboot", "soft-reboot"] as const;
/** A section of a section: man(1) finds it as 8, and no other package's page has its name. */
const PAGE_SUFFIX = "dinit";

/** @param program Path of the executable on this machine. */
export function programContents(program: string): readonly ImageFile[] {
  return [
    copy(PROGRAM, program),
    ...CLIENTS.map((name) => link(`/usr/bin/${name}`, "dinit")),
    ...[...manualFiles()].filter(([name]) => name !== "shutdown.8")
      .map(([name, page]) => text(manualPath(`${name}${PAGE_SUFFIX}`), page)),
    ...completions(["dinit", ...CLIENTS]),
    ...services(),
  ];
}

/** @param paths Of the programs: Debian has them in `/sbin`. */
export function initContents(sbin: "/sbin" | "/usr/sbin"): readonly ImageFile[] {
  const page = manualFiles().get("shutdown.8") ?? "";
  return [
    ...INIT_NAMES.map((name) => link(`${sbin}/${name}`, PROGRAM)),
    text(manualPath("shutdown.8"), page),
    ...SHUTDOWN_PAGES.map((name) => link(manualPath(`${name}.8`), "shutdown.8")),
  ];
}

/** What only Debian's ways with init scripts want. */
export function debianHooks(): readonly ImageFile[] {
  return [
    copy("/lib/lsb/init-functions.d/40-dinit", `${DEBIAN_FILES}/40-dinit`, 0o644),
    copy("/usr/lib/dinit/init-script-front", `${DEBIAN_FILES}/init-script-front`),
    copy("/usr/lib/dinit/follow-packages", `${DEBIAN_FILES}/follow-packages`),
    copy("/usr/sbin/service", `${DEBIAN_FILES}/service`),
  ];
}

function manualPath(name: string): string {
  return `/usr/share/man/man${/\.(\d)[a-z]*$/.exec(name)?.[1]}/${name}`;
}

/** Bash looks for a command's name with `_` before it where there is none without. */
function completions(names: readonly string[]): readonly ImageFile[] {
  const files = completionFiles();
  const bash = "/usr/share/bash-completion/completions";
  const fish = "/usr/share/fish/vendor_completions.d";
  const others = names.slice(1);
  return [
    text(`${bash}/_dinit`, files.get("dinit.bash") ?? ""),
    ...others.map((name) => link(`${bash}/_${name}`, "_dinit")),
    text(`${fish}/dinit.fish`, files.get("dinit.fish") ?? ""),
    ...others.map((name) => link(`${fish}/${name}.fish`, "dinit.fish")),
    text("/usr/share/zsh/vendor-completions/_dinit", files.get("_dinit") ?? ""),
  ];
}

function services(): readonly ImageFile[] {
  const folder = "/usr/share/dinit/services";
  return [
    copy(`${folder}/schema.json`, `${SERVICES}/schema.json`, 0o644),
    ...SET_NAMES.filter((name) => name !== "demo").flatMap((name) =>
      setEntries(name).map((entry) => {
        const path = `${folder}/${name}/${entry.path}`;
        return entry.kind === "link"
          ? link(path, entry.target)
          : copy(path, entry.source, entry.mode);
      })
    ),
  ];
}
