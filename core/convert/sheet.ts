/**
 * The description that a conversion writes, line after line: settings in the order of their source
 * with the comments that stand above them, tables after them, as TOML wants it.
 *
 * TOML has a key once: elements of a list come together where its first stands.
 */
import {
  tomlComment,
  type TomlElement,
  tomlKey,
  tomlList,
  tomlString,
} from "../description/mod.ts";
import type { Effect, TomlValue } from "./rows.ts";

/** A setting where it stands: its comments, and the value or the elements. */
interface SettingPiece {
  readonly kind: "setting";
  readonly key: string;
  above: string[];
  content:
    | { readonly kind: "value"; readonly value: TomlValue }
    | { readonly kind: "elements"; readonly elements: TomlElement[] };
}

type Piece = SettingPiece | { readonly kind: "line"; readonly text: string };

interface TablePiece {
  readonly heading: string;
  readonly above: string[];
  readonly pieces: Piece[];
}

export class Sheet {
  readonly #top: Piece[] = [];
  readonly #tables: TablePiece[] = [];
  /** Comment lines directly above what comes next. */
  #above: string[] = [];

  /** A comment of the source, with or without its mark. */
  comment(text: string): void {
    this.#above.push(tomlComment(text));
  }

  /** An empty line of the source; several become one. */
  blank(): void {
    this.#flush();
    this.#top.push({ kind: "line", text: "" });
  }

  /**
   * Writes what a directive does. The comments above it go where its first effect goes.
   *
   * @param directive What is lost, for the comments that say so.
   */
  apply(effects: readonly Effect[], directive = ""): void {
    for (const effect of effects) this.#write(effect, directive);
    this.#flush();
  }

  /** Whether a setting, or a table, has been written. */
  has(key: string): boolean {
    return this.#setting(this.#top, key) !== undefined ||
      this.#tables.some(({ heading }) => heading === `[${key}]` || heading === `[[${key}]]`);
  }

  /** The whole text. */
  text(): string {
    this.#flush();
    const lines = this.#top.flatMap(pieceLines);
    for (const { heading, above, pieces } of this.#tables) {
      lines.push("", ...above, heading, ...pieces.flatMap(pieceLines));
    }
    return tidied(lines).map((line) => `${line}\n`).join("");
  }

  #write(effect: Effect, directive: string): void {
    switch (effect.kind) {
      case "set":
        return this.#set(this.#top, effect.key, effect.value);
      case "put":
        return this.#set(this.#table(effect.table).pieces, effect.key, effect.value);
      case "add":
        return this.#add(effect.key, effect.values);
      case "append":
        this.#tables.push({
          heading: `[[${effect.table}]]`,
          above: this.#takeAbove(),
          pieces: Object.entries(effect.entries).map(([key, value]) => settingPiece(key, value)),
        });
        return;
      case "comment":
        this.#flush();
        for (const line of effect.text.split("\n")) {
          this.#top.push({ kind: "line", text: tomlComment(line) });
        }
        return;
      case "lost": {
        this.#flush();
        const lead = directive === "" ? "" : `${directive}: `;
        const text = tomlComment(`LOST (${effect.weight}): ${lead}${effect.what}`);
        this.#top.push({ kind: "line", text });
      }
    }
  }

  #set(pieces: Piece[], key: string, value: TomlValue): void {
    const there = this.#setting(pieces, key);
    if (there === undefined) {
      pieces.push({ ...settingPiece(key, value), above: this.#takeAbove() });
      return;
    }
    there.above.push(...this.#takeAbove());
    there.content = { kind: "value", value };
  }

  #add(key: string, values: readonly TomlValue[]): void {
    let there = this.#setting(this.#top, key);
    if (there?.content.kind !== "elements") {
      there = { kind: "setting", key, above: [], content: { kind: "elements", elements: [] } };
      this.#top.push(there);
    }
    const { elements } = there.content as { readonly elements: TomlElement[] };
    const isFirst = elements.length === 0;
    if (isFirst) there.above.push(...this.#takeAbove());
    for (const value of values) {
      const text = valueText(value);
      if (elements.some((element) => element.text === text)) continue;
      elements.push({ text, above: this.#takeAbove(), behind: undefined });
    }
  }

  #table(name: string): TablePiece {
    const heading = `[${tomlKey(name)}]`;
    const there = this.#tables.find((table) => table.heading === heading);
    if (there !== undefined) return there;
    const made: TablePiece = { heading, above: [], pieces: [] };
    // `[socket.x]` would belong to the last `[[socket]]`, so plain tables come first.
    const firstList = this.#tables.findIndex((table) => table.heading.startsWith("[["));
    this.#tables.splice(firstList < 0 ? this.#tables.length : firstList, 0, made);
    return made;
  }

  #setting(pieces: readonly Piece[], key: string): SettingPiece | undefined {
    return pieces.find((piece): piece is SettingPiece =>
      piece.kind === "setting" && piece.key === key
    );
  }

  #takeAbove(): string[] {
    const above = this.#above;
    this.#above = [];
    return above;
  }

  #flush(): void {
    this.#top.push(...this.#takeAbove().map((text) => ({ kind: "line", text }) as const));
  }
}

function settingPiece(key: string, value: TomlValue): SettingPiece {
  return { kind: "setting", key, above: [], content: { kind: "value", value } };
}

function pieceLines(piece: Piece): string[] {
  if (piece.kind === "line") return [piece.text];
  const { key, above, content } = piece;
  if (content.kind === "elements") {
    return content.elements.length === 0 ? above : [...above, ...tomlList(key, content.elements)];
  }
  const { value } = content;
  if (!Array.isArray(value)) return [...above, `${tomlKey(key)} = ${valueText(value)}`];
  const elements = value.map((item) => ({ text: valueText(item), above: [], behind: undefined }));
  return [...above, ...tomlList(key, elements)];
}

function valueText(value: TomlValue): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${valueText(item)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** No empty line at either end, nor two in a row. */
function tidied(lines: readonly string[]): string[] {
  const kept = lines.filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "");
  while (kept.at(-1) === "") kept.pop();
  return kept;
}
