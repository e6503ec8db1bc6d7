/**
 * The Alpine set on a whole machine: busybox has all the programs that it names but sshd. The
 * scripts that it has in common with the Linux set are tried along with it.
 */
import { busyboxImage } from "../../tools/vm/images/busybox_image.ts";
import { cachedImage } from "../../tools/vm/images/image_cache.ts";
import { type ImageFile, text, withParents } from "../../tools/vm/images/image_file.ts";
import { findKernel, kernelModules } from "../../tools/vm/kernel.ts";
import { serviceSet } from "../../tools/vm/service_set.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds } from "../vm/machines/busybox_machine.ts";
import { Machine } from "../vm/machines/machine.ts";

const TARGET = "/etc/dinit.d";

testNeeding("services/alpine: a busybox machine boots and powers off", machineNeeds(), async () => {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  const image = busyboxImage({
    executable: "dist/dinit",
    extraFiles: kernelModules(kernel),
    enabled: [],
  });
  if ("kind" in image) throw new Error(image.message);
  const files = image.filter(({ path }) => !path.startsWith(`${TARGET}/`));
  await using machine = await Machine.start("services-alpine", {
    kernel: kernel.path,
    initramfs: await cachedImage("services-alpine", withParents([...files, ...setFiles()])),
    kernelWords: ["quiet"],
    disks: [],
  });
  await machine.logIn("root", "dinit");
  const started = await machine.shell(
    "until dinitctl --quiet is-started boot; do usleep 100000; done",
  );
  assertEquals(started.status, 0, started.output);

  const { output: list } = await machine.shell("dinitctl list | cat");
  assertEquals(list.split("\n").filter((line) => !/^\[.\+.{6}\] |^\[\{\+\}/.test(line)), [], list);
  const { output: mounts } = await machine.shell("cat /proc/mounts");
  for (const place of ["/sys", "/run", "/dev/pts", "/dev/shm", "/sys/fs/cgroup", "/data"]) {
    assertMatch(mounts, new RegExp(`^\\S+ ${place} `, "m"));
  }
  const { output: seed } = await machine.shell("stat -c '%a %s' /var/lib/dinit/random-seed");
  assertEquals(seed, "600 512");
  const { output: name } = await machine.shell("hostname");
  assertEquals(name, "busybox");

  await machine.send("poweroff");
  assertEquals(await machine.ended(), "guest-shutdown");
});

/** The set as it is installed; sshd is switched off, and there is something to mount. */
function setFiles(): ImageFile[] {
  return [
    ...serviceSet("alpine", ["boot.d/sshd"]),
    text("/etc/fstab", "tmpfs /data tmpfs defaults 0 0\n"),
    text("/etc/network/interfaces", "auto lo\niface lo inet loopback\n"),
    text("/var/lib/.keep", ""),
  ];
}
