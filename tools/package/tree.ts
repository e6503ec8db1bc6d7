/**
 * For systems that are not Debian: one tree with all of it, as a tarball and as what Alpine's
 * abuild
 * makes an .apk of.
 */
import { run } from "../build/process.ts";
import { type ImageFile, text } from "../vm/images/image_file.ts";
import { initContents, programContents } from "./contents.ts";
import type { PackageIdentity } from "./identity.ts";
import { stage } from "./stage.ts";

export interface TreeOptions {
  readonly identity: PackageIdentity;
  readonly output: string;
  readonly scratch: string;
}

/** Archives what is in a folder: the same bytes for the same contents. @returns `archive`. */
export async function archive(folder: string, file: string, epoch: number): Promise<string> {
  await run([
    "tar",
    ...["--create", "--format=gnu", "--sort=name", `--mtime=@${epoch}`],
    ...["--owner=0", "--group=0", "--numeric-owner"],
    // gzip has no name and time to put into its header when it is a pipe.
    ...file.endsWith(".gz") ? ["--use-compress-program=gzip -n"] : [],
    ...["--file", file, "--directory", folder, "."],
  ], { environment: { LC_ALL: "C" } });
  return file;
}

/** Program, pages, completions and sets below `/usr`; nothing that another init has, too. */
export async function buildTarball(program: string, options: TreeOptions): Promise<string> {
  const { identity: { version, architecture, epoch }, output, scratch } = options;
  const folder = `${scratch}/tarball`;
  await stage(programContents(program), folder, epoch);
  return await archive(folder, `${output}/dinit-deno-${version}-${architecture}.tar.gz`, epoch);
}

/**
 * A folder with an APKBUILD and the two trees that it packs, `dinit-deno` and `dinit-deno-init`.
 *
 * @returns Its path.
 */
export async function buildApkTree(program: string, options: TreeOptions): Promise<string> {
  const { identity, output } = options;
  const folder = `${output}/apk`;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const below = (name: string, files: readonly ImageFile[]): readonly ImageFile[] =>
    files.map((file) => ({ ...file, path: `/${name}${file.path}` }));
  await stage(
    [
      text("/APKBUILD", apkbuild(identity)),
      ...below("dinit-deno", programContents(program)),
      ...below("dinit-deno-init", initContents("/sbin")),
    ],
    folder,
    identity.epoch,
  );
  return folder;
}

/** Source: APKBUILD(5) of abuild. */
function apkbuild({ version, architecture }: PackageIdentity): string {
  return `# Contributor: dinit
# Packs what lies beside it: abuild -d -P /tmp/packages rootpkg
pkgname=dinit-deno
pkgver=${version}
pkgrel=0
pkgdesc="Init system and service manager"
url="https://localhost/dinit-deno"
arch="${architecture === "amd64" ? "x86_64" : "aarch64"}"
license="Apache-2.0"
# The program is for glibc, of which gcompat gives too little: its libraries lie beside musl's.
depends=""
options="!check !strip !tracedeps"
subpackages="$pkgname-init"
source=""

package() {
  cp -a "$startdir/dinit-deno/." "$pkgdir/"
}

init() {
  pkgdesc="Init system and service manager, as this machine's init"
  depends="$pkgname=$pkgver-r$pkgrel"
  provides="/sbin/init"
  replaces="busybox openrc"
  mkdir -p "$subpkgdir"
  cp -a "$startdir/dinit-deno-init/." "$subpkgdir/"
}
`;
}
