/**
 * Packages for Debian, by dpkg-deb. What the two are, and how they stand to other packages, is data
 * here; deb-control(5) tells what the fields mean.
 */
import { run } from "../build/process.ts";
import { copy, type ImageFile, link, text } from "../vm/images/image_file.ts";
import { DEBIAN_FILES, debianHooks, initContents, programContents } from "./contents.ts";
import { gzipText } from "./gzip.ts";
import { MAINTAINER, type PackageIdentity } from "./identity.ts";
import { stage, stagedBytes } from "./stage.ts";

export interface DebianPackage {
  readonly name: string;
  /** Fields of the control file besides those that all have. */
  readonly fields: Readonly<Record<string, string>>;
  /** The first line is the synopsis. */
  readonly description: readonly string[];
  /** Names of maintainer scripts and the like: files `NAME.WHAT` of {@link DEBIAN_FILES}. */
  readonly scripts: readonly string[];
  readonly contents: readonly ImageFile[];
}

/** Inits of Debian; a machine has one. Source: control files of runit-init, sysvinit-core. */
const OTHER_INITS = "runit-init, systemd-sysv, sysvinit-core";

const PROGRAM_PACKAGE = "dinit-deno";

/** @param program Path of the executable. */
export function debianPackages(
  program: string,
  { version }: PackageIdentity,
): readonly DebianPackage[] {
  return [{
    name: PROGRAM_PACKAGE,
    fields: {
      Section: "admin",
      Depends: "libc6 (>= 2.31), libgcc-s1",
      Suggests: "dinit-deno-init",
    },
    description: [
      "init system and service manager (program, manuals, service sets)",
      "Supervises services that short TOML files describe, for a user, in a",
      'container, or as the machine\'s init. "dinit convert" turns the services of',
      'other init systems into such files, "dinit migrate" a whole machine.',
      ".",
      "This package changes nothing of the init that the machine has.",
    ],
    scripts: ["postinst", "prerm"],
    contents: programContents(program),
  }, {
    name: "dinit-deno-init",
    fields: {
      Section: "admin",
      "Pre-Depends": `dinit-deno (= ${version})`,
      Recommends: "udev, rsyslog | system-log-daemon",
      // So that the package "init", which no machine can be without, stays.
      Provides: "sysvinit-core",
      Conflicts: OTHER_INITS,
      Replaces: OTHER_INITS,
    },
    description: [
      "init system and service manager (as the machine's init)",
      "Makes dinit-deno process 1: /sbin/init, shutdown, reboot and their like.",
      "Init scripts, service(8) and invoke-rc.d(8), and so the maintainer scripts of",
      "other packages, reach its services.",
      ".",
      'Run "dinit migrate plan" and "dinit migrate apply" before the next boot.',
    ],
    scripts: ["preinst", "postinst", "postrm", "triggers"],
    contents: [...initContents("/sbin"), ...debianHooks()],
  }];
}

/** What can be left out for tests, which only look inside. */
export interface DebOptions {
  readonly identity: PackageIdentity;
  /** Where packages go; it is there. */
  readonly output: string;
  /** For files on their way; it is there. */
  readonly scratch: string;
  /** `gzip` is quicker and larger. */
  readonly compression: "xz" | "gzip";
  /** What is new, for people. */
  readonly changelog: string;
}

/**
 * Builds one package.
 *
 * @returns Its path.
 * @throws {Error} When dpkg-deb fails.
 */
export async function buildDeb(one: DebianPackage, options: DebOptions): Promise<string> {
  const { identity: { version, architecture, epoch }, output, scratch, compression } = options;
  const folder = `${scratch}/${one.name}`;
  const files = await withDocuments(one, options);
  const compressed = await withPagesCompressed(files, `${scratch}/${one.name}-pages`);
  await stage(compressed, folder, epoch);
  const size = Math.ceil(stagedBytes(folder) / 1024);
  const control = controlFiles(one, options.identity, size, await md5sums(folder));
  await stage(control, `${folder}/DEBIAN`, epoch);
  await Deno.utime(folder, epoch, epoch);
  const path = `${output}/${one.name}_${version}_${architecture}.deb`;
  await run([
    "dpkg-deb",
    ...["--root-owner-group", `-Z${compression}`, "--threads-max=1"],
    ...compression === "xz" ? ["-z2"] : [],
    ...["--build", folder, path],
  ], { directory: scratch, environment: { SOURCE_DATE_EPOCH: String(epoch) } });
  return path;
}

