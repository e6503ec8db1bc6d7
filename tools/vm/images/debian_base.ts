/**
 * The Debian system of the demonstration machine, as a tarball: packages only, nothing of ours. It
 * is put together by mmdebstrap (debootstrap's successor) from the mirror that this host itself
 * uses.
 */
import { type Missing, missingProgram } from "../host_program.ts";
import { cachedFile } from "./image_cache.ts";
import { ROOT_PASSWORD_HASH } from "../root_password.ts";

const SUITE = "bookworm";

/**
 * On top of what Debian cannot be without ("minbase"). No package of an init is among them, so that
 * nothing but ours can be PID 1.
 */
const PACKAGES = [
  "cron",
  "e2fsprogs",
  "ifupdown",
  "iproute2",
  "isc-dhcp-client",
  "kmod",
  "less",
  "nano",
  "openssh-server",
  "procps",
  "rsyslog",
  "udev",
];

/** A machine with systemd, as a person has it before it is moved. */
const STOCK_PACKAGES = [
  ...PACKAGES,
  ...["init", "systemd-sysv", "dbus", "apt", "logrotate", "libevent-2.1-7", "adduser"],
  ...["nginx-light", "postgresql", "redis-server", "chrony"],
];
/** What each of Debian's inits adds to {@linkcode PACKAGES}; those have its scripts already. */
const INIT_PACKAGES = {
  systemd: ["systemd-sysv"],
  sysvinit: ["sysvinit-core", "initscripts", "insserv", "orphan-sysvinit-scripts"],
} as const;

/** An init that Debian has. */
export type DebianInit = keyof typeof INIT_PACKAGES;

/** Laid down as packages, to be installed there. */
const LATER_PACKAGES = ["redis-server", "memcached"];

/** Documentation would be a third of the system. */
const LEFT_OUT = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"];

/** Runs on this host with the new system's root as $1. */
const CUSTOMIZE = `sed -i 's|^root:[^:]*:|root:${ROOT_PASSWORD_HASH}:|' "$1/etc/shadow"`;

/** What {@linkcode debianBase} needs on the host; undefined when all is there. */
export function missingDebianTool(): Missing | undefined {
  return missingProgram({
    mmdebstrap: "mmdebstrap",
    ...(Deno.uid() === 0 ? {} : { newuidmap: "uidmap" }),
  });
}

/**
 * Builds the system, or finds it built. That takes about a minute and the network; what it does is
 * told on standard error.
 *
 * @returns Path of the tarball. It holds the machine's secret host keys.
 * @throws {Error} When mmdebstrap fails.
 */
export function debianBase(): Promise<string> {
  return debianTarball("debian-base", PACKAGES, []);
}

/**
 * A Debian with systemd, ssh, nginx, PostgreSQL, redis, cron, rsyslog and chrony, likewise; in
 * /root there are packages of redis-server and of memcached, which is not installed.
 */
export function stockDebian(): Promise<string> {
  const download = `chroot "$1" sh -c "cd /root && apt-get download ${LATER_PACKAGES.join(" ")}"`;
  return debianTarball("debian-stock", STOCK_PACKAGES, [`--customize-hook=${download}`]);
}

/** The system of {@linkcode debianBase} under one of Debian's inits, to compare with, likewise. */
export function debianUnder(init: DebianInit): Promise<string> {
  return debianTarball(`debian-${init}`, [...PACKAGES, ...INIT_PACKAGES[init]], []);
}

function debianTarball(
  name: string,
  packages: readonly string[],
  more: readonly string[],
): Promise<string> {
  const sources = debianSources();
  const args = [
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    '--aptopt=APT::Install-Recommends "false"',
    ...LEFT_OUT.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--customize-hook=${CUSTOMIZE}`,
    ...more,
    "--format=tar",
    SUITE,
  ];
  return cachedFile(
    { name, extension: "tar", ingredients: { args, sources } },
    async (unfinished) => {
      console.error("vm: Building a Debian system, once; this takes about a minute");
      const build = new Deno.Command("mmdebstrap", {
        args: [...args, unfinished, ...sources],
        stdin: "null",
        stdout: "inherit",
        stderr: "inherit",
      }).spawn();
      const { code } = await build.status;
      if (code !== 0) {
        throw new Error(`Cannot build a Debian system: mmdebstrap ended with status ${code}`);
      }
    },
  );
}

/**
 * What a host gets its packages from: lines such as
 * `Debian bookworm main http://deb.debian.org/debian/`.
 */
function indexTargets(): string {
  const format = "$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)";
  try {
    const { stdout } = new Deno.Command("apt-get", {
      args: ["indextargets", "--format", format, "Created-By: Packages"],
    }).outputSync();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}

/**
 * Lines of sources.list for the mirrors that this host gets the suite from, security updates
 * included. Empty on a host of another suite or system: mmdebstrap then takes Debian's own.
 */
function debianSources(): readonly string[] {
  return parseIndexTargets(indexTargets());
}

/**
 * The mirror that a Debian host uses, for other suites; Debian's own elsewhere. With a slash at the
 * end.
 */
export function debianMirror(): string {
  return parseMirror(indexTargets()) ?? "http://deb.debian.org/debian/";
}

/** @param output As for {@linkcode parseIndexTargets}. */
export function parseMirror(output: string): string | undefined {
  const targets = output.split("\n").map((line) => line.split(" "));
  const [, , , uri] =
    targets.find(([origin, suite, component]) =>
      origin === "Debian" && component === "main" && /^[a-z]+$/.test(suite ?? "")
    ) ?? [];
  return uri;
}

/**
 * Reads {@linkcode indexTargets}.
 *
 * @returns Lines for sources.list; empty unless the suite itself is among them.
 */
export function parseIndexTargets(output: string): readonly string[] {
  const targets = output.split("\n").map((line) => line.split(" ")).filter(
    ([origin, suite, component]) =>
      origin === "Debian" && component === "main" &&
      [SUITE, `${SUITE}-updates`, `${SUITE}-security`].includes(suite ?? ""),
  );
  if (!targets.some(([, suite]) => suite === SUITE)) return [];
  const lines = targets.map(([, suite, , uri]) => `deb ${uri} ${suite} main`);
  return [...new Set(lines)];
}
