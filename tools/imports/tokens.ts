/**
 * Cuts TypeScript into words, strings and signs, just well enough to find imports and global names:
 * comments, regular expressions and the insides of strings must not be taken for code.
 */

/** One token. The text of a string is its contents, escapes left as written. */
export interface Token {
  readonly kind: "word" | "string" | "sign";
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const WORD_START = /[\p{ID_Start}$_#]/u;
const WORD = /[\p{ID_Continue}$_#\u200c\u200d]*/uy;
const NUMBER = /\d[\w.]*/y;
const REGEXP = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;

/** Words after which a slash begins a regular expression and is no division. */
const BEFORE_EXPRESSION = new Set(
  ["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "await", "yield"],
);

/** Cuts a whole module. Never fails: of broken source it makes some tokens. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;

  /** Moves on, counting lines. */
  const skipTo = (end: number) => {
    for (; at < end; at++) if (source[at] === "\n") line++;
  };
  const add = (kind: Token["kind"], text: string, end: number) => {
    tokens.push({ kind, text, line });
    skipTo(end);
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const beginsRegExp = (): boolean => {
    const last = tokens.at(-1);
    if (last === undefined) return true;
    if (last.kind === "word") return BEFORE_EXPRESSION.has(last.text);
    return last.kind === "sign" && !")]}".includes(last.text);
  };

  /** Reads a template's text up to its end or to the next `${`; the code in between comes as tokens. */
  const readTemplate = () => {
    const start = at;
    while (at < source.length && source[at] !== "`" && !source.startsWith("${", at)) {
      skipTo(at + (source[at] === "\\" ? 2 : 1));
    }
    tokens.push({ kind: "string", text: source.slice(start, at), line });
    if (at >= source.length || source[at] === "`") {
      skipTo(at + 1);
      return;
    }
    skipTo(at + 2);
    readCode("}");
    readTemplate();
  };

  /** Reads tokens up to a closing brace that belongs to none opened here, or to the end. */
  const readCode = (closing: "}" | undefined) => {
    let depth = 0;
    while (at < source.length) {
      const char = source[at] ?? "";
      if (/\s/.test(char)) skipTo(at + 1);
      else if (source.startsWith("//", at)) skipTo(endOf(source, "\n", at));
      else if (source.startsWith("/*", at)) skipTo(endOf(source, "*/", at + 2));
      else if (char === '"' || char === "'") {
        const end = endOfString(source, at);
        add("string", source.slice(at + 1, end - 1), end);
      } else if (char === "`") {
        skipTo(at + 1);
        readTemplate();
      } else if (WORD_START.test(char)) {
        const word = match(WORD) ?? char;
        add("word", word, at + word.length);
      } else if (/\d/.test(char)) {
        const number = match(NUMBER) ?? char;
        add("sign", "0", at + number.length);
      } else {
        const regExp = char === "/" && beginsRegExp() ? match(REGEXP) : undefined;
        if (regExp !== undefined) {
          add("string", regExp, at + regExp.length);
          continue;
        }
        if (char === "{") depth++;
        if (char === "}" && depth-- === 0 && closing === "}") {
          skipTo(at + 1);
          return;
        }
        add("sign", char, at + 1);
      }
    }
  };

  readCode(undefined);
  return tokens;
}

/** Position after the next occurrence of a text, or the end. */
function endOf(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from);
  return found < 0 ? source.length : found + text.length;
}

/** Position after the quote that ends the string which begins here. */
function endOfString(source: string, start: number): number {
  const quote = source[start];
  let at = start + 1;
  while (at < source.length && source[at] !== quote && source[at] !== "\n") {
    at += source[at] === "\\" ? 2 : 1;
  }
  return at + 1;
}
