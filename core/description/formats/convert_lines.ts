/**
 * A native file as the converter sees it: comments, blank lines and settings, fragments put in
 * place.
 */
import { decodeText, type DescriptionFiles, directoryPart } from "../contract/files.ts";
import { joinPath } from "../../paths.ts";
import { nativeKey } from "./native_names.ts";
import {
  type LogicalLine,
  logicalLines,
  nameAt,
  type Operator,
  parseStatement,
  positionInLine,
  skipBlank,
} from "./native_lines.ts";
import { convertNative } from "./native_values.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { findSetting, type SettingKey } from "../settings/settings.ts";
import { isTable } from "../text/toml_values.ts";
import { tomlComment } from "./toml_text.ts";
import { splitWords, type Words } from "../text/words.ts";

/** A comment or blank line, as TOML. */
export interface PlainItem {
  readonly kind: "plain";
  readonly text: string;
}

/** A line that sets something. */
export interface SettingItem {
  readonly kind: "setting";
  readonly key: SettingKey;
  readonly operator: Operator;
  readonly words: Words;
  /** As TOML has it; undefined: the line takes the setting back. */
  readonly value: unknown;
  /** The logical line, for comments that show it. */
  readonly source: readonly string[];
  /** Index of the value in the logical line, from which the words' indexes count. */
  readonly valueText: string;
}

export type Item = PlainItem | SettingItem;

/**
 * Reads the lines of a file that has no faults, fragments included.
 *
 * @returns Also what cannot be said in TOML.
 */
export function readItems(
  text: string,
  file: string,
  files: DescriptionFiles,
): { readonly items: readonly Item[]; readonly problems: readonly Problem[] } {
  const reader = new ItemReader(file, files);
  reader.read(text, file);
  return reader;
}

class ItemReader {
  readonly items: Item[] = [];
  readonly problems: Problem[] = [];
  readonly #outermost: string;
  readonly #files: DescriptionFiles;

  constructor(outermost: string, files: DescriptionFiles) {
    this.#outermost = outermost;
    this.#files = files;
  }

  read(text: string, file: string): void {
    for (const line of logicalLines(text)) {
      if (line.kind === "line") this.#readLine(line, file);
    }
  }

  #readLine(line: LogicalLine, file: string): void {
    const statement = parseStatement(line.text);
    switch (statement.kind) {
      case "blank":
        this.#plain("");
        return;
      case "comment":
        for (const source of line.source) this.#plain(tomlComment(source.trim()));
        return;
      case "malformed":
        return;
      case "at":
        if (statement.name === "meta") this.#readMeta(line, statement.rest);
        else this.#readInclude(line, file, statement.name, statement.rest);
        return;
      case "setting": {
        const key = nativeKey(statement.name);
        if (key !== undefined) this.#readSetting(line, file, key, statement);
      }
    }
  }

  #readSetting(
    line: LogicalLine,
    file: string,
    key: SettingKey,
    statement: { readonly operator: Operator; readonly valueAt: number },
  ): void {
    const valueText = line.text.slice(statement.valueAt);
    const words = splitWords(valueText, "comment");
    const form = findSetting(key)?.value.native ?? "text";
    if (words.kind === "fault") return;
    const converted = convertNative(key, form, words.words);
    if (converted.kind === "fault") return;
    this.items.push({
      kind: "setting",
      key,
      operator: statement.operator,
      words,
      value: converted.kind === "unset" ? undefined : this.#rebased(key, converted.value, file),
      source: line.source,
      valueText,
    });
  }

  /** Paths that are relative to a fragment's directory become absolute in another directory. */
  #rebased(key: SettingKey, value: unknown, file: string): unknown {
    const base = findSetting(key)?.base;
    const outer = this.#directory(this.#outermost, base);
    const own = this.#directory(file, base);
    if (outer === own) return value;
    if (base === "real" && isTable(value)) {
      return { ...value, path: joinPath(own, String(value.path)) };
    }
    if (base !== "text" || !Array.isArray(value)) return value;
    return value.map((path) => joinPath(own, String(path)));
  }

  #directory(file: string, base: string | undefined): string {
    const real = base === "real" ? this.#files.realDirectory(file) : undefined;
    return real ?? directoryPart(file);
  }

  #readMeta(line: LogicalLine, rest: number): void {
    const start = skipBlank(line.text, rest);
    const nameStart = skipBlank(line.text, start + "enable-via".length);
    const name = nameAt(line.text, nameStart);
    const isWhole = skipBlank(line.text, nameStart + name.length) === line.text.length;
    if (nameAt(line.text, start) !== "enable-via" || name === "" || !isWhole) {
      for (const source of line.source) this.#plain(tomlComment(source.trim()));
      return;
    }
    this.items.push({
      kind: "setting",
      key: "meta",
      operator: "=",
      words: { kind: "words", words: [name], starts: [0], comments: [] },
      value: name,
      source: line.source,
      valueText: name,
    });
  }

  #readInclude(line: LogicalLine, file: string, name: string, rest: number): void {
    const start = skipBlank(line.text, rest);
    const split = splitWords(line.text.slice(start), "comment");
    if (split.kind === "fault") return;
    const [written = ""] = split.words;
    if (written.includes("$")) {
      const position = positionInLine(line, file, start);
      const message = `Cannot convert @${name} ${quote(written)}: the path depends on a variable`;
      const hint = "TOML files include nothing; write one file for each case";
      this.problems.push(problem(position, message, { hint }));
      return;
    }
    for (const { text } of split.comments) this.#plain(tomlComment(text));
    const path = joinPath(this.#files.realDirectory(file) ?? directoryPart(file), written);
    const read = this.#files.read(path);
    if (read.kind !== "contents") {
      this.#plain(tomlComment(`@${name} ${written} (no such file)`));
      return;
    }
    const decoded = decodeText(read.bytes, path);
    if (decoded.kind === "fault") return;
    this.#plain(tomlComment(`from ${written}:`));
    this.read(decoded.text, path);
  }

  #plain(text: string): void {
    this.items.push({ kind: "plain", text });
  }
}
