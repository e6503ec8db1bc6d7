import {
  changesTo,
  changesToNothing,
  type DesiredFile,
  manifestAfter,
} from "../../../core/migrate/mod.ts";
import { assertEquals } from "../../assert.ts";

const file = (path: string, digest: string): DesiredFile => ({
  path,
  digest,
  content: { kind: "text", text: digest, mode: 0o644 },
});

/** Kinds of changes by path, and the paths of the manifest afterwards. */
function outcome(
  desired: Readonly<Record<string, string>>,
  written: Readonly<Record<string, string>>,
  there: Readonly<Record<string, string>>,
) {
  const files = Object.entries(desired).map(([path, digest]) => file(path, digest));
  const manifest = new Map(Object.entries(written));
  const changes = changesTo(files, manifest, (path) => there[path]);
  const kinds = changes.map((change) =>
    `${change.path} ${change.kind === "keep" ? change.why : change.kind}`
  );
  return { kinds, after: Object.fromEntries(manifestAfter(files, manifest, changes)) };
}

Deno.test("changesTo() writes what is missing, and again nothing", () => {
  assertEquals(outcome({ a: "1" }, {}, {}), { kinds: ["a write"], after: { a: "1" } });
  assertEquals(outcome({ a: "1" }, { a: "1" }, { a: "1" }), {
    kinds: ["a unchanged"],
    after: { a: "1" },
  });
});

Deno.test("changesTo() replaces what it wrote, and removes what is not wanted any more", () => {
  assertEquals(outcome({ a: "2" }, { a: "1", b: "1" }, { a: "1", b: "1" }), {
    kinds: ["a replace", "b remove"],
    after: { a: "2" },
  });
});

Deno.test("changesTo() keeps what a person edited, removed or had before", () => {
  const { kinds, after } = outcome(
    { edited: "2", removed: "2", foreign: "2", same: "2" },
    { edited: "1", removed: "1", dropped: "1" },
    { edited: "x", foreign: "x", same: "2", dropped: "x" },
  );
  assertEquals(kinds, [
    "dropped edited",
    "edited edited",
    "foreign foreign",
    "removed removed",
    "same unchanged",
  ]);
  // What is known to be a person's stays known; what was there before never comes in.
  assertEquals(after, { edited: "1", removed: "1" });
});

Deno.test("changesToNothing() removes what nobody touched", () => {
  const manifest = new Map([["a", "1"], ["b", "1"], ["gone", "1"]]);
  const there: Record<string, string> = { a: "1", b: "x" };
  const changes = changesToNothing(manifest, (path) => there[path]);
  assertEquals(changes, [
    { kind: "remove", path: "a" },
    { kind: "keep", path: "b", why: "edited" },
  ]);
});
