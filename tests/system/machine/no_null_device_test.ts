/** A root without /dev: the manager runs, and its services cannot; it says what is missing. */
import { assertIncludes } from "../../assert.ts";
import { BUSYBOX_NEED } from "../../busybox.ts";
import { testNeeding } from "../../skip.ts";
import { NAMESPACE_NEEDS } from "./first_process.ts";
import { PROGRAM } from "../manager.ts";
import { smallRoot } from "./small_root.ts";

testNeeding(
  "without /dev/null a service's failure names it",
  [...NAMESPACE_NEEDS, BUSYBOX_NEED],
  async () => {
    const root = await Deno.makeTempDir({ prefix: "dinit-no-dev-" });
    try {
      const script = `set -e
mount -t tmpfs none "$0"
cd "$0"
mkdir bin proc services
${smallRoot(["sh", "true"])}
cp ${PROGRAM} bin/dinit
mount --bind /proc proc
printf 'type = "scripted"\\ncommand = ["/bin/true"]\\n' >services/boot.toml
exec chroot . /bin/dinit -u -d /services -p /socket 2>&1 </dev/null`;
      const { stdout } = await new Deno.Command("unshare", {
        args: ["--mount", "--propagation", "private", "sh", "-c", script, root],
      }).output();
      assertIncludes(
        new TextDecoder().decode(stdout),
        'opening "/dev/null" failed: no such file or directory (ENOENT). Every service needs',
      );
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
);
