import { CTL_OPTIONS } from "../../../ctl/words/options.ts";
import { VERBS } from "../../../ctl/words/verbs.ts";
import { settingKeys } from "../../../core/description/settings/settings.ts";
import { prose } from "../../../tools/manual/mdoc.ts";
import { manualFiles } from "../../../tools/manual/pages.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";

const FOLDER = new URL("../../../docs/man/", import.meta.url);

Deno.test("dinitctl(8) has every verb and option, dinit-service(5) every setting", () => {
  const dinitctl = manualFiles().get("dinitctl.8") ?? "";
  for (const { name } of VERBS) assert(dinitctl.includes(`\n.It Cm ${name}`), name);
  for (const { names } of CTL_OPTIONS) assert(dinitctl.includes(`Fl ${names[0]?.slice(1)}`));
  const service = manualFiles().get("dinit-service.5") ?? "";
  for (const key of settingKeys()) assert(service.includes(`\n.It Cm ${key} `), key);
});

Deno.test("prose() gives each sentence a line and hides what roff would take for its own", () => {
  assertEquals(
    prose("One. Two of `a-b`: it ends. .so back\\slash"),
    "One.\nTwo of \\fBa\\-b\\fR: it ends. .so back\\eslash\n",
  );
  assertEquals(prose(".dot first"), "\\&.dot first\n");
  assertEquals(prose("`a  b`"), "\\fBa\\~\\~b\\fR\n");
});

testNeeding("mandoc finds nothing to mend in the manual pages", [tool("mandoc")], async () => {
  const { stdout } = await new Deno.Command("mandoc", {
    args: ["-T", "lint", ...manualFiles().keys()],
    cwd: FOLDER,
    stdin: "null",
  }).output();
  // Whether the machine's own list of manuals is fresh is not the pages' concern.
  const findings = new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line !== "" && !line.includes("mandoc.db"));
  assertEquals(findings, []);
});
