/** Files of the largest size that is read, as bad as they can be: each must be answered at once. */
import { measureSlowness } from "../../../tools/slowness.ts";
import { MAX_FILE_BYTES } from "../../../core/description/contract/files.ts";
import { assert, assertEquals } from "../../assert.ts";
import { load, problemsOf } from "./descriptions.ts";

/** Far more than any of these needs, and far less than a hang. */
const DEADLINE_MS = 20_000;

/** A text repeated up to the largest size of a file, between others. */
function filled(part: string | ((index: number) => string), before = "", after = ""): string {
  const parts = [before];
  let left = MAX_FILE_BYTES - before.length - after.length;
  for (let index = 0;; index++) {
    const next = typeof part === "string" ? part : part(index);
    left -= next.length;
    if (left < 0) return parts.join("") + after;
    parts.push(next);
  }
}

const FILES: Readonly<Record<string, readonly [suffix: string, text: string]>> = {
  "continued lines": ["", filled("b \\\n ", "type = process\ncommand = a \\\n ", "c\n")],
  "backslashes": ["", filled("\\", "command = ")],
  "unknown settings": ["", filled("x=\n")],
  "lines that are no settings": ["", filled("=\n")],
  "unknown words": ["", filled("x ", "options: ")],
  "unknown words in continued lines": ["", filled("x \\\n ", "options: ", "x\n")],
  "settings that replace and add": ["", filled("nice=1\nafter:a\n")],
  "appended words": ["", filled("command += a\n", "type = process\n")],
  "comments in a value": ["", filled(" # x \\\n", "type = process\ncommand = a", " b\n")],
  "missing dependencies": ["", filled("waits-for:a\n")],
  "dollar signs": ["", filled("$", "type = process\ncommand = ")],
  "unknown keys in TOML": [".toml", filled((index) => `k${index}=1\n`)],
  "unknown words in TOML": [".toml", filled('"x",', "options = [", "]")],
  "missing dependencies in TOML": [
    ".toml",
    filled((index) => `"s${index}",`, "waits-for = [", "]"),
  ],
  "nested lists in TOML": [".toml", filled("[", "options = ")],
  "an open text in TOML": [".toml", filled("x", 'type = "')],
  "faulty lines in TOML": [".toml", filled("x\n\n")],
  "variables in TOML": [".toml", filled((index) => `v${index}=1\n`, "[environment]\n")],
  "limits in TOML": [".toml", filled((index) => `k${index}=1,`, "rlimit-core = {", "z=1}")],
};

for (const [what, [suffix, text]] of Object.entries(FILES)) {
  Deno.test(`loadClosure() answers at once for a file full of ${what}`, () => {
    const start = performance.now();
    const result = load("s", { [`/d/s${suffix}`]: text, "/d/near": "" });
    const tookMs = performance.now() - start;
    assert(tookMs < DEADLINE_MS || tookMs < DEADLINE_MS * measureSlowness(), `${tookMs} ms`);
    assert(problemsOf(result).length <= 1010);
  });
}

Deno.test("loadClosure() shows the first faults of many and counts the others", () => {
  const lines = problemsOf(load("s", { "/d/s": "x = 1\n".repeat(150) }));
  assertEquals(lines.length, 101);
  assertEquals(lines.at(-1), "error: 50 more faults are not shown");
});
