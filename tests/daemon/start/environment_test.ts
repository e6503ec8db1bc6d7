import type { EnvironmentChanges } from "../../../core/description/contract/description.ts";
import {
  changedEnvironment,
  environmentTexts,
  ManagerEnvironment,
} from "../../../daemon/start/environment.ts";
import { assert, assertEquals } from "../../assert.ts";

function changes(given: Partial<EnvironmentChanges>): EnvironmentChanges {
  return { clear: false, keep: [], unset: [], set: new Map(), ...given };
}

const BASE = new Map([["PATH", "/bin"], ["HOME", "/root"], ["LANG", "C"]]);

Deno.test("changedEnvironment() sets in place and appends what is new", () => {
  const result = changedEnvironment(
    BASE,
    changes({ set: new Map([["HOME", "/h"], ["NEW", "1"]]) }),
  );
  assertEquals(environmentTexts(result), ["PATH=/bin", "HOME=/h", "LANG=C", "NEW=1"]);
});

Deno.test("changedEnvironment() clears all but what is kept, and unsets", () => {
  const cleared = changedEnvironment(BASE, changes({ clear: true, keep: ["LANG", "NONE"] }));
  assertEquals(environmentTexts(cleared), ["LANG=C"]);
  const unset = changedEnvironment(BASE, changes({ unset: ["HOME"] }));
  assertEquals(environmentTexts(unset), ["PATH=/bin", "LANG=C"]);
});

Deno.test("ManagerEnvironment tells whether a name had a value, and that it changed", () => {
  const environment = new ManagerEnvironment(BASE);
  const before = environment.generation;
  assertEquals(environment.set("HOME", ""), true);
  assertEquals(environment.set("NEW", "x"), false);
  assertEquals(environment.unset("NEW"), true);
  assertEquals(environment.unset("NEW"), false);
  assert(environment.generation > before);
  assertEquals(environmentTexts(environment.variables), ["PATH=/bin", "HOME=", "LANG=C"]);
});
