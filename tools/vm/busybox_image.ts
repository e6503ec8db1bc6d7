/**
 * The smallest whole system: our executable as PID 1, busybox for everything else, and the service
 * set linux-minimal. It starts from nothing: /dev, /proc, /sys and /run are empty.
 */
import { isFile, type Missing } from "./host_program.ts";
import { copy, directory, type ImageFile, link, text, withParents } from "./image_file.ts";
import { EXECUTABLE, programFiles } from "./program_files.ts";
import { ROOT_PASSWORD_HASH } from "./root_password.ts";
import { serviceSet } from "./service_set.ts";
import { sharedLibraries } from "./shared_libraries.ts";

const BUSYBOX = "/bin/busybox";
const MISSING_BUSYBOX: Missing = {
  kind: "missing",
  message: `Cannot run "${BUSYBOX}". Run: apt-get install busybox-static`,
};

/**
 * Debian's busybox shell prefers its own commands to those in PATH, and its `poweroff` and `reboot`
 * send PID 1 the signals of busybox's init; the aliases lead to ours.
 */
const PROFILE = `export PATH=/usr/sbin:/usr/bin:/sbin:/bin
PS1='\\h:\\w\\$ '
for name in halt poweroff reboot; do alias "$name=/sbin/$name"; done
`;

/** What goes into the image besides the fixed part. */
export interface BusyboxImageOptions {
  /** Our compiled program, normally dist/dinit. */
  readonly executable: string;
  /** Kernel modules and whatever else the caller wants in; later entries win. */
  readonly extraFiles: readonly ImageFile[];
  /** Services that `boot` waits for besides its own. */
  readonly enabled: readonly string[];
}

/**
 * Lists every file of the system.
 *
 * @returns `Missing` when busybox or our executable is not there.
 * @throws {Error} When a library of the executable is missing.
 */
export function busyboxImage(options: BusyboxImageOptions): ImageFile[] | Missing {
  const applets = busyboxApplets();
  if (applets === undefined) return MISSING_BUSYBOX;
  if (!isFile(options.executable)) {
    return {
      kind: "missing",
      message: `Found no executable at "${options.executable}". Run: npm run build`,
    };
  }
  const programs = [...programFiles(options.executable, "/sbin"), link("/init", EXECUTABLE)];
  // Of the same name, ours counts.
  const taken = new Set(programs.map(({ path }) => path));
  return withParents([
    ...["/dev", "/proc", "/sys", "/run", "/data", "/var/spool/cron"].map((path) => directory(path)),
    directory("/root", 0o700),
    directory("/tmp", 0o1777),
    ...etcFiles(),
    ...programs,
    ...sharedLibraries(options.executable).map((path) => copy(path, path)),
    copy(BUSYBOX, BUSYBOX),
    ...applets.filter((path) => !taken.has(path) && path !== BUSYBOX).map((path) =>
      link(path, BUSYBOX)
    ),
    ...serviceSet("linux-minimal", ["boot.d/.keep"]),
    ...options.enabled.map((name) => link(`/etc/dinit.d/boot.d/${name}`, `../${name}.toml`)),
    ...options.extraFiles,
  ]);
}

/** User "root" with the password "dinit". */
function etcFiles(): ImageFile[] {
  return [
    text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n"),
    text(
      "/etc/shadow",
      `root:${ROOT_PASSWORD_HASH}:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n`,
      0o600,
    ),
    text("/etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
    text("/etc/hostname", "busybox\n"),
    text("/etc/hosts", "127.0.0.1 localhost busybox\n"),
    text("/etc/issue", "busybox under dinit, \\n \\l (user root, password dinit)\n\n"),
    text("/etc/motd", "Try: dinitctl list, dinitctl status crond, dinitctl shutdown\n"),
    text("/etc/profile", PROFILE),
    text("/etc/crontabs/root", "* * * * * logger the minute is full\n", 0o600),
    text("/etc/dinit/environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin\n"),
    directory("/etc/dinit.d/boot.d"),
    directory("/var/log"),
    link("/var/run", "/run"),
  ];
}

/** Whether busybox can be run here. */
export function missingBusybox(): Missing | undefined {
  return busyboxApplets() === undefined ? MISSING_BUSYBOX : undefined;
}

/** Absolute paths that busybox wants links at; undefined when it cannot be run. */
function busyboxApplets(): string[] | undefined {
  try {
    const { stdout } = new Deno.Command(BUSYBOX, { args: ["--list-full"] }).outputSync();
    return new TextDecoder().decode(stdout).trim().split("\n").map((path) => `/${path}`);
  } catch {
    return undefined;
  }
}
