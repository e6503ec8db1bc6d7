/**
 * Key path → line and column in the text of a TOML document that was parsed without fault.
 *
 * The parser keeps no positions, and keeping them for every key would cost time on every load; so
 * the text is walked once more, only when there is something to report.
 */
import type { Position } from "../contract/problem.ts";

/** Keys and array indexes from the top: `["rlimit-nofile", "soft"]`, `["depends-on", 2]`. */
export type KeyPath = readonly (string | number)[];

export interface LocateOptions {
  /**
   * The key itself, or (default) its value. Tables with a header of their own answer the header.
   */
  readonly part?: "key" | "value";
  /** Index into a string value of the character meant. */
  readonly offset?: number;
}

/** The position of a key or value; the beginning of the file when the path is not in it. */
export function locate(
  text: string,
  file: string,
  path: KeyPath,
  options: LocateOptions = {},
): Position {
  const part = options.part ?? "value";
  const search = new Search(text, path, part);
  search.document();
  const index = (part === "key" ? search.key : search.value ?? search.key) ?? 0;
  return positionAt(text, file, index + insideString(text, index, options.offset));
}

/** Line and column of an index into a text. */
export function positionAt(text: string, file: string, index: number): Position {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at >= 0; at = before.indexOf("\n", at + 1)) line++;
  const lineEnd = text.indexOf("\n", lineStart);
  const lineText = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, "");
  // Columns count characters, not UTF-16 units.
  return { file, line, column: [...text.slice(lineStart, index)].length + 1, lineText };
}

/**
 * How far into the source of a string its character `offset` stands; escapes are counted as they
 * are.
 */
function insideString(text: string, start: number, offset: number | undefined): number {
  const delimiter = text[start];
  if (offset === undefined || (delimiter !== '"' && delimiter !== "'")) return 0;
  let index = start + 1;
  if (text.startsWith(delimiter.repeat(3), start)) {
    index = start + 3;
    // A line end directly behind the opening quotes does not belong to the text.
    FIRST_LINE_END.lastIndex = index;
    index += FIRST_LINE_END.exec(text)?.[0].length ?? 0;
  }
  for (let left = offset; left > 0 && index < text.length;) {
    ESCAPE.lastIndex = index;
    const escape = delimiter === '"' ? ESCAPE.exec(text)?.[0] : undefined;
    index += escape?.length ?? 1;
    left -= escape === undefined ? 1 : unescapeBasic(escape).length;
  }
  return index - start;
}

const FIRST_LINE_END = /(?:\r?\n)?/y;
/** One escape; a backslash at the end of a line takes the blanks that follow with it. */
const ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\r?\n\s*|[^])/y;

/**
 * One walk through a document. Nothing is validated: the parser has done that.
 *
 * While walking, `depth` says how many parts of the path sought lead to the present place, or `OFF`
 * that the place does not lie on it.
 */
class Search {
  /** Index of the key sought, once seen. */
  key: number | undefined;
  /** Index of the value sought, once seen. */
  value: number | undefined;
  readonly #text: string;
  readonly #path: KeyPath;
  readonly #part: "key" | "value";
  #at = 0;
  /** How many tables of an array of tables were opened, by header. */
  readonly #tableCounts = new Map<string, number>();

  constructor(text: string, path: KeyPath, part: "key" | "value") {
    this.#text = text;
    this.#path = path;
    this.#part = part;
  }

  document(): void {
    let table = 0;
    while (this.#skip(BLANK), this.#at < this.#text.length && !this.#isDone()) {
      const before = this.#at;
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#keyValue(table);
      // A text that is no TOML after all must not be walked for ever.
      if (this.#at === before) this.#at++;
    }
  }

  #isDone(): boolean {
    return (this.#part === "key" ? this.key : this.value) !== undefined;
  }

  /** @returns The depth of the table that begins here. */
  #header(): number {
    const start = this.#at;
    const isArray = this.#text.startsWith("[[", start);
    this.#at += isArray ? 2 : 1;
    const namesAt = this.#at;
    const depth = this.#keys(0);
    const header = this.#text.slice(namesAt, this.#at).trim();
    this.#skipPast("]");
    if (!isArray) return depth;
    this.#skipPast("]");
    const count = this.#tableCounts.get(header) ?? 0;
    this.#tableCounts.set(header, count + 1);
    const inside = this.#enter(depth, count);
    if (inside === this.#path.length) this.key ??= start;
    return inside;
  }

  #keyValue(table: number): void {
    const depth = this.#keys(table);
    this.#skipPast("=");
    this.#skip(BLANK);
    this.#readValue(depth);
  }

