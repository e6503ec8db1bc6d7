/**
 * Upstream's format → TOML with the same meaning, comments kept where they stand.
 *
 * TOML has a key once: lines of one setting come together where its first line stands, and take the
 * comments directly above them along. Lines that later ones replace stay as comments.
 */
import { type Item, readItems, type SettingItem } from "./convert_lines.ts";
import type { DescriptionFiles } from "../contract/files.ts";
import { readNative } from "./native.ts";
import { type Problem, problem } from "../contract/problem.ts";
import { scriptProblem } from "./script_file.ts";
import { findSetting, type SettingKey } from "../settings/settings.ts";
import { systemdUnitProblem } from "./systemd_unit.ts";
import {
  tomlComment,
  type TomlElement,
  tomlKey,
  tomlList,
  tomlString,
  withComment,
} from "./toml_text.ts";

export type ConvertResult =
  | { readonly kind: "converted"; readonly text: string; readonly warnings: readonly Problem[] }
  | { readonly kind: "faulty"; readonly problems: readonly Problem[] };

/** Converts the text of a native description file. Files that it includes are put in its place. */
export function convertToToml(text: string, file: string, files: DescriptionFiles): ConvertResult {
  const source = { file, format: "toml" } as const;
  const unit = systemdUnitProblem(text, source);
  if (unit !== undefined) return { kind: "faulty", problems: [unit] };
  const faulty = (problems: readonly Problem[]): ConvertResult => {
    const script = scriptProblem(text, source);
    return { kind: "faulty", problems: script === undefined ? problems : [script] };
  };
  const { items, problems } = readItems(text, file, files);
  if (problems.length > 0) return faulty(problems);
  // Only paths of fragments are substituted here, and none of them has a variable.
  const variables = { argument: undefined, value: () => undefined };
  const native = readNative(text, file, { files, variables });
  if (native.problems.some(({ severity }) => severity === "error")) return faulty(native.problems);
  const warnings = [...native.problems, ...orderWarning(items, file)];
  return { kind: "converted", text: new Converter(items).text(), warnings };
}

const DEPENDENCY_KEYS: ReadonlySet<string> = new Set([
  "depends-on",
  "depends-ms",
  "waits-for",
  "prepared-by",
  "depends-on-d",
  "depends-ms-d",
  "waits-for-d",
]);

/** Lists of several kinds cannot take turns in TOML. */
function orderWarning(items: readonly Item[], file: string): readonly Problem[] {
  const keys = items.flatMap((item) => item.kind === "setting" ? [item.key] : [])
    .filter((key) => DEPENDENCY_KEYS.has(key));
  const runs = keys.filter((key, index) => key !== keys[index - 1]);
  if (runs.length === new Set(runs).size) return [];
  const message =
    "Dependencies of several kinds take turns; in TOML those of one kind stand together";
  return [problem({ file }, message, { severity: "warning" })];
}

/** What becomes of each setting line: it leads a group, belongs to one, or has no effect. */
type Fate =
  | { readonly kind: "lead"; readonly group: SettingItem[] }
  | { readonly kind: "member" }
  | { readonly kind: "replaced" };

class Converter {
  readonly #items: readonly Item[];
  readonly #fates: ReadonlyMap<SettingItem, Fate>;
  readonly #lines: string[] = [];
  /** Comment lines directly above the line at hand, not yet written. */
  #above: string[] = [];

  constructor(items: readonly Item[]) {
    this.#items = items;
    this.#fates = fatesOf(items);
  }

  text(): string {
    /** Comments above lines that moved into an earlier group. */
    const moved = this.#movedComments();
    let meta: string[] = [];
    // In TOML a command wants a type.
    let isTypeMissing = !this.#hasType();
    for (const item of this.#items) {
      if (item.kind === "plain") {
        this.#plain(item.text);
        continue;
      }
      const fate = this.#fates.get(item) ?? { kind: "replaced" };
      if (fate.kind === "member") {
        this.#above = [];
      } else if (fate.kind === "replaced") {
        this.#flush();
        this.#lines.push(...item.source.map((line) => tomlComment(`replaced: ${line.trim()}`)));
      } else if (item.key === "meta") {
        meta = [...this.#above, `enable-via = ${tomlString(String(item.value))}`];
        this.#above = [];
      } else {
        if (isTypeMissing && isCommand(item.key)) {
          this.#lines.push('type = "internal"');
          isTypeMissing = false;
        }
        this.#flush();
        this.#lines.push(...groupLines(fate.group, moved));
        // Upstream's rule, which is not the rule in TOML.
        if (item.key === "log-type" && item.value === "buffer") {
          this.#lines.push('log-buffer-keeps = "oldest"');
        }
      }
    }
    this.#flush();
    if (meta.length > 0) {
      if (this.#lines.length > 0 && this.#lines.at(-1) !== "") this.#lines.push("");
      this.#lines.push("[meta]", ...meta);
    }
    while (this.#lines.at(-1) === "") this.#lines.pop();
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  #hasType(): boolean {
    return this.#items.some((item) =>
      item.kind === "setting" && item.key === "type" && this.#fates.get(item)?.kind === "lead"
    );
  }

  #plain(text: string): void {
    if (text !== "") {
      this.#above.push(text);
      return;
    }
    this.#flush();
    this.#lines.push("");
  }

  #flush(): void {
    this.#lines.push(...this.#above);
    this.#above = [];
  }

