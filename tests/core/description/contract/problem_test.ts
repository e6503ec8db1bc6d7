import {
  formatProblem,
  problem,
  problemLine,
  quote,
} from "../../../../core/description/contract/problem.ts";
import { assert, assertEquals } from "../../../assert.ts";

const AT = { file: "/etc/dinit.d/web.toml", line: 7, column: 11, lineText: 'restart = "allways"' };

Deno.test("formatProblem() shows position, message, line, caret and hint", () => {
  const found = problem(AT, 'Cannot read restart = "allways": allowed are true, false', {
    hint: "To restart always, write true",
  });
  assertEquals(
    formatProblem(found),
    [
      '/etc/dinit.d/web.toml:7:11: error: Cannot read restart = "allways": allowed are true, false',
      '7 | restart = "allways"',
      "  |           ^",
      "hint: To restart always, write true",
    ].join("\n"),
  );
});

Deno.test("formatProblem() leaves out what a problem does not have", () => {
  assertEquals(formatProblem(problem(undefined, "Nothing")), "error: Nothing");
  assertEquals(
    formatProblem(problem({ file: "/x" }, "Odd", { severity: "warning" })),
    "/x: warning: Odd",
  );
});

Deno.test("formatProblem() keeps tabs, so that the caret lines up", () => {
  const found = problem({ file: "f", line: 1, column: 3, lineText: "\ta\tb" }, "X");
  assertEquals(formatProblem(found).split("\n")[2], "  | \t ^");
});

Deno.test("formatProblem() cuts a long line around the caret", () => {
  const lineText = "a".repeat(500) + "X" + "b".repeat(500);
  const [, line = "", caret = ""] = formatProblem(
    problem({ file: "f", line: 1, column: 501, lineText }, "X"),
  ).split("\n");
  assert(line.length < 140);
  assertEquals(line.charAt(caret.indexOf("^")), "X");
});

Deno.test("formatProblem() lets no control character through to the terminal", () => {
  const lineText = "a = \x1b[2J\x07";
  const found = problem({ file: "f\x1b", line: 1, column: 1, lineText }, "bad \x1b[0m", {
    hint: "\x1b",
  });
  assert(!formatProblem(found).includes("\x1b"));
  assert(!problemLine(found).includes("\x1b"));
});

Deno.test("formatProblem() with colour paints the position and the severity", () => {
  const text = formatProblem(problem(AT, "X"), { colour: true });
  assert(text.startsWith("\x1b[1m/etc/dinit.d/web.toml:7:11:\x1b[0m \x1b[1;31merror:\x1b[0m X\n"));
});

Deno.test("quote() escapes and cuts", () => {
  assertEquals(quote('a"b\n'), '"a\\"b\\n"');
  assertEquals(quote("x".repeat(100)).length, 83);
});
