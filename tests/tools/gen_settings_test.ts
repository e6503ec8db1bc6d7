import { settingKeys, SETTINGS } from "../../core/description/settings.ts";
import { schemaText } from "../../tools/gen_schema.ts";
import { settingsText } from "../../tools/gen_settings.ts";
import { KINDS, settingsManual } from "../../tools/settings_manual.ts";
import { assert, assertEquals } from "../assert.ts";

function fileText(path: string): string {
  return Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
}

Deno.test("docs/settings.md is what tools/gen_settings.ts writes", async () => {
  assert(
    fileText("docs/settings.md") === await settingsText(),
    "docs/settings.md is stale: run node_modules/.bin/deno run -A tools/gen_settings.ts",
  );
});

Deno.test("services/schema.json is what tools/gen_schema.ts writes", async () => {
  assert(
    fileText("services/schema.json") === await schemaText(),
    "services/schema.json is stale: run node_modules/.bin/deno run -A tools/gen_schema.ts",
  );
});

Deno.test("settingsManual() has an entry for every setting and explains every kind of value", () => {
  const manual = settingsManual();
  for (const key of settingKeys()) {
    assert(manual.includes(`\n### ${key}\n`), key);
    const { name } = SETTINGS[key].value;
    assert(name in KINDS || name.startsWith("one of "), name);
  }
  assertEquals(manual.includes("undefined"), false);
});
