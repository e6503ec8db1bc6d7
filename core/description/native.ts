/**
 * Upstream's own format → the same tree that a TOML file gives.
 *
 * Lines are read one by one; a faulty line is reported and the next one read. `@include` puts the lines
 * of another file in its place; fragments inside fragments are limited in depth and in number.
 */
import { decodeText, type DescriptionFiles, directoryPart, joinPath } from "./files.ts";
import {
  type LogicalLine,
  logicalLines,
  nameAt,
  parseStatement,
  positionInLine,
  skipBlank,
  type Statement,
} from "./native_lines.ts";
import { convertNative } from "./native_values.ts";
import { didYouMean } from "./near_miss.ts";
import { type Position, type Problem, problem, type ProblemOptions, quote } from "./problem.ts";
import {
  findSetting,
  NATIVE_NAMES,
  type Setting,
  type SettingKey,
  settingKeys,
} from "./settings.ts";
import { substituteText, type Variables } from "./substitution.ts";
import type { Assignment, SettingsTree } from "./tree.ts";
import { splitWords } from "./words.ts";

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
  return { tree: reader, problems: reader.problems };
}

/** Our key for a setting of upstream's format; undefined when there is none of that name. */
export function nativeKey(name: string): SettingKey | undefined {
  const renamed = NATIVE_NAMES.get(name);
  if (renamed !== undefined) return renamed;
  const setting = findSetting(name);
  if (setting === undefined || setting.value.native === "none") return undefined;
  return NATIVE_KEYS.has(name) ? undefined : name as SettingKey;
}

/** Keys of ours for which upstream has another name only. */
const NATIVE_KEYS: ReadonlySet<string> = new Set(
  [...NATIVE_NAMES.values()].filter((key) => key.endsWith("-d")),
);

/** All names that upstream's format has. */
export function nativeNames(): readonly string[] {
  return [...settingKeys(), ...NATIVE_NAMES.keys()].filter((name) => nativeKey(name) !== undefined);
}

/** An assignment and where each of its words stands. */
interface NativeAssignment extends Assignment {
  readonly position: Position;
  readonly keyPosition: Position;
  readonly wordPositions: readonly Position[];
  /** The value stands in the file as it is, so that indexes into it can be told as columns. */
  readonly isVerbatim: boolean;
}

class NativeReader implements SettingsTree {
  readonly file: string;
  readonly problems: Problem[] = [];
  hasLostLines = false;
  readonly #context: NativeContext;
  #assignments: NativeAssignment[] = [];
  /** Files being read, the outermost first. */
  readonly #open: string[] = [];
  #fragments = 0;

  constructor(file: string, context: NativeContext) {
    this.file = file;
    this.#context = context;
  }

