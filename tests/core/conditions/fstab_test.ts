import { requiredMounts } from "../../../core/conditions/fstab.ts";
import { assertEquals } from "../../assert.ts";

const FSTAB = `# a comment
/dev/sda1 / ext4 defaults 0 1
/dev/sda2 /var ext4 defaults 0 2
/dev/sda3\t/var/lib/my\\040sql/  ext4 noatime,nofail
/dev/sda4 none swap sw
/dev/sda5 /mnt/stick vfat user,noauto
host:/home /home nfs
broken
`;

Deno.test("requiredMounts() are the mount points at a path and above it, the root aside", () => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [["/etc/x"], []],
    [["/var"], ["/var"]],
    [["/var/"], ["/var"]],
    [["/variable"], []],
    [["/var/lib/my sql/data"], ["/var", "/var/lib/my sql"]],
    [["/home/a", "/var/log"], ["/home", "/var"]],
    [["/mnt/stick"], []],
    [["/"], []],
  ];
  for (const [paths, expected] of cases) {
    assertEquals(requiredMounts(paths, FSTAB), expected, paths.join());
  }
  assertEquals(requiredMounts(["/var"], ""), []);
});
