/** What must hold for any text: readers end, report, and agree with each other. */
import { convertToToml } from "../../../core/description/formats/convert.ts";
import { parseEnvironmentFile } from "../../../core/description/environment/file.ts";
import { locate } from "../../../core/description/text/locate.ts";
import { logicalLines } from "../../../core/description/formats/native_lines.ts";
import { formatProblem } from "../../../core/description/contract/problem.ts";
import { substituteArgument, substituteText } from "../../../core/description/text/substitution.ts";
import { parseToml } from "../../../core/description/formats/toml.ts";
import { tomlKey, tomlString } from "../../../core/description/formats/toml_text.ts";
import { splitWords } from "../../../core/description/text/words.ts";
import { assert, assertEquals } from "../../assert.ts";
import { array, constantFrom, dictionary, holds, string, textOf, tuple } from "../../property.ts";
import { load, memoryFiles, only, problemsOf } from "./descriptions.ts";
import { OTHERS, PAIRS, whole } from "./setting_pairs.ts";

const WORDS = textOf(['"', "\\", "#", " ", "\t", "\n", "a", "'", "$x", "ä", "\\\n "]);

/** A word as upstream's rules need it to come out the same. */
function quoted(word: string): string {
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

Deno.test("splitWords() gives back any words that were quoted", () => {
  holds(array(string()), (words) => {
    for (const hash of ["comment", "plain"] as const) {
      const split = splitWords(words.map(quoted).join(" "), hash);
      assertEquals(split.kind === "words" && split.words, words);
    }
  });
});

Deno.test("splitWords() begins each word where it says, and reports faults inside the text", () => {
  holds(WORDS, (text) => {
    const split = splitWords(text, "comment");
    if (split.kind === "fault") {
      assert(split.offset >= 0 && split.offset < text.length);
      return;
    }
    assertEquals(split.starts.length, split.words.length);
    for (const [index, start] of split.starts.entries()) {
      assertEquals(splitWords(text.slice(start), "comment").kind, "words");
      const again = splitWords(text.slice(start), "comment");
      assertEquals(again.kind === "words" && again.words[0], split.words[index]);
    }
  });
});

Deno.test("logicalLines() loses no physical line", () => {
  holds(textOf(["\n", "\\", "\\\n", " ", "a", "\r"]), (text) => {
    let count = 0;
    for (const line of logicalLines(text)) {
      if (line.kind === "fault") assert(line.line >= 1 && line.line <= text.split("\n").length);
      else count += line.source.length;
    }
    assert(count <= text.split("\n").length);
  });
});

const SUBSTITUTIONS = textOf([
  "$",
  "{",
  "}",
  "/",
  "x",
  "1",
  ":",
  "-",
  "+",
  "$x",
  "${x",
  "$/x",
  " ",
  "$$",
]);

Deno.test("substituteArgument() never looks at a value again, and leaves text without $ alone", () => {
  holds(tuple(SUBSTITUTIONS, string()), ([text, value]) => {
    const variables = { argument: value, value: () => value };
    const result = substituteArgument(text, variables);
    if (result.kind === "fault") {
      assertEquals(text[result.offset], "$");
      return;
    }
    if (!text.includes("$")) assertEquals(result.words, [text]);
    if (!text.includes("/")) assertEquals(result.words.length, 1);
  });
});

Deno.test("substituteText() puts any value in as it is", () => {
  holds(tuple(string(), string(), string()), ([before, value, after]) => {
    const plain = (text: string) => text.replaceAll("$", "$$$$");
    const result = substituteText(`${plain(before)}\${x}${plain(after)}`, {
      argument: undefined,
      value: () => value,
    });
    assertEquals(result.kind === "text" && result.text, before + value + after);
  });
});

Deno.test("parseEnvironmentFile() gives back any variables that were written", () => {
  const name = string({ minLength: 1 }).filter((text) => /^[^\s=#!]+$/.test(text));
  const value = string().filter((text) => !text.includes("\n"));
  holds(dictionary(name, value), (variables) => {
    const text = Object.entries(variables).map(([key, each]) => `${key}=${each}\n`).join("");
    const { changes, problems } = parseEnvironmentFile("/e", text, new Map());
    assertEquals([Object.fromEntries(changes.set), problems], [{ ...variables }, []]);
  });
});

Deno.test("tomlString() and tomlKey() write what the parser reads back", () => {
  holds(tuple(string({ minLength: 1, unit: "grapheme" }), string()), ([key, value]) => {
    const parsed = parseToml(`${tomlKey(key)} = ${tomlString(value)}`, "f");
    assert(parsed.kind === "table", key);
    assertEquals(Object.entries(parsed.table), [[key, value]]);
  });
});

Deno.test("locate() finds the value of every key that the parser found", () => {
  const keys = string({ minLength: 1, maxLength: 5 });
  const values = array(string({ maxLength: 5 }), { maxLength: 3 });
  holds(dictionary(keys, values, { maxKeys: 5 }), (table) => {
    const text = Object.entries(table)
      .map(([key, list]) => `${tomlKey(key)} = [${list.map(tomlString).join(", ")}] # x = []\n`)
      .join("");
    const parsed = parseToml(text, "f");
    assert(parsed.kind === "table");
    for (const [index, [key, list]] of Object.entries(table).entries()) {
      const position = locate(text, "f", [key]);
      assertEquals(position.line, index + 1);
      assertEquals([...position.lineText][position.column - 1], "[");
      for (const part of list.keys()) {
        const { column, lineText } = locate(text, "f", [key, part]);
        assertEquals([...lineText][column - 1], '"');
      }
    }
  });
});

/** Lines of real settings, to be cut, doubled and mixed. */
const TOML_LINES = Object.values(PAIRS).flat().flatMap(([toml]) => toml.split("\n"));
const NATIVE_LINES = Object.values(PAIRS).flat().flatMap(([, native]) => native.split("\n"));

/** Whole lines with damage in between. */
function damaged(lines: readonly string[]) {
  const damage = [
    "\n",
    "=",
    "[",
    "]",
    '"',
    "'''",
    "{",
    "}",
    "\\",
    "#",
    "$",
    "${",
    "@include s\n",
    "\0",
    "\ufeff",
    "\r\n",
    "0x",
    "-",
    "nan",
    "+=",
  ];
  return textOf([...lines.map((line) => `${line}\n`), ...damage], 10);
}

for (const [suffix, lines] of [[".toml", TOML_LINES], ["", NATIVE_LINES]] as const) {
  Deno.test(`5000 damaged files (${suffix || "native"}) load or are reported with a position`, () => {
    holds(damaged(lines), (text) => {
      const result = load("s@x", { ...OTHERS, [`/d/s${suffix}`]: text });
      if (result.kind === "loaded") return;
      assert(result.kind === "faulty");
      assert(result.problems.some(({ severity }) => severity === "error"));
      for (const problem of result.problems) {
        const isPlaced = problem.line !== undefined || problem.file === `/d/s${suffix}`;
        assert(isPlaced || problem.file?.startsWith("/d/") === true, formatProblem(problem));
        if (problem.line === undefined || problem.file !== `/d/s${suffix}`) continue;
        const line = text.split("\n")[problem.line - 1];
        assert(line !== undefined, formatProblem(problem));
        assertEquals(line.replace(/\r$/, ""), problem.lineText);
      }
    }, { runs: 5000 });
  });
}

Deno.test("convertToToml() keeps the meaning of any mix of settings", () => {
  const natives = Object.values(PAIRS).flat().map(([, native]) => native)
    .filter((native) => !native.includes("type = "));
  const lines = array(constantFrom(...natives, "# a comment", "", "command = x\ncommand += y # z"));
  holds(lines, (chosen) => {
    const native = whole(chosen.join("\n") + "\n", "type = process\n");
    const before = load("s@x", { ...OTHERS, "/d/s": native });
    const files = memoryFiles({ ...OTHERS, "/d/s": native });
    const converted = convertToToml(native, "/d/s", files);
    assert(converted.kind === "converted");
    const after = load("s@x", { ...OTHERS, "/d/s.toml": converted.text });
    if (before.kind === "faulty") {
      assertEquals(problemsOf(after).length, problemsOf(before).length);
      return;
    }
    assertEquals(comparable(only(after)), comparable(only(before)));
  });
});

/** Without where it came from, and without the turns that kinds of dependencies take. */
function comparable(description: ReturnType<typeof only>): unknown {
  const { source: _source, dependencies, ...rest } = description;
  const sorted = dependencies.map(({ kind, name }) => `${kind} ${name}`).toSorted();
  return { ...rest, sorted };
}
