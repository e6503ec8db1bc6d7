/**
 * Text of others (services, managers, files), made safe to show to a person. The one place that
 * decides what may reach a terminal; log files and pipes may have the bytes as they are.
 *
 * A terminal takes control characters for orders: it can be made to hide what follows, to answer as
 * if somebody had typed, or to show a line that was never there. Characters that turn the direction
 * of the text around, and separators of lines, do the last of these too.
 *
 * Sources: ECMA-48 (C0 and C1); Unicode 15, UAX 9 and section 23.2.
 */

/** Cheaper than the one below, and nearly all text is so. */
const PLAIN = /^[\x20-\x7e\t]*$/;

// A byte that is not UTF-8 is a lone surrogate (core/text/byte_text.ts): 0x9b would begin an order,
// too.
const UNSAFE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Surrogate}]/gu;

/** Colours and weights of letters: ECMA-48, SGR. */
// deno-lint-ignore no-control-regex
const STYLES = /\x1b\[[0-9;:]*m/g;

/** One line of text: every character that could give an order becomes U+FFFD. Tabs stay. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, "\ufffd");
}

/** Lines of a program's output, likewise; colours are left out, and line ends stay. */
export function printableLines(text: string): string {
  return text.replace(STYLES, "").split("\n")
    .map((line) => printable(line.endsWith("\r") ? line.slice(0, -1) : line)).join("\n");
}

/**
 * JSON that shows no such character raw: they can stand in strings only, where an escape means the
 * same.
 */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replace(UNSAFE, (character) => character === "\n" ? character : escaped(character));
}

/** The same in one line. */
export function printableJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escaped);
}

/** A list as {@linkcode printableJson} shows it, in pieces. */
export function* printableJsonList(values: Iterable<unknown>): Iterable<string> {
  let lead = "[\n  ";
  for (const value of values) {
    yield lead + printableJson(value).replaceAll("\n", "\n  ");
    lead = ",\n  ";
  }
  yield lead.startsWith("[") ? "[]" : "\n]";
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
