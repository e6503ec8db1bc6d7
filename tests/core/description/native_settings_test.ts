/** Every setting in both formats: the same description comes of them. */
import type { ServiceDescription } from "../../../core/description/contract/description.ts";
import { nativeNames } from "../../../core/description/formats/native_names.ts";
import { settingKeys } from "../../../core/description/settings/settings.ts";
import { assert, assertEquals } from "../../assert.ts";
import { load, only } from "./descriptions.ts";
import { OTHERS, PAIRS, TOML_ONLY, whole } from "./setting_pairs.ts";

function read(text: string, suffix: string): Omit<ServiceDescription, "source"> {
  const result = load("s@x", { [`/d/s${suffix}`]: text, ...OTHERS });
  const { source: _source, ...rest } = only(result);
  return rest;
}

for (const [key, pairs] of Object.entries(PAIRS)) {
  Deno.test(`${key} is the same in both formats`, () => {
    for (const [toml, native] of pairs) {
      assertEquals(
        read(whole(toml, 'type = "process"\n'), ".toml"),
        read(whole(native, "type = process\n"), ""),
        native,
      );
    }
  });
}

Deno.test("nativeNames() has every setting but our own, under upstream's names", () => {
  const names = new Set(nativeNames());
  const ours = ["environment", "depends-on-d", "depends-ms-d", "waits-for-d", "meta", ...TOML_ONLY];
  for (const key of settingKeys()) assertEquals(names.has(key), !ours.includes(key), key);
  assert(names.has("waits-for.d") && names.has("termsignal"));
});
