/**
 * How systemd divides a value into words. Sources: systemd.syntax(7), "Quoting";
 * systemd.service(5),
 * "Command lines".
 */

/** What to do with a backslash before what is no escape of C: it stays, or is a fault. */
export type Unescaping = "lenient" | "strict";

export type Words =
  | {
    readonly kind: "words";
    readonly words: readonly string[];
    /** Each word as it is written, with quotes and backslashes. */
    readonly written: readonly string[];
  }
  | { readonly kind: "fault"; readonly why: string };

/** Divides at blanks outside of quotes of either kind; quotes are taken away. */
export function splitUnitWords(text: string, unescaping: Unescaping = "lenient"): Words {
  const words: string[] = [];
  const written: string[] = [];
  let word: string | undefined;
  let start = 0;
  let quote: string | undefined;
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index);
    if (word === undefined) start = index;
    if (character === "\\") {
      const escape = readEscape(text, index + 1);
      if (escape === undefined) return { kind: "fault", why: "nothing follows the backslash" };
      if (!escape.isKnown && unescaping === "strict") {
        return { kind: "fault", why: `there is no escape ${escape.text}` };
      }
      word = (word ?? "") + escape.text;
      index = escape.end;
      continue;
    }
    index++;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) {
        words.push(word);
        written.push(text.slice(start, index - 1));
      }
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) return { kind: "fault", why: `a quote (${quote}) is not closed` };
  if (word !== undefined) {
    words.push(word);
    written.push(text.slice(start));
  }
  return { kind: "words", words, written };
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  "'": "'",
  s: " ",
};

const CODE = /x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y;

function readEscape(
  text: string,
  index: number,
): { readonly text: string; readonly end: number; readonly isKnown: boolean } | undefined {
  const character = text[index];
  if (character === undefined) return undefined;
  const simple = Object.hasOwn(SIMPLE, character) ? SIMPLE[character] : undefined;
  if (simple !== undefined) return { text: simple, end: index + 1, isKnown: true };
  CODE.lastIndex = index;
  const code = CODE.exec(text)?.[0];
  const number = code === undefined
    ? 0
    : /^[0-7]/.test(code)
    ? parseInt(code, 8)
    : parseInt(code.slice(1), 16);
  if (code === undefined || number === 0 || number > 0x10ffff) {
    return { text: `\\${character}`, end: index + 1, isKnown: false };
  }
  return { text: String.fromCodePoint(number), end: index + code.length, isKnown: true };
}
