/**
 * The executable with an older and a newer C library than that of the machine at hand, as a
 * container's first process.
 */
import { assertEquals, assertIncludes } from "../../assert.ts";
import { RELEASES, rootFiles } from "../../debian_releases.ts";
import { debianFiles, debianNeeds } from "../../debian_files.ts";
import { testNeeding } from "../../skip.ts";
import { PROGRAM } from "../manager.ts";
import { NAMESPACE_NEEDS, withFirstProcess } from "./first_process.ts";

/** Children of both kinds, and both ways of a client. */
const SERVICES = {
  boot: `type = "internal"\ndepends-on = ["asks", "waits"]\nrestart = false\n`,
  asks: `type = "scripted"
command = ["/bin/sh", "-c", """
/usr/sbin/dinit ctl -p /run/socket is-started waits
DINIT_CLIENT=full /usr/sbin/dinit ctl -p /run/socket is-started waits
"""]
depends-on = ["waits"]
options = ["shares-console"]
`,
  waits: `type = "process"\ncommand = ["/bin/sleep", "1000"]\nrun-as = "65534"\n`,
};

/** Puts the release's files into memory and says which C library it is. */
function unpack(tarball: string): string {
  return `set -e
root=$FOLDER/root
mkdir "$root"
mount -t tmpfs -o mode=755 none "$root"
tar -xf ${tarball} -C "$root"
cp ${PROGRAM} "$root/usr/sbin/dinit"
cp -R "$FOLDER/services" "$root/etc/dinit.d"
mkdir -p "$root/dev" "$root/proc" "$root/run"
test -e "$root/dev/null" || mknod -m 666 "$root/dev/null" c 1 3
mount -t proc none "$root/proc"
chroot "$root" /bin/sh -c '/lib/*-linux-gnu/libc.so.6; dinit --version'`;
}

for (const { suite, cLibrary } of RELEASES) {
  const root = rootFiles(suite, "amd64");
  const needs = [...NAMESPACE_NEEDS, ...await debianNeeds(root)];
  testNeeding(
    `the executable runs with glibc ${cLibrary} of Debian's ${suite}`,
    needs,
    async () => {
      const tarball = await debianFiles(root);
      await withFirstProcess({
        services: SERVICES,
        before: unpack(Deno.realPathSync(tarball)),
        program: 'chroot "$root" /usr/sbin/dinit -d /etc/dinit.d -p /run/socket',
        args: ["--container"],
        unshare: [],
      }, async (first) => {
        await first.outputHas("[  OK  ] boot");
        assertIncludes(first.output, `stable release version ${cLibrary}`);
        assertIncludes(first.output, "Dinit version");
        assertEquals(first.output.match(/^STARTED$/gm)?.length, 2, first.output);
        await first.signal("SIGTERM");
        assertEquals((await first.ended()).code, 0);
        assertIncludes(first.output, "[STOPPD] waits");
      });
    },
  );
}
