/**
 * Upstream's own format → the same tree that a TOML file gives.
 *
 * Lines are read one by one; a faulty line is reported and the next one read. `@include` puts the
 * lines of another file in its place; fragments inside fragments are limited in depth and in
 * number.
 */
import { decodeText, type DescriptionFiles, directoryPart } from "../contract/files.ts";
import { joinPath } from "../../paths.ts";
import {
  type LogicalLine,
  logicalLines,
  nameAt,
  parseStatement,
  positionInLine,
  skipBlank,
  type Statement,
} from "./native_lines.ts";
import { appendHint, malformedHint, unknownHint } from "./native_hints.ts";
import { nativeKey } from "./native_names.ts";
import { type NativeAssignment, NativeTree } from "./native_tree.ts";
import { convertNative } from "./native_values.ts";
import { didYouMean } from "../text/near_miss.ts";
import {
  type Position,
  type Problem,
  problem,
  type ProblemOptions,
  quote,
} from "../contract/problem.ts";
import { ProblemList } from "../contract/problem_list.ts";
import type { Setting } from "../settings/row.ts";
import { findSetting, type SettingKey } from "../settings/settings.ts";
import { substituteText, type Variables } from "../text/substitution.ts";
import type { SettingsTree } from "../text/tree.ts";
import { splitWords, type Words } from "../text/words.ts";

/** What reading a native file depends on. */
export interface NativeContext {
  readonly files: DescriptionFiles;
  /** For paths of fragments. */
  readonly variables: Variables;
}

/** Fragments inside fragments, at most. */
const MAX_DEPTH = 32;
/** Fragments of one description, at most: each may be named many times over. */
const MAX_FRAGMENTS = 1000;

/** Reads a file and its fragments. The tree holds what could be read, whatever the problems. */
export function readNative(
  text: string,
  file: string,
  context: NativeContext,
): { readonly tree: SettingsTree; readonly problems: readonly Problem[] } {
  const reader = new NativeReader(file, context);
  reader.read(text, file);
  return { tree: reader.tree, problems: reader.problems };
}

type SettingStatement = Extract<Statement, { kind: "setting" }>;
type AtStatement = Extract<Statement, { kind: "at" }>;

class NativeReader {
  readonly tree: NativeTree;
  readonly #problems = new ProblemList();
  readonly #context: NativeContext;
  /** Files being read, the outermost first. */
  readonly #open: string[] = [];
  #fragments = 0;

  constructor(file: string, context: NativeContext) {
    this.tree = new NativeTree(file);
    this.#context = context;
  }

  get problems(): readonly Problem[] {
    return this.#problems.all;
  }

  read(text: string, file: string): void {
    this.#open.push(file);
    for (const line of logicalLines(text)) {
      if (line.kind === "line") {
        this.#readLine(line, file);
        continue;
      }
      const position = { file, line: line.line, column: 1, lineText: line.lineText };
      this.#lose(position, line.why);
    }
    this.#open.pop();
  }

