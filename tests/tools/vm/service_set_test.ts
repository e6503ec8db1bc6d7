import { assertEquals } from "../../assert.ts";
import { copy, link } from "../../../tools/vm/image_file.ts";
import { serviceSet } from "../../../tools/vm/service_set.ts";

Deno.test("serviceSet() lists descriptions, scripts and links, but not what is left out", async () => {
  const set = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${set}/boot.d`);
    await Deno.mkdir(`${set}/scripts`);
    await Deno.writeTextFile(`${set}/boot.toml`, "");
    await Deno.writeTextFile(`${set}/scripts/run.sh`, "");
    await Deno.symlink("../cron.toml", `${set}/boot.d/cron`);
    await Deno.symlink("../sshd.toml", `${set}/boot.d/sshd`);
    assertEquals(serviceSet(set, ["boot.d/sshd"]), [
      link("/etc/dinit.d/boot.d/cron", "../cron.toml"),
      copy("/etc/dinit.d/boot.toml", `${set}/boot.toml`, 0o644),
      copy("/etc/dinit.d/scripts/run.sh", `${set}/scripts/run.sh`, 0o644),
    ]);
  } finally {
    await Deno.remove(set, { recursive: true });
  }
});
