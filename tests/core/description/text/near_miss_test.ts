import { nearest } from "../../../../core/description/text/near_miss.ts";
import { settingKeys } from "../../../../core/description/settings/settings.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("nearest() finds the key that a slip of the finger meant", () => {
  const slips: Record<string, string> = {
    comand: "command",
    Type: "type",
    "depend-on": "depends-on",
    "depends-no": "depends-on",
    working_dir: "working-dir",
    "stop-time-out": "stop-timeout",
    runas: "run-as",
    "log-file": "logfile",
  };
  for (const [slip, key] of Object.entries(slips)) assertEquals(nearest(slip, settingKeys()), key);
});

Deno.test("nearest() counts two neighbours that changed places as one slip", () => {
  assertEquals(nearest("nief", ["nife", "naaf"]), "nife");
  assertEquals(nearest("ab", ["ba"]), "ba");
  assertEquals(nearest("ab", ["cd"]), undefined);
});

Deno.test("nearest() suggests nothing for a word that is like none", () => {
  assertEquals(nearest("colour-scheme", settingKeys()), undefined);
  assertEquals(nearest("x".repeat(1000), settingKeys()), undefined);
  assertEquals(nearest("", settingKeys()), undefined);
});