  #movedComments(): ReadonlyMap<SettingItem, readonly string[]> {
    const moved = new Map<SettingItem, readonly string[]>();
    let above: string[] = [];
    for (const item of this.#items) {
      if (item.kind === "plain") {
        above = item.text === "" ? [] : [...above, item.text];
        continue;
      }
      if (this.#fates.get(item)?.kind === "member") moved.set(item, above);
      above = [];
    }
    return moved;
  }
}

function isCommand(key: SettingKey): boolean {
  return key === "command" || key === "stop-command";
}

function fatesOf(items: readonly Item[]): ReadonlyMap<SettingItem, Fate> {
  const groups = new Map<SettingKey, SettingItem[]>();
  const fates = new Map<SettingItem, Fate>();
  for (const item of items) {
    if (item.kind !== "setting") continue;
    const earlier = groups.get(item.key) ?? [];
    const adds = findSetting(item.key)?.repeated === "adds" || item.operator === "+=";
    // In upstream's format a logfile sets the type of log in passing, unless that has been done.
    const logType = groups.get("log-type")?.at(-1);
    if (item.key === "logfile" && item.value !== undefined && logType?.value === "none") {
      fates.set(logType, { kind: "replaced" });
      groups.delete("log-type");
    }
    if (!adds) { for (const replaced of earlier) fates.set(replaced, { kind: "replaced" }); }
    if (item.value === undefined) {
      fates.set(item, { kind: "replaced" });
      if (!adds) groups.delete(item.key);
      continue;
    }
    if (adds && earlier.length > 0) {
      earlier.push(item);
      fates.set(item, { kind: "member" });
      continue;
    }
    const group = [item];
    groups.set(item.key, group);
    fates.set(item, { kind: "lead", group });
  }
  return fates;
}

/** The TOML lines of a setting, from all lines that it was written in. */
function groupLines(
  group: readonly SettingItem[],
  moved: ReadonlyMap<SettingItem, readonly string[]>,
): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { key } = first;
  if (key === "capabilities") {
    const text = group.map((item) => String(item.value)).join(",");
    return scalarLines(key, tomlString(text), group, moved);
  }
  if (!Array.isArray(first.value)) return scalarLines(key, scalarText(first.value), group, moved);
  const elements: TomlElement[] = [];
  const after: string[] = [];
  for (const item of group) {
    const own = elementsOf(item);
    const above = moved.get(item) ?? [];
    const [head, ...rest] = own.elements;
    if (head === undefined) after.push(...above);
    else elements.push({ ...head, above: [...above, ...head.above] }, ...rest);
    after.push(...own.after);
  }
  return tomlList(key, elements, after);
}

/** Comments above lines that moved here stand above, one of the line itself behind. */
function scalarLines(
  key: SettingKey,
  text: string,
  group: readonly SettingItem[],
  moved: ReadonlyMap<SettingItem, readonly string[]>,
): string[] {
  const comments = group.flatMap((item) => [
    ...(moved.get(item) ?? []),
    ...item.words.comments.map((comment) => tomlComment(comment.text)),
  ]);
  const behind = comments.pop();
  return [...comments, withComment(`${tomlKey(key)} = ${text}`, behind)];
}

function scalarText(value: unknown): string {
  if (typeof value === "string") return tomlString(value);
  if (typeof value !== "object" || value === null) return String(value);
  const pairs = Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${scalarText(item)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** Elements of one line, each with the comments that stand by it in the source. */
function elementsOf(
  item: SettingItem,
): { readonly elements: readonly TomlElement[]; readonly after: readonly string[] } {
  const values = item.value as readonly unknown[];
  const { starts, comments } = item.words;
  const isWordEach = values.length === starts.length;
  const above: string[][] = values.map(() => []);
  const behind: (string | undefined)[] = values.map(() => undefined);
  const after: string[] = [];
  for (const { start, text } of comments) {
    const last = isWordEach ? starts.findLastIndex((at) => at < start) : values.length - 1;
    const isSameLine = last >= 0 &&
      (!isWordEach || !item.valueText.slice(starts[last], start).includes("\n"));
    const comment = tomlComment(text);
    if (isSameLine && behind[last] === undefined) behind[last] = comment;
    else (above[last + 1] ?? after).push(comment);
  }
  const elements = values.map((value, index) => ({
    text: scalarText(value),
    above: above[index] ?? [],
    behind: behind[index],
  }));
  return { elements, after };
}
