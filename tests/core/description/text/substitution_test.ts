import {
  substituteArgument,
  substituteText,
  type Variables,
} from "../../../../core/description/text/substitution.ts";
import { assertEquals, assertMatch, fail } from "../../../assert.ts";

function variables(values: Record<string, string>, argument?: string): Variables {
  return { argument, value: (name) => values[name] };
}

function words(text: string, values: Record<string, string> = {}, argument?: string): string[] {
  const result = substituteArgument(text, variables(values, argument));
  return result.kind === "arguments" ? result.words : fail(result.why);
}

function faultOf(text: string, argument?: string): string {
  const result = substituteArgument(text, variables({}, argument));
  return result.kind === "fault" ? `${result.offset}: ${result.why}` : fail(result.words.join("|"));
}

Deno.test("substituteArgument() takes every alternative by whether the variable is set and empty", () => {
  const values = { x: "v", e: "" };
  const forms = ["$N", "${N}", "${N:-w}", "${N-w}", "${N:+w}", "${N+w}"];
  const row = (name: string) =>
    forms.map((form) => words(form.replace("N", name), values).join("|"));
  assertEquals(row("x"), ["v", "v", "v", "v", "w", "w"]);
  assertEquals(row("e"), ["", "", "w", "", "", "w"]);
  assertEquals(row("u"), ["", "", "w", "w", "", ""]);
});

Deno.test("substituteArgument() ends a name at a period, a hyphen and behind a number", () => {
  assertEquals(words("$a.b", { a: "1" }), ["1.b"]);
  assertEquals(words("$a-b", { a: "1" }), ["1-b"]);
  assertEquals(words("$1x", {}, "arg"), ["argx"]);
  assertEquals(words("$größe!", { größe: "7" }), ["7!"]);
});

Deno.test("substituteArgument() never divides a plain value, not even an empty one", () => {
  assertEquals(words("$x", { x: " a b " }), [" a b "]);
  assertEquals(words("$x", { x: "" }), [""]);
  assertEquals(words(""), [""]);
});

Deno.test("substituteArgument() divides the value of $/ at whitespace", () => {
  assertEquals(words("a$/{p}b", { p: " q " }), ["a", "q", "b"]);
  assertEquals(words("a$/{p}b", { p: "" }), ["ab"]);
  assertEquals(words("a$/{p}b", { p: "q r\ts" }), ["aq", "r", "sb"]);
  assertEquals(words("$/p", { p: "" }), []);
  assertEquals(words("$/p", { p: "  " }), []);
  assertEquals(words("$/x$x", { x: "" }), [""]);
  assertEquals(words("$/{x:-a b}"), ["a", "b"]);
});

Deno.test("substituteArgument() does not look at a substituted value or word again", () => {
  assertEquals(words("$x", { x: "$y", y: "no" }), ["$y"]);
  assertEquals(words("${x:-${y}}", { y: "no" }), ["${y}"]);
  assertEquals(words("$$x $$", { x: "no" }), ["$x $"]);
});

Deno.test("substituteArgument() knows one argument, $1", () => {
  assertEquals(words("${1}-$1", {}, "tty1"), ["tty1-tty1"]);
  assertEquals(words("${1:-none}"), ["none"]);
  assertEquals(words("${1+set}", {}, ""), ["set"]);
  assertMatch(faultOf("$1"), /^0: \$1 needs a service argument/);
  assertMatch(faultOf("a${1}"), /^1: \$1 needs a service argument/);
  assertMatch(faultOf("$2", "x"), /^0: \$2 does not exist/);
  assertMatch(faultOf("$10", "x"), /^0: \$10 does not exist/);
  assertMatch(faultOf("$9", "x"), /^0: \$9 does not exist/);
  assertMatch(faultOf("$0", "x"), /^0: \$0 does not exist/);
});

Deno.test("substituteArgument() reports what follows a dollar sign wrongly", () => {
  assertMatch(faultOf("ab$"), /^2: no variable name follows/);
  assertMatch(faultOf("$/"), /no variable name follows/);
  assertMatch(faultOf("$ x"), /no variable name follows/);
  assertMatch(faultOf("${}"), /no variable name follows/);
  assertMatch(faultOf("${x"), /closing brace is missing/);
  assertMatch(faultOf("${x:=w}"), /must follow the colon/);
  assertMatch(faultOf("${x.y}"), /only -, \+, :- or :\+/);
});

Deno.test("substituteText() collapses the whitespace of $/ and leaves other text alone", () => {
  const text = (value: string, values: Record<string, string>) => {
    const result = substituteText(value, variables(values));
    return result.kind === "text" ? result.text : result.why;
  };
  assertEquals(text("/run/$/{x}", { x: "a   b" }), "/run/a b");
  assertEquals(text("a  $x", { x: " b " }), "a   b ");
  assertEquals(text("plain  text", {}), "plain  text");
});
