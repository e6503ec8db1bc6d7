import { settingKeys } from "../../../core/description/settings/settings.ts";
import { runSchema } from "../../../ctl/schema/run_schema.ts";
import { assertEquals } from "../../assert.ts";
import { FakeIo } from "../fake_io.ts";

Deno.test("runSchema() prints a schema that has every setting", () => {
  const io = new FakeIo();
  assertEquals(runSchema([], io), 0);
  const schema = JSON.parse(io.output);
  assertEquals(Object.keys(schema.properties), [...settingKeys()]);
  assertEquals(schema.properties.nice.maximum, 19);
  assertEquals(schema.properties["start-timeout"].default, 60);
  assertEquals(schema.additionalProperties, false);
});

Deno.test("runSchema() refuses arguments", () => {
  const io = new FakeIo();
  assertEquals(runSchema(["x"], io), 1);
  assertEquals(io.errors, "dinit schema: unknown argument 'x'; see 'dinit schema --help'.\n");
});
