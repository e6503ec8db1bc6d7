/** What `dinit --version` prints. */
import { supportedFeatures, versionText } from "../../../daemon/start/version_text.ts";
import { assertEquals, assertMatch } from "../../assert.ts";

Deno.test("supportedFeatures() are those that the system has", () => {
  assertEquals(supportedFeatures("linux"), [
    "cgroups",
    "utmp",
    "supplemental-groups",
    "capabilities",
    "io-priority",
    "oom-score-adjust",
  ]);
  assertEquals(supportedFeatures("freebsd"), ["utmp", "supplemental-groups"]);
  assertEquals(supportedFeatures("darwin"), []);
});

Deno.test("versionText() has no line about features where there are none", () => {
  assertMatch(
    versionText("freebsd"),
    /^Dinit version .*\.\nSupported features: utmp supplemental-groups\nBuild: /,
  );
  assertMatch(versionText("darwin"), /^Dinit version .*\.\nBuild: /);
});