  #readLine(line: LogicalLine, file: string): void {
    const statement = parseStatement(line.text);
    switch (statement.kind) {
      case "blank":
      case "comment":
        return;
      case "at":
        this.#readAt(line, file, statement);
        return;
      case "setting":
        this.#readSetting(line, file, statement);
        return;
      case "malformed":
        this.#lose(
          positionInLine(line, file, statement.at),
          "This line is no setting: NAME = VALUE or NAME: VALUE is expected",
          { hint: malformedHint(line.text) },
        );
    }
  }

  #readSetting(line: LogicalLine, file: string, statement: SettingStatement): void {
    const { name, operator, operatorAt, valueAt } = statement;
    const key = nativeKey(name);
    const setting = key === undefined ? undefined : findSetting(key);
    if (key === undefined || setting === undefined) {
      const position = positionInLine(line, file, statement.nameAt);
      this.#lose(position, `Unknown setting ${quote(name)}`, { hint: unknownHint(name) });
      return;
    }
    if (operator === "+=" && setting.repeated !== "appends") {
      const position = positionInLine(line, file, operatorAt);
      this.#report(position, `+= is not possible for ${name}`, { hint: appendHint(name, setting) });
      return;
    }
    const value = this.#readValue(key, setting, line, file, statement);
    if (value === "unset") {
      if (operator !== "+=") this.tree.unset(key);
      return;
    }
    const starts = value?.words.starts.map((start) => valueAt + start) ?? [];
    const assignment: NativeAssignment = {
      key,
      written: name,
      value: value?.converted,
      file,
      keyPlace: { line, file, index: statement.nameAt },
      valuePlace: { line, file, index: starts[0] ?? valueAt },
      wordPlaces: setting.value.native === "words"
        ? starts.map((index) => ({ line, file, index }))
        : [],
      isVerbatim: !/["\\\n]/.test(line.text.slice(valueAt)),
      ...(value === undefined ? { isFaulty: true } : {}),
    };
    this.tree.assign(assignment, operator === "+=");
  }

  /** @returns undefined when a fault was reported; "unset" when the line takes the setting back. */
  #readValue(
    key: SettingKey,
    setting: Setting,
    line: LogicalLine,
    file: string,
    { name, valueAt }: SettingStatement,
  ): { readonly words: Words; readonly converted: unknown } | "unset" | undefined {
    const words = splitWords(line.text.slice(valueAt), "comment");
    if (words.kind === "fault") {
      const position = positionInLine(line, file, valueAt + words.offset);
      this.#report(position, `Cannot read ${name}: ${words.why}`);
      return undefined;
    }
    const converted = convertNative(key, setting.value.native, words.words);
    if (converted.kind === "unset" && converted.warning === undefined) return "unset";
    if (converted.kind === "value" && converted.warning === undefined) {
      return { words, converted: converted.value };
    }
    const position = positionInLine(line, file, valueAt + (words.starts[0] ?? 0));
    const shown = `${name} = ${words.words.join(" ")}`;
    if (converted.kind === "fault") {
      this.#report(position, `Cannot read ${shown}: ${converted.why}`, { hint: converted.hint });
      return undefined;
    }
    this.#report(position, `Doubtful ${shown}: ${converted.warning}`, { severity: "warning" });
    return converted.kind === "unset" ? "unset" : { words, converted: converted.value };
  }

  #readAt(line: LogicalLine, file: string, statement: AtStatement): void {
    switch (statement.name) {
      case "meta":
        this.#readMeta(line, file, statement.rest);
        return;
      case "include":
      case "include-opt":
        this.#readInclude(line, file, statement);
        return;
      default: {
        const position = positionInLine(line, file, skipBlank(line.text, 0));
        const hint = didYouMean(statement.name, ["include", "include-opt", "meta"]);
        this.#lose(position, `Unknown command ${quote("@" + statement.name)}`, { hint });
      }
    }
  }

  /**
   * The manager ignores all of `@meta`; what enable and disable would refuse is worth a warning.
   */
  #readMeta(line: LogicalLine, file: string, rest: number): void {
    const start = skipBlank(line.text, rest);
    if (nameAt(line.text, start) !== "enable-via") return;
    const index = skipBlank(line.text, start + "enable-via".length);
    const name = nameAt(line.text, index);
    if (name === "" || skipBlank(line.text, index + name.length) < line.text.length) {
      const message = "Exactly one service must follow @meta enable-via";
      this.#report(positionInLine(line, file, index), message, { severity: "warning" });
      return;
    }
    const place = { line, file, index };
    const value = Object.assign(Object.create(null), { "enable-via": name });
    this.tree.assign({
      key: "meta",
      written: "@meta",
      value,
      file,
      keyPlace: place,
      valuePlace: place,
      wordPlaces: [],
      isVerbatim: true,
    }, false);
  }

  #readInclude(line: LogicalLine, file: string, statement: AtStatement): void {
    const start = skipBlank(line.text, statement.rest);
    const position = positionInLine(line, file, start);
    const split = splitWords(line.text.slice(start), "comment");
    if (split.kind === "fault") {
      const fault = positionInLine(line, file, start + split.offset);
      this.#lose(fault, `Cannot include: ${split.why}`);
      return;
    }
    const [written] = split.words;
    if (written === undefined || split.words.length > 1) {
      this.#lose(position, `Exactly one path must follow @${statement.name}`, {
        hint: split.words.length > 1 ? "Put a path with blanks in double quotes" : undefined,
      });
      return;
    }
    const path = substituteText(written, this.#context.variables);
    if (path.kind === "fault") {
      this.#lose(position, `Cannot include ${quote(written)}: ${path.why}`);
      return;
    }
    this.#include(path.text, file, position, statement.name === "include-opt");
  }

  #include(written: string, from: string, position: Position, isOptional: boolean): void {
    // That there are too many has been reported.
    if (this.#fragments > MAX_FRAGMENTS) return;
    const directory = this.#context.files.realDirectory(from) ?? directoryPart(from);
    const path = joinPath(directory, written);
    const limit = this.#limitReached(path);
    if (limit !== undefined) {
      this.#lose(position, `Cannot include ${quote(path)}: ${limit}`);
      return;
    }
    const result = this.#context.files.read(path);
    if (result.kind === "missing" && isOptional) return;
    if (result.kind !== "contents") {
      const why = result.kind === "missing" ? "there is no such file" : result.why;
      this.#lose(position, `Cannot include ${quote(path)}: ${why}`);
      return;
    }
    const decoded = decodeText(result.bytes, path);
    if (decoded.kind === "text") {
      this.read(decoded.text, path);
      return;
    }
    this.tree.hasLostLines = true;
    this.#problems.addAll([decoded.problem]);
  }

  /** Why a fragment cannot be read any more. */
  #limitReached(path: string): string | undefined {
    if (this.#open.includes(path)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(path)), path].join(" -> ");
      return `it includes itself: ${cycle}`;
    }
    this.#fragments++;
    if (this.#open.length > MAX_DEPTH) return `more than ${MAX_DEPTH} files inside each other`;
    if (this.#fragments <= MAX_FRAGMENTS) return undefined;
    return `more than ${MAX_FRAGMENTS} files in one description`;
  }

  /** Reports a fault by which settings were lost that cannot be named. */
  #lose(position: Position, message: string, options: ProblemOptions = {}): void {
    this.tree.hasLostLines = true;
    this.#report(position, message, options);
  }

  #report(position: Position, message: string, options: ProblemOptions = {}): void {
    this.#problems.add(options.severity ?? "error", () => problem(position, message, options));
  }
}