function controlFiles(
  { name, fields, description, scripts }: DebianPackage,
  { version, architecture }: PackageIdentity,
  installedKiB: number,
  sums: string,
): readonly ImageFile[] {
  const [synopsis = "", ...lines] = description;
  const control = Object.entries({
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: MAINTAINER,
    "Installed-Size": String(installedKiB),
    Priority: "optional",
    ...fields,
    Description: [synopsis, ...lines.map((line) => ` ${line}`)].join("\n"),
  }).map(([field, value]) => `${field}: ${value}\n`).join("");
  return [
    text("/control", control),
    text("/md5sums", sums),
    ...scripts.map((script) =>
      copy(`/${script}`, `${DEBIAN_FILES}/${name}.${script}`, script === "triggers" ? 0o644 : 0o755)
    ),
  ];
}

/** Copyright and changes, as Debian's policy (12.5, 12.7) has them. */
async function withDocuments(
  { name, contents }: DebianPackage,
  { identity, scratch, changelog }: DebOptions,
): Promise<readonly ImageFile[]> {
  const documents = `/usr/share/doc/${name}`;
  const compressed = async (path: string, contents: string): Promise<ImageFile> => {
    const made = `${scratch}/${name}-${path}`;
    await gzipText(contents, made);
    return copy(`${documents}/${path}`, made, 0o644);
  };
  return [
    ...contents,
    await compressed("changelog.gz", debianChangelog(name, identity)),
    // In one of them, for both.
    ...name === PROGRAM_PACKAGE ? [await compressed("CHANGELOG.md.gz", changelog)] : [],
    text(`${documents}/copyright`, COPYRIGHT),
    ...OVERRIDES[name] === undefined
      ? []
      : [text(`/usr/share/lintian/overrides/${name}`, OVERRIDES[name])],
  ];
}

/** Source: deb-changelog(5). */
function debianChangelog(name: string, { version, epoch }: PackageIdentity): string {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  return `${name} (${version}) unstable; urgency=medium\n\n` +
    `  * Made from the sources: see /usr/share/doc/${PROGRAM_PACKAGE}/CHANGELOG.md.gz.\n\n` +
    ` -- ${MAINTAINER}  ${date}\n`;
}

/** What lintian would say of what is as it has to be. */
const OVERRIDES: Readonly<Record<string, string>> = {
  [PROGRAM_PACKAGE]: `# The runtime in the executable has its own copy.
${PROGRAM_PACKAGE}: embedded-library lcms2 [usr/bin/dinit]
# Descriptions name the shell that runs them.
${PROGRAM_PACKAGE}: script-not-executable [usr/share/dinit/services/*]
`,
  "dinit-deno-init":
    `# The one of dinit migrate undo, by the person at the machine, is cleared away with the package.
dinit-deno-init: package-uses-local-diversion [postrm:*]
dinit-deno-init: remove-of-unknown-diversion sbin/init [postrm:*]
`,
};

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: dinit

Files: *
Copyright: 2026 the authors of dinit in TypeScript
License: Apache-2.0
 On Debian systems, the full text of the Apache License, Version 2.0, is in
 "/usr/share/common-licenses/Apache-2.0".

Files: usr/bin/dinit
Copyright: 2026 the authors of dinit in TypeScript, and those of Deno (MIT), V8
 (BSD-3-Clause) and smol-toml (BSD-3-Clause), yaml (ISC), which are parts of the
 executable
License: Apache-2.0
`;

/** Pages of manuals are compressed, and links lead to compressed ones (policy, 12.1). */
async function withPagesCompressed(
  files: readonly ImageFile[],
  folder: string,
): Promise<readonly ImageFile[]> {
  await Deno.mkdir(folder, { recursive: true });
  return await Promise.all(files.map(async (file) => {
    if (!file.path.startsWith("/usr/share/man/")) return file;
    if (file.kind === "link") return link(`${file.path}.gz`, `${file.target}.gz`);
    if (file.kind !== "text") return file;
    const source = `${folder}/${file.path.slice(file.path.lastIndexOf("/") + 1)}.gz`;
    await gzipText(file.text, source);
    return copy(`${file.path}.gz`, source, 0o644);
  }));
}

/** As md5sum(1) writes them, in the order of paths: dpkg --verify reads them. */
async function md5sums(folder: string): Promise<string> {
  const find = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 md5sum";
  return new TextDecoder().decode(await run(["sh", "-c", find], { directory: folder }));
}
