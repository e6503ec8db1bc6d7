/**
 * Letting go of file systems, on a record in place of the kernel: nothing here touches a real
 * mount.
 */
import { release, type ReleaseActions } from "../../../../platform/linux/machine/file_systems.ts";
import type { MountEntry } from "../../../../platform/linux/machine/mount_table.ts";
import type { Failure } from "../../../../platform/mod.ts";
import { assertEquals } from "../../../assert.ts";

const BUSY: Failure = { kind: "failure", call: "umount2", errno: 16, message: "busy (EBUSY)" };

/**
 * A system with mounts in order of mounting; `isBusy` says what cannot be unmounted at the moment.
 */
function fakeSystem(
  mountPoints: readonly string[],
  isBusy: (mountPoint: string, mounted: readonly string[]) => boolean = () => false,
  swaps: readonly string[] = [],
) {
  let mounted = [...mountPoints];
  const readOnly = new Set<string>();
  const log: string[] = [];
  const entry = (mountPoint: string): MountEntry => ({
    mountPoint,
    type: "ext4",
    options: [readOnly.has(mountPoint) ? "ro" : "rw"],
  });
  const actions: ReleaseActions = {
    sync: () => log.push("sync"),
    swaps: () => swaps,
    mounts: () => mounted.map(entry),
    swapOff: (path) => {
      log.push(`swapoff ${path}`);
      return path === "/bad" ? BUSY : undefined;
    },
    unmount: (mountPoint) => {
      if (isBusy(mountPoint, mounted)) return BUSY;
      log.push(`unmount ${mountPoint}`);
      mounted = mounted.filter((other) => other !== mountPoint);
      return undefined;
    },
    remountReadOnly: ({ mountPoint }) => {
      log.push(`read-only ${mountPoint}`);
      readOnly.add(mountPoint);
      return mountPoint === "/stuck" ? BUSY : undefined;
    },
  };
  return { actions, log };
}

Deno.test("release() unmounts in reverse and makes the root read-only last", () => {
  const { actions, log } = fakeSystem(
    ["/", "/proc", "/sys", "/sys/fs/cgroup", "/dev", "/dev/pts", "/run", "/home", "/run/media/usb"],
    () => false,
    ["/dev/sda2"],
  );
  assertEquals(release(actions), []);
  assertEquals(log, [
    "sync",
    "swapoff /dev/sda2",
    "unmount /run/media/usb",
    "unmount /home",
    "read-only /",
    "sync",
  ]);
});

Deno.test("release() tries again what an inner mount kept busy", () => {
  // Mounted in an order that hides that /a/b is inside /a, as after a bind or a move.
  const { actions, log } = fakeSystem(
    ["/", "/a/b", "/a"],
    (mountPoint, mounted) => mountPoint === "/a" && mounted.includes("/a/b"),
  );
  assertEquals(release(actions), []);
  assertEquals(log, ["sync", "unmount /a/b", "unmount /a", "read-only /", "sync"]);
});

Deno.test("release() makes read-only what stays busy and reports what fails", () => {
  const { actions, log } = fakeSystem(
    ["/", "/stuck", "/busy"],
    (mountPoint) => mountPoint !== "/",
    ["/bad"],
  );
  assertEquals(release(actions).map(({ message }) => message), [
    '"/bad": busy (EBUSY)',
    '"/stuck": busy (EBUSY)',
  ]);
  assertEquals(log, [
    "sync",
    "swapoff /bad",
    "read-only /busy",
    "read-only /stuck",
    "read-only /",
    "sync",
  ]);
});
