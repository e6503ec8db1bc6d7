/**
 * Services that wait for file systems, with real ones: the manager runs in a namespace of mounts of
 * its own, with an fstab of its own, and another service mounts.
 */
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";
import { upgrade } from "../reexec/services.ts";

/** Whether mounts can be made in a namespace of our own. */
async function canMount(): Promise<boolean> {
  if (Deno.uid() !== 0) return false;
  try {
    const script = "mount -t tmpfs none /mnt";
    const args = ["-m", "--propagation", "private", "/bin/sh", "-c", script];
    return (await new Deno.Command("unshare", { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const NEEDS = [tool("unshare"), surroundings("the right to mount", await canMount())];

/** Runs a manager that has this fstab. */
function through(fstab: string): readonly string[] {
  const script = 'printf "%b" "$1" > /tmp/.dinit-fstab-$$ && mount --bind /tmp/.dinit-fstab-$$ ' +
    '/etc/fstab && rm /tmp/.dinit-fstab-$$; shift; exec "$@"';
  return [
    ...["unshare", "-m", "--propagation", "private", "/bin/sh", "-c", script, "sh"],
    fstab.replaceAll("\n", "\\n"),
  ];
}

const SLEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

function mounting(folder: string): string {
  return `type = "scripted"\ncommand = "/bin/mount -t tmpfs none ${folder}"\n`;
}

testNeeding(
  "a start waits for what fstab mounts above its paths, over an upgrade, too",
  NEEDS,
  async () => {
    const folder = await Deno.makeTempDir();
    const services = {
      boot: "",
      waiting: `${SLEEP}requires-mounts-for = ["${folder}/data"]\n`,
      free: `${SLEEP}requires-mounts-for = ["${folder}-other", "/"]\n`,
      mounter: mounting(folder),
    };
    const fstab = `none ${folder} tmpfs defaults 0 0\nnone ${folder}/data/x tmpfs defaults 0 0\n`;
    try {
      await withManager({ services, through: through(fstab) }, async (manager) => {
        await manager.ctlOk("start", "free");
        await manager.ctlOk("start", "--no-wait", "waiting");
        await until(
          "the wait",
          () =>
            Promise.resolve(manager.log().includes(`waiting: Waiting for ${folder} to be mounted`)),
        );
        await upgrade(manager);
        assertMatch(await manager.ctlOk("status", "waiting"), /State: STARTING/);
        await manager.ctlOk("start", "mounter");
        await until(
          "the start",
          async () => (await manager.ctl("is-started", "waiting")).code === 0,
        );
        // What is mounted already is not waited for.
        await manager.ctlOk("restart", "waiting");
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

testNeeding("what is not mounted in time makes the start fail", NEEDS, async () => {
  const folder = await Deno.makeTempDir();
  const services = {
    boot: `${SLEEP}requires-mounts-for = ["${folder}"]\nstart-timeout = "50ms"\n`,
    other: "",
  };
  const fstab = `none ${folder} tmpfs defaults 0 0\n`;
  try {
    await withManager(
      { services, start: ["boot", "other"], through: through(fstab) },
      async (manager) => {
        await manager.outputHas("[FAILED] boot");
        const status = await manager.ctlOk("status", "boot");
        assertIncludes(status, "STOPPED (start timed out)");
        assertIncludes(status, "not all is mounted that it needs");
        assertEquals((await manager.ctl("is-started", "other")).code, 0);
      },
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
