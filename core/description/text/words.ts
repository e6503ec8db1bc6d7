/**
 * Upstream's rules for dividing a value into words: quotes, backslashes, whitespace, comments.
 *
 * Used for values of native files and for command lines given as one string in TOML, where `#` is
 * plain text. Substitution of variables comes later, on the finished words.
 */

/** A fault in a value; `offset` is the index of the offending character in the text. */
export interface WordsFault {
  readonly kind: "fault";
  readonly offset: number;
  readonly why: string;
}

/** Words and the index in the text at which each begins; the same of comments, with their `#`. */
export interface Words {
  readonly kind: "words";
  readonly words: string[];
  readonly starts: number[];
  readonly comments: readonly { readonly start: number; readonly text: string }[];
}

export type WordsResult = Words | WordsFault;

/** Space, tab, CR, VT, FF and (where lines were joined) LF. */
export function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r" ||
    character === "\v" || character === "\f";
}

/**
 * Divides a value into its words. An empty pair of quotes makes an empty word.
 *
 * @param hash Whether `#` after whitespace begins a comment (to the end of the physical line) and
 * is a fault anywhere else, or is a character like others.
 */
export function splitWords(text: string, hash: "comment" | "plain"): WordsResult {
  const words: string[] = [];
  const starts: number[] = [];
  const comments: { start: number; text: string }[] = [];
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (isBlank(character)) {
      index++;
      continue;
    }
    if (character === "#" && hash === "comment") {
      if (index === 0) return fault(index, COMMENT_NOT_SET_OFF);
      const end = endOfLine(text, index);
      comments.push({ start: index, text: text.slice(index, end) });
      index = end;
      continue;
    }
    const word = readWord(text, index, hash);
    if (word.kind === "fault") return word;
    words.push(word.text);
    starts.push(index);
    index = word.end;
  }
  return { kind: "words", words, starts, comments };
}

const COMMENT_NOT_SET_OFF = "a comment must be set off by whitespace; to use # as text, quote it";

function readWord(
  text: string,
  start: number,
  hash: "comment" | "plain",
): { readonly kind: "word"; readonly text: string; readonly end: number } | WordsFault {
  let word = "";
  let index = start;
  while (index < text.length) {
    const character = text.charAt(index);
    if (isBlank(character)) break;
    if (character === "#" && hash === "comment") return fault(index, COMMENT_NOT_SET_OFF);
    if (character === "\\") {
      if (index + 1 === text.length) return fault(index, "nothing follows the backslash");
      word += text.charAt(index + 1);
      index += 2;
      continue;
    }
    if (character !== '"') {
      word += character;
      index++;
      continue;
    }
    const quoted = readQuoted(text, index);
    if (quoted.kind === "fault") return quoted;
    word += quoted.text;
    index = quoted.end;
  }
  return { kind: "word", text: word, end: index };
}

function readQuoted(
  text: string,
  start: number,
): { readonly kind: "quoted"; readonly text: string; readonly end: number } | WordsFault {
  let quoted = "";
  let index = start + 1;
  while (index < text.length) {
    const character = text.charAt(index);
    if (character === '"') return { kind: "quoted", text: quoted, end: index + 1 };
    if (character === "\\") index++;
    quoted += text.charAt(index);
    index++;
  }
  return fault(start, "the quote is not closed");
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function fault(offset: number, why: string): WordsFault {
  return { kind: "fault", offset, why };
}
