/** The kernel's tables of mounts and swap areas. */
import { parseMountTable, parseSwaps } from "../../../../platform/linux/machine/mount_table.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("parseMountTable() reads fields before and behind the dash", () => {
  const text = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n" +
    "30 22 0:25 / /mnt/a\\040b\\134c rw,nosuid,nodev - tmpfs - rw,size=5k\n" +
    "31 22 0:26 / /srv ro - nfs4 host:/srv ro\n";
  assertEquals(parseMountTable(text), [
    { mountPoint: "/", type: "ext4", options: ["rw", "relatime"] },
    { mountPoint: "/mnt/a b\\c", type: "tmpfs", options: ["rw", "nosuid", "nodev"] },
    { mountPoint: "/srv", type: "nfs4", options: ["ro"] },
  ]);
});

Deno.test("parseMountTable() skips lines that it does not understand", () => {
  assertEquals(parseMountTable("\nnonsense\n1 2 3:4 / /x rw no dash here\n"), []);
});

Deno.test("parseMountTable() finds the root in this system's table", () => {
  const table = parseMountTable(Deno.readTextFileSync("/proc/self/mountinfo"));
  assert(table.some(({ mountPoint }) => mountPoint === "/"));
});

Deno.test("parseSwaps() gives the paths below the heading", () => {
  const heading = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
  assertEquals(parseSwaps(heading), []);
  assertEquals(
    parseSwaps(`${heading}/swap\\040file  file 1048572 0 -2\n/dev/sda2 partition 1 0 -3\n`),
    [
      "/swap file",
      "/dev/sda2",
    ],
  );
});
