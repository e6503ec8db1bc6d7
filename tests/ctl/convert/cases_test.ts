/**
 * Golden cases: `cases/*.txt`, those of units in a folder of their own. `DINIT_WRITE_CASES=1`
 * writes what comes out into them, for a person to look at.
 */
import { loadFaults } from "../../../core/convert/mod.ts";
import { formatProblem } from "../../../core/description/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { convertCase, outputsOf, parseCase, writeCase } from "./case_file.ts";

const FOLDER = new URL("cases/", import.meta.url);
const isWriting = Deno.env.get("DINIT_WRITE_CASES") !== undefined;

const names = ["", "units/"].flatMap((room) =>
  [...Deno.readDirSync(new URL(room, FOLDER))].map(({ name }) => `${room}${name}`)
).filter((name) => name.endsWith(".txt")).sort();

for (const name of names) {
  Deno.test(`a conversion gives what is expected: ${name}`, () => {
    const text = Deno.readTextFileSync(new URL(name, FOLDER));
    const given = parseCase(text);
    const conversion = convertCase(given);
    for (const file of conversion.files) {
      const faults = loadFaults(file).map((fault) => formatProblem(fault));
      assertEquals(faults, [], `${file.service} does not load:\n${file.text}`);
    }
    const outputs = outputsOf(conversion);
    if (isWriting) Deno.writeTextFileSync(new URL(name, FOLDER), writeCase(given, outputs));
    else assertEquals(Object.fromEntries(outputs), Object.fromEntries(given.outputs), given.about);
  });
}

Deno.test("every case says what it shows, and has results", () => {
  for (const name of names) {
    const { about, outputs } = parseCase(Deno.readTextFileSync(new URL(name, FOLDER)));
    assert(about !== "" && outputs.size > 0, name);
  }
});
