import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { platform } from "../children.ts";

testNeeding(
  "openWatchdog() refuses a file that is no watchdog, and leaves it as one that is off",
  [surroundings("Linux", Deno.build.os === "linux")],
  () => {
    const path = Deno.makeTempFileSync({ prefix: "dinit-watchdog-" });
    try {
      const opened = platform.openWatchdog(path, 10_000);
      assert("kind" in opened, "it is no watchdog");
      assertEquals([opened.call, opened.message.includes("ENOTTY")], ["ioctl", true]);
      assertEquals(Deno.readTextFileSync(path), "V");
      const missing = platform.openWatchdog(`${path}.none`, 10_000);
      assert("kind" in missing && missing.message.includes("ENOENT"), "there is none");
    } finally {
      Deno.removeSync(path);
    }
  },
);
