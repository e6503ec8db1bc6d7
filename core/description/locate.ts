/**
 * Key path → line and column in the text of a TOML document that was parsed without fault.
 *
 * The parser keeps no positions, and keeping them for every key would cost time on every load; so the
 * text is walked once more, only when there is something to report.
 */
import type { Position } from "./problem.ts";

/** Keys and array indexes from the top: `["rlimit-nofile", "soft"]`, `["depends-on", 2]`. */
export type KeyPath = readonly (string | number)[];

export interface LocateOptions {
  /** The key itself, or (default) its value. Tables with a header of their own answer the header. */
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

/** How far into the source of a one-line string without escapes its character `offset` stands. */
function insideString(text: string, start: number, offset: number | undefined): number {
  const delimiter = text[start];
  if (offset === undefined || (delimiter !== '"' && delimiter !== "'")) return 0;
  const source = text.slice(start + 1, start + 1 + offset);
  const isPlain = !source.includes("\\") && !source.startsWith(delimiter + delimiter);
  return isPlain && source.length === offset ? offset + 1 : 0;
}

/** One walk through a document. Nothing is validated: the parser has done that. */
class Search {
  /** Index of the key sought, once seen. */
  key: number | undefined;
  /** Index of the value sought, once seen. */
  value: number | undefined;
  readonly #text: string;
  readonly #path: KeyPath;
  readonly #part: "key" | "value";
  #at = 0;
  /** How many tables of an array of tables were opened, by path. */
  readonly #tableCounts = new Map<string, number>();

  constructor(text: string, path: KeyPath, part: "key" | "value") {
    this.#text = text;
    this.#path = path;
    this.#part = part;
  }

  document(): void {
    let table: KeyPath = [];
    while (this.#skipBlank(), this.#at < this.#text.length && !this.#isDone()) {
      const before = this.#at;
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#keyValue(table);
      // A text that is no TOML after all must not be walked for ever.
      if (this.#at === before) this.#at++;
    }
  }

  #isDone(): boolean {
    if (this.#part === "key") return this.key !== undefined;
    return this.value !== undefined;
  }

  #header(): KeyPath {
    const start = this.#at;
    const isArray = this.#text.startsWith("[[", start);
    this.#at += isArray ? 2 : 1;
    const path = this.#keys([]);
    this.#skipPast("]");
    if (isArray) this.#skipPast("]");
    if (!isArray) return path;
    const id = JSON.stringify(path);
    const count = this.#tableCounts.get(id) ?? 0;
    this.#tableCounts.set(id, count + 1);
    const element = [...path, count];
    if (this.key === undefined && isSame(element, this.#path)) this.key = start;
    return element;
  }

  #keyValue(table: KeyPath): void {
    const path = this.#keys(table);
    this.#skipPast("=");
    this.#skipBlank();
    this.#readValue(path);
  }

  /** Reads `a."b".c`, noting each part that completes the path sought. */
  #keys(table: KeyPath): KeyPath {
    let path = table;
    while (this.#at < this.#text.length) {
      this.#skipSpace();
      const start = this.#at;
      path = [...path, this.#oneKey()];
      if (this.key === undefined && isSame(path, this.#path)) this.key = start;
      this.#skipSpace();
      if (this.#text[this.#at] !== ".") break;
      this.#at++;
    }
    return path;
  }

  #oneKey(): string {
    const start = this.#at;
    const first = this.#text[start];
    if (first === '"' || first === "'") {
      this.#skipString();
      const source = this.#text.slice(start + 1, this.#at - 1);
      return first === "'" ? source : unescapeBasic(source);
    }
    while (/[A-Za-z0-9_-]/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  #readValue(path: KeyPath): void {
    if (this.value === undefined && isSame(path, this.#path)) this.value = this.#at;
    switch (this.#text[this.#at]) {
      case '"':
      case "'":
        this.#skipString();
        return;
      case "[":
        this.#array(path);
        return;
      case "{":
        this.#inlineTable(path);
        return;
      default:
        while (this.#at < this.#text.length && !/[,\]}\s#]/.test(this.#text.charAt(this.#at))) {
          this.#at++;
        }
    }
  }

  #array(path: KeyPath): void {
    this.#at++;
    for (let index = 0; this.#at < this.#text.length; index++) {
      this.#skipSeparators();
      if (this.#text[this.#at] === "]") break;
      const before = this.#at;
      this.#readValue([...path, index]);
      if (this.#at === before) break;
    }
    this.#at++;
  }

  #inlineTable(path: KeyPath): void {
    this.#at++;
    while (this.#at < this.#text.length) {
      this.#skipSeparators();
      if (this.#text[this.#at] === "}") break;
      const before = this.#at;
      this.#keyValue(path);
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

  #skipSpace(): void {
    while (this.#text[this.#at] === " " || this.#text[this.#at] === "\t") this.#at++;
  }

  /** Whitespace, line ends and comments. */
  #skipBlank(): void {
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === "#") {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#text.length : end;
      } else if (/[\s\ufeff]/.test(character)) {
        this.#at++;
      } else {
        return;
      }
    }
  }

  #skipSeparators(): void {
    this.#skipBlank();
    while (this.#text[this.#at] === ",") {
      this.#at++;
      this.#skipBlank();
    }
  }

  #skipPast(character: string): void {
    this.#skipSpace();
    if (this.#text[this.#at] === character) this.#at++;
  }
}

function isSame(left: KeyPath, right: KeyPath): boolean {
  return left.length === right.length && left.every((part, index) => part === right[index]);
}

/** The escapes of a basic string, as far as keys of descriptions can hold them. */
function unescapeBasic(source: string): string {
  return source.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
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
