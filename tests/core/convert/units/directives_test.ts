import { settledFate } from "../../../../core/convert/rows.ts";
import { directive, DIRECTIVES, keyOf } from "../../../../core/convert/units/rows/directives.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";

/** The page of all directives; a few stand there that old units have. */
const PAGE = "/usr/share/man/man7/systemd.directives.7.gz";

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

Deno.test("no directive has two rows", () => {
  const keys = DIRECTIVES.map(({ section, name }) => `${section}.${name}`);
  assertEquals(keys.filter((key, index) => keys.indexOf(key) !== index), []);
});

Deno.test("a row that waits for a setting says what is lost until then", () => {
  for (const { name, fate } of DIRECTIVES) {
    if (fate.kind !== "mapped") continue;
    const settled = settledFate({ fate });
    if (settled.kind === "lost") assert(fate.until !== undefined, name);
  }
});

Deno.test("directive() finds old names, those of commands, and those of nobody", () => {
  assertEquals(keyOf("Service", "StartLimitBurst"), "Unit.StartLimitBurst");
  assertEquals(directive("Unit", "BindTo"), directive("Unit", "BindsTo"));
  assertEquals(directive("Socket", "User").fate.kind, "lost");
  assertEquals(directive("Service", "X-Ours").fate.kind, "irrelevant");
  assertEquals(directive("Service", "Nonsense").fate.kind, "lost");
});

testNeeding(
  "every directive of systemd.directives(7) has a row",
  [tool("the manual pages of systemd", isThere(PAGE))],
  async () => {
    const file = await Deno.open(PAGE);
    const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
    const page = await new Response(stream).text();
    const units = page.slice(page.indexOf('.SH "UNIT DIRECTIVES"'));
    const part = units.slice(0, units.indexOf(".SH", 3));
    const names = [...part.matchAll(/^\\fI([A-Z][A-Za-z0-9]+)=\\fR$/gm)].map(([, name = ""]) =>
      name
    );
    assert(names.length > 300, `only ${names.length} directives found`);
    const known = new Set(DIRECTIVES.map(({ name }) => name));
    const missing = names.filter((name) =>
      !known.has(name) && ["Unit", "Service"].every((section) => {
        const row = directive(section, name);
        return row.fate.kind === "lost" && row.fate.what === "no such directive is known";
      })
    );
    assertEquals(missing, []);
  },
);
