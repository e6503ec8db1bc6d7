import { assertEquals, assertMatch } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { cachedDisk, missingDiskTool } from "../../../../tools/vm/images/disk_image.ts";
import { hostProgram } from "../../../../tools/vm/host_program.ts";
import { directory, link, text } from "../../../../tools/vm/images/image_file.ts";

const NAME = "test-disk";

/** What debugfs prints about the image. */
function debugfs(image: string, request: string): string {
  const program = hostProgram("debugfs") ?? "debugfs";
  const { stdout } = new Deno.Command(program, { args: ["-R", request, image] }).outputSync();
  return new TextDecoder().decode(stdout);
}

testNeeding("cachedDisk() puts files over a tarball, all root's, and builds once", [
  tool("tar, cpio, mke2fs", missingDiskTool() === undefined),
], async () => {
  const folder = await Deno.makeTempDir();
  let image = "";
  try {
    await Deno.mkdir(`${folder}/root/etc`, { recursive: true });
    await Deno.writeTextFile(`${folder}/root/etc/kept`, "of the tarball");
    await Deno.writeTextFile(`${folder}/root/etc/replaced`, "of the tarball");
    // A program that is a link to busybox must give way, not be written through.
    await Deno.symlink("kept", `${folder}/root/etc/init`);
    const tarball = `${folder}/root.tar`;
    const args = ["-cf", tarball, "--owner=0", "--group=0", "-C", `${folder}/root`, "."];
    assertEquals((await new Deno.Command("tar", { args }).output()).code, 0);

    const disk = {
      name: NAME,
      tarball,
      files: [
        directory("/etc"),
        text("/etc/replaced", "ours", 0o600),
        text("/etc/init", "ours"),
        link("/etc/link", "kept"),
      ],
      sizeMiB: 8,
    };
    image = await cachedDisk(disk);
    assertEquals(debugfs(image, "cat /etc/kept"), "of the tarball");
    assertEquals(debugfs(image, "cat /etc/replaced"), "ours");
    assertEquals(debugfs(image, "cat /etc/init"), "ours");
    assertMatch(debugfs(image, "stat /etc/replaced"), /Mode: +0600[^]*User: +0 +Group: +0 /);
    assertMatch(debugfs(image, "stat /etc/link"), /Fast link dest: "kept"/);

    const { mtime } = await Deno.stat(image);
    assertEquals(await cachedDisk(disk), image);
    assertEquals((await Deno.stat(image)).mtime, mtime);
  } finally {
    await Deno.remove(folder, { recursive: true });
    if (image !== "") await Deno.remove(image);
  }
});
