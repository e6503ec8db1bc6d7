/**
 * The smallest whole system: our executable as PID 1, busybox for everything else, and the service
 * set linux-minimal. It starts from nothing: /dev, /proc, /sys and /run are empty.
 */
import { isFile, type Missing } from "../host_program.ts";
import { copy, directory, type ImageFile, link, text, withParents } from "./image_file.ts";
import { EXECUTABLE, programFiles } from "../program_files.ts";
import { ROOT_PASSWORD_HASH } from "../root_password.ts";
import { serviceSet } from "../service_set.ts";
import { sharedLibraries } from "../shared_libraries.ts";

/** On this host and in the machine. */
const BUSYBOX = "/bin/busybox";
/** The set has the serial port of a PC. */
const SERIAL_PORT = "ttyS0";
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

/** What a machine of another kind than this host has. */
export interface ForeignParts {
  /** Statically linked; on the host. */
  readonly busybox: string;
  /** Program here that runs those of the machine. */
  readonly emulator: string;
  /** The C library, as far as our executable needs it. */
  readonly libraries: readonly ImageFile[];
  /** Where the login prompt is to be: `ttyAMA0`. */
  readonly serialPort: string;
}

/** What goes into the image besides the fixed part. */
export interface BusyboxImageOptions {
  /** Our compiled program, normally dist/dinit. */
  readonly executable: string;
  /** Kernel modules and whatever else the caller wants in; later entries win. */
  readonly extraFiles: readonly ImageFile[];
  /** Services that `boot` waits for besides its own. */
  readonly enabled: readonly string[];
  /** Absent: busybox and C library are the host's. */
  readonly foreign?: ForeignParts;
}

/**
 * Lists every file of the system.
 *
 * @returns `Missing` when busybox or our executable is not there.
 * @throws {Error} When a library of the executable is missing.
 */
export function busyboxImage(options: BusyboxImageOptions): ImageFile[] | Missing {
  const { foreign } = options;
  const applets = busyboxApplets(foreign);
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
    ...(foreign?.libraries ??
      sharedLibraries(options.executable).map((path) => copy(path, path))),
    copy(BUSYBOX, foreign?.busybox ?? BUSYBOX),
    ...applets.filter((path) => !taken.has(path) && path !== BUSYBOX).map((path) =>
      link(path, BUSYBOX)
    ),
    ...serviceSet("linux-minimal", ["boot.d/.keep"]).map((file) =>
      foreign === undefined ? file : withSerialPort(file, foreign.serialPort)
    ),
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

/** The service that all wait for, with a login prompt at another port. */
function withSerialPort(file: ImageFile, port: string): ImageFile {
  if (file.kind !== "copy" || file.path !== "/etc/dinit.d/boot.toml") return file;
  const description = Deno.readTextFileSync(file.source);
  return text(file.path, description.replace(`getty@${SERIAL_PORT}`, `getty@${port}`));
}

/** Absolute paths that busybox wants links at; undefined when it cannot be run. */
function busyboxApplets(foreign?: ForeignParts): string[] | undefined {
  const [program, ...args]: [string, ...string[]] = foreign === undefined
    ? [BUSYBOX]
    : [foreign.emulator, foreign.busybox];
  try {
    const { stdout } = new Deno.Command(program, { args: [...args, "--list-full"] }).outputSync();
    return new TextDecoder().decode(stdout).trim().split("\n").map((path) => `/${path}`);
  } catch {
    return undefined;
  }
}