  /** Reads `a."b".c`, noting the part that completes the path sought. */
  #keys(from: number): number {
    let depth = from;
    while (this.#at < this.#text.length) {
      this.#skip(SPACE);
      const start = this.#at;
      depth = this.#enter(depth, this.#oneKey());
      if (depth === this.#path.length) this.key ??= start;
      this.#skip(SPACE);
      if (this.#text[this.#at] !== ".") break;
      this.#at++;
    }
    return depth;
  }

  /** The depth one part further down. */
  #enter(depth: number, part: string | number): number {
    return depth !== OFF && this.#path[depth] === part ? depth + 1 : OFF;
  }

  #oneKey(): string {
    const start = this.#at;
    const first = this.#text[start];
    if (first !== '"' && first !== "'") {
      this.#skip(BARE_KEY);
      return this.#text.slice(start, this.#at);
    }
    this.#skipString();
    const source = this.#text.slice(start + 1, this.#at - 1);
    return first === "'" ? source : unescapeBasic(source);
  }

  #readValue(depth: number): void {
    if (depth === this.#path.length) this.value ??= this.#at;
    switch (this.#text[this.#at]) {
      case '"':
      case "'":
        this.#skipString();
        return;
      case "[":
        this.#array(depth);
        return;
      case "{":
        this.#inlineTable(depth);
        return;
      default:
        this.#skip(PLAIN_VALUE);
    }
  }

  #array(depth: number): void {
    this.#at++;
    for (let index = 0; this.#at < this.#text.length && !this.#isDone(); index++) {
      this.#skip(SEPARATORS);
      if (this.#text[this.#at] === "]") break;
      const before = this.#at;
      this.#readValue(this.#enter(depth, index));
      if (this.#at === before) break;
    }
    this.#at++;
  }

  #inlineTable(depth: number): void {
    this.#at++;
    while (this.#at < this.#text.length && !this.#isDone()) {
      this.#skip(SEPARATORS);
      if (this.#text[this.#at] === "}") break;
      const before = this.#at;
      this.#keyValue(depth);
      if (this.#at === before) break;
    }
    this.#at++;
  }

  #skipString(): void {
    const delimiter = this.#text.charAt(this.#at);
    const triple = delimiter.repeat(3);
    if (!this.#text.startsWith(triple, this.#at)) {
      this.#at++;
      this.#skipUntilUnescaped(delimiter);
      return;
    }
    this.#at += 3;
    this.#skipUntilUnescaped(triple);
    // Up to two quotes directly before the closing three belong to the text.
    while (this.#text[this.#at] === delimiter) this.#at++;
  }

  #skipUntilUnescaped(end: string): void {
    const hasEscapes = end.startsWith('"');
    while (this.#at < this.#text.length && !this.#text.startsWith(end, this.#at)) {
      this.#at += hasEscapes && this.#text[this.#at] === "\\" ? 2 : 1;
    }
    this.#at += end.length;
  }

  #skip(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    this.#at += pattern.exec(this.#text)?.[0].length ?? 0;
  }

  #skipPast(character: string): void {
    this.#skip(SPACE);
    if (this.#text[this.#at] === character) this.#at++;
  }
}

/** A place that is not on the path sought. */
const OFF = -1;

const SPACE = /[ \t]*/y;
/** Whitespace, line ends and comments. */
const BLANK = /(?:[\s\ufeff]+|#[^\n]*)*/y;
/** The same with the commas between elements. */
const SEPARATORS = /(?:[\s,]+|#[^\n]*)*/y;
const BARE_KEY = /[A-Za-z0-9_-]*/y;
const PLAIN_VALUE = /[^,\]}\s#]*/y;

/** The escapes of a basic string, as far as keys of descriptions can hold them. */
function unescapeBasic(source: string): string {
  return source.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[ \t]*\r?\n\s*|(.))/g,
    (_all, short?: string, long?: string, plain?: string) => {
      const hex = short ?? long;
      if (hex !== undefined) return codePoint(parseInt(hex, 16));
      return ({ b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" } as Record<string, string>)[
        plain ?? ""
      ] ??
        plain ?? "";
    },
  );
}

function codePoint(value: number): string {
  return value <= 0x10ffff ? String.fromCodePoint(value) : "\ufffd";
}
