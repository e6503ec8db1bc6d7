import { settingKeys, settingOf } from "../../../core/description/settings/settings.ts";
import { KINDS, settingsManual } from "../../../tools/manual/settings_manual.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("settingsManual() has an entry for every setting and explains every kind of value", () => {
  const manual = settingsManual();
  for (const key of settingKeys()) {
    assert(manual.includes(`\n### ${key}\n`), key);
    const { name } = settingOf(key).value;
    assert(name in KINDS || name.startsWith("one of "), name);
  }
  assertEquals(manual.includes("undefined"), false);
});