  get assignments(): readonly Assignment[] {
    return this.#assignments;
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

  locate(assignment: Assignment, spot: Parameters<SettingsTree["locate"]>[1]): Position {
    const found = assignment as NativeAssignment;
    if (spot.part === "key" && spot.path.length === 0) return found.keyPosition;
    const [index] = spot.path;
    const word = typeof index === "number" ? found.wordPositions[index] : undefined;
    const position = word ?? found.position;
    if (spot.offset === undefined || !found.isVerbatim) return position;
    return { ...position, column: position.column + spot.offset };
  }

  textDirectory(assignment: Assignment): string {
    return directoryPart(assignment.file);
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

  #readSetting(
    line: LogicalLine,
    file: string,
    statement: Extract<Statement, { kind: "setting" }>,
  ): void {
    const { name, operator } = statement;
    const keyPosition = positionInLine(line, file, statement.nameAt);
    const key = nativeKey(name);
    const setting = key === undefined ? undefined : findSetting(key);
    if (key === undefined || setting === undefined) {
      this.#lose(keyPosition, `Unknown setting ${quote(name)}`, { hint: unknownHint(name) });
      return;
    }
    if (operator === "+=" && setting.repeated !== "appends") {
      const position = positionInLine(line, file, statement.operatorAt);
      this.#report(position, `+= is not possible for ${name}`, { hint: appendHint(name, setting) });
      return;
    }
    const split = splitWords(line.text.slice(statement.valueAt), "comment");
    if (split.kind === "fault") {
      const position = positionInLine(line, file, statement.valueAt + split.offset);
      this.#report(position, `Cannot read ${name}: ${split.why}`);
      this.#assignFaulty(key, name, keyPosition);
      return;
    }
    const starts = split.starts.map((start) => statement.valueAt + start);
    const position = positionInLine(line, file, starts[0] ?? statement.valueAt);
    const converted = convertNative(key, setting.value.native, split.words);
    if (converted.kind === "fault") {
      const shown = split.words.join(" ");
      this.#report(position, `Cannot read ${name} = ${shown}: ${converted.why}`, {
        hint: converted.hint,
      });
      this.#assignFaulty(key, name, keyPosition);
      return;
    }
    if (converted.warning !== undefined) {
      const message = `Doubtful ${name} = ${split.words.join(" ")}: ${converted.warning}`;
      this.#report(position, message, { severity: "warning" });
    }
    if (converted.kind === "unset") {
      if (operator !== "+=") this.#drop(key);
      return;
    }
    const source = line.text.slice(statement.valueAt);
    this.#assign({
      key,
      written: name,
      value: converted.value,
      file,
      position,
      keyPosition,
      wordPositions: Array.isArray(converted.value) && setting.value.native === "words"
        ? starts.map((start) => positionInLine(line, file, start))
        : [],
      isVerbatim: !/["\\\n]/.test(source),
    }, operator === "+=");
  }

  #assign(assignment: NativeAssignment, appends: boolean): void {
    const { key } = assignment;
    const setting = findSetting(key);
    if (setting?.repeated === "adds") {
      this.#assignments.push(assignment);
      return;
    }
    // In upstream's format a logfile sets the type of log in passing, unless that has been done.
    if (key === "logfile" && this.#find("log-type")?.value === "none") this.#drop("log-type");
    const earlier = this.#find(key);
    this.#drop(key);
    this.#assignments.push(
      appends && earlier !== undefined ? joined(earlier, assignment) : assignment,
    );
  }

  #assignFaulty(key: SettingKey, written: string, position: Position): void {
    this.#assignments.push({
      key,
      written,
      value: undefined,
      file: position.file,
      isFaulty: true,
      position,
      keyPosition: position,
      wordPositions: [],
      isVerbatim: false,
    });
  }

  #find(key: string): NativeAssignment | undefined {
    return this.#assignments.findLast((assignment) => assignment.key === key);
  }

  #drop(key: string): void {
    this.#assignments = this.#assignments.filter((assignment) => assignment.key !== key);
  }

  #readAt(line: LogicalLine, file: string, statement: Extract<Statement, { kind: "at" }>): void {
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

  /** The manager ignores all of `@meta`; what enable and disable would refuse is worth a warning. */
  #readMeta(line: LogicalLine, file: string, rest: number): void {
    const start = skipBlank(line.text, rest);
    if (nameAt(line.text, start) !== "enable-via") return;
    const nameStart = skipBlank(line.text, start + "enable-via".length);
    const name = nameAt(line.text, nameStart);
    const position = positionInLine(line, file, nameStart);
    const end = skipBlank(line.text, nameStart + name.length);
    if (name === "" || end < line.text.length) {
      const message = "Exactly one service must follow @meta enable-via";
      this.#report(position, message, { severity: "warning" });
      return;
    }
    const value = Object.assign(Object.create(null), { "enable-via": name });
    this.#assign({
      key: "meta",
      written: "@meta",
      value,
      file,
      position,
      keyPosition: position,
      wordPositions: [],
      isVerbatim: true,
    }, false);
  }

  #readInclude(
    line: LogicalLine,
    file: string,
    statement: Extract<Statement, { kind: "at" }>,
  ): void {
    const start = skipBlank(line.text, statement.rest);
    const position = positionInLine(line, file, start);
    const split = splitWords(line.text.slice(start), "comment");
    if (split.kind === "fault") {
      this.#lose(
        positionInLine(line, file, start + split.offset),
        `Cannot include: ${split.why}`,
      );
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
    const directory = this.#context.files.realDirectory(from) ?? directoryPart(from);
    const path = joinPath(directory, written);
    if (this.#open.includes(path)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(path)), path].join(" -> ");
      this.#lose(position, `Cannot include ${quote(path)}: it includes itself: ${cycle}`);
      return;
    }
    this.#fragments++;
    if (this.#open.length > MAX_DEPTH || this.#fragments > MAX_FRAGMENTS) {
      const limit = this.#open.length > MAX_DEPTH
        ? `more than ${MAX_DEPTH} files inside each other`
        : `more than ${MAX_FRAGMENTS} files in one description`;
      if (this.#fragments <= MAX_FRAGMENTS + 1) {
        this.#lose(position, `Cannot include ${quote(path)}: ${limit}`);
      }
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
    if (decoded.kind === "fault") {
      this.hasLostLines = true;
      this.problems.push(decoded.problem);
      return;
    }
    this.read(decoded.text, path);
  }

  /** Reports a fault by which settings were lost that cannot be named. */
  #lose(position: Position, message: string, options: ProblemOptions = {}): void {
    this.hasLostLines = true;
    this.#report(position, message, options);
  }

  #report(position: Position, message: string, options: ProblemOptions = {}): void {
    this.problems.push(problem(position, message, options));
  }
}

/** Two lines of one setting as one: words one after the other, capabilities with a comma. */
function joined(earlier: NativeAssignment, later: NativeAssignment): NativeAssignment {
  if (!Array.isArray(earlier.value) || !Array.isArray(later.value)) {
    return {
      ...later,
      value: `${String(earlier.value)},${String(later.value)}`,
      isVerbatim: false,
    };
  }
  return {
    ...later,
    value: [...earlier.value, ...later.value],
    position: earlier.position,
    wordPositions: [...earlier.wordPositions, ...later.wordPositions],
    isVerbatim: earlier.isVerbatim && later.isVerbatim,
  };
}

function unknownHint(name: string): string | undefined {
  if (name.startsWith("\ufeff")) return "The file begins with a byte-order mark; remove it";
  const setting = findSetting(name);
  if (setting?.value.native === "none") return `${name} exists in files with the suffix .toml only`;
  return didYouMean(name, nativeNames());
}

function appendHint(name: string, setting: Setting): string {
  return setting.repeated === "adds"
    ? `Each line adds: write ${name}: VALUE`
    : `Write ${name} = VALUE`;
}

function malformedHint(text: string): string | undefined {
  if (/^\s*\[/.test(text)) return "Tables exist in files with the suffix .toml only";
  return /\+\s+=/.test(text) ? "Write += without a gap" : undefined;
}
