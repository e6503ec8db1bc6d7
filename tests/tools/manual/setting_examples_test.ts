/** The examples of the manual load as they are shown, and cover what there is. */
import { settingOf } from "../../../core/description/mod.ts";
import { EXAMPLES } from "../../../tools/manual/setting_examples.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type FileMap, load, problemsOf } from "../../core/description/descriptions.ts";

/** What the examples name besides each other. */
const AROUND: FileMap = {
  "/d/network.toml": "",
  "/d/noisy.toml": 'type = "process"\ncommand = "/bin/noisy"\nlog-type = "pipe"\n',
  "/d/boot.d": ["web"],
};

const FILES: FileMap = {
  ...AROUND,
  ...Object.fromEntries(EXAMPLES.map(({ file, text }) => [`/d/${file}`, text])),
};

for (const { title, file } of EXAMPLES) {
  Deno.test(`the manual's example "${title}" loads without a word`, () => {
    const base = file.replace(".toml", "");
    const result = load(base === "getty" ? "getty@tty1" : base, FILES);
    assertEquals([result.kind, problemsOf(result)], ["loaded", []]);
  });
}

Deno.test("the manual's examples have each type of service, sockets and a control group", () => {
  const all = EXAMPLES.map(({ text }) => text).join("\n");
  const { enum: types } = settingOf("type").value.schema;
  assert(Array.isArray(types));
  // A file without a type is an internal service.
  for (const type of types) assert(type === "internal" || all.includes(`type = "${type}"`), type);
  for (const part of ["socket-listen", "[[socket]]", "on-demand", "[cgroup]", "notify:socket"]) {
    assert(all.includes(part), part);
  }
});
