import { type Exposed, exposureOf } from "../../../core/sandbox/exposure.ts";
import { PROFILES } from "../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../core/sandbox/sandbox.ts";
import { assert, assertEquals } from "../../assert.ts";

function build(parts: Partial<Exposed> = {}): Exposed {
  return { sandbox: {}, isRoots: true, noNewPrivileges: false, hasCapabilities: false, ...parts };
}

function pointsOf(sandbox: Sandbox, parts: Partial<Exposed> = {}): number {
  return exposureOf(build({ sandbox, ...parts })).points;
}

Deno.test("exposureOf() gives root without a box all ten points, and strict nearly none", () => {
  assertEquals(exposureOf(build()).points, 10);
  assertEquals(exposureOf(build()).grade, "unsafe");
  const strict = exposureOf(build({ sandbox: PROFILES.strict, isRoots: false }));
  assertEquals(strict, { points: 0, grade: "safe", lines: [] });
  assertEquals(exposureOf(build({ sandbox: PROFILES.web, isRoots: false })).grade, "ok");
});

Deno.test("exposureOf() says first what would gain most, and it does gain that", () => {
  const before = exposureOf(build());
  assertEquals(before.lines[0]?.line, "run-as");
  const [second] = exposureOf(build({ isRoots: false })).lines;
  assertEquals(second?.advice, 'system-calls = ["@system-service"]');
  for (const { line, points } of before.lines) {
    if (line === "run-as") continue;
    const strict = PROFILES.strict as Sandbox;
    const mended = pointsOf({ [line]: strict[line as keyof Sandbox] });
    assert(mended < 10 || points < 0.1, `${line}: ${mended}`);
  }
});

Deno.test("exposureOf() counts what a line leaves, not only that it is there", () => {
  const system = (level: Sandbox["read-only-system"]) =>
    pointsOf(level === undefined ? {} : { "read-only-system": level });
  assert(system("strict") < system("full"));
  assert(system("full") < system(true));
  assert(system(true) < system(undefined));
  const calls = (...words: readonly string[]) => pointsOf({ "system-calls": words });
  assert(calls("@system-service", "!@resources") < calls("@system-service"));
  assert(calls("@system-service") < calls("!@mount"));
  const families = (...words: readonly string[]) =>
    pointsOf({ "restrict-address-families": words });
  assert(families("unix") < families("unix", "inet"));
  assert(families("unix", "inet") < families("!packet"));
});

Deno.test("exposureOf() tells what to add to a list that is there", () => {
  const { lines } = exposureOf(build({ sandbox: { "system-calls": ["@system-service"] } }));
  const advice = lines.find(({ line }) => line === "system-calls")?.advice;
  assertEquals(advice, 'add to system-calls: "!@privileged", "!@resources"');
});

Deno.test("exposureOf() sees that users cannot gain what filters forbid", () => {
  const line = (service: Exposed) =>
    exposureOf(service).lines.some((each) => each.line === "no-new-privileges");
  assertEquals(line(build({ isRoots: false })), true);
  assertEquals(line(build({ isRoots: false, noNewPrivileges: true })), false);
  assertEquals(line(build({ isRoots: false, sandbox: { "protect-clock": true } })), false);
  assertEquals(line(build({ sandbox: { "protect-clock": true } })), true);
});
