/**
 * Lines of supervisord.conf, which is read by Python's RawConfigParser: names in any case, `=` or
 * `:`, values that go on in deeper lines, comments after a blank.
 *
 * Sources: supervisord's manual, "Configuration File"; Python's library reference, configparser.
 * The kept libraries for INI know neither continued lines nor positions and drop comments.
 */
import { type Problem, problem } from "../../description/mod.ts";

/** One option of a section. */
export interface Option {
  readonly kind: "option";
  /** In small letters. */
  readonly name: string;
  /** Lines that go on are joined by a line end. */
  value: string;
  readonly line: number;
  /** Behind the value, with its mark. */
  readonly comment: string | undefined;
}

export type ConfigItem =
  | Option
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" };

export interface Section {
  readonly name: string;
  readonly line: number;
  /** Comments directly above the header come first. */
  readonly items: ConfigItem[];
}

export type ParsedConfig =
  | { readonly kind: "sections"; readonly sections: readonly Section[] }
  | { readonly kind: "faulty"; readonly problem: Problem };

const HEADER = /^\[([^\]]+)\]\s*([;#].*)?$/;
const OPTION = /^([^=:\s][^=:]*?)\s*[=:]\s*(.*)$/;

/** Reads the text of a configuration file. */
export function parseConfig(text: string, file: string): ParsedConfig {
  const sections: Section[] = [];
  let above: ConfigItem[] = [];
  let option: Option | undefined;
  for (const [index, written] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    const line = written.trimEnd();
    const section = sections.at(-1);
    if (line.trim() === "") {
      above.push({ kind: "blank" });
      continue;
    }
    if (/^\s*[;#]/.test(line)) {
      above.push({ kind: "comment", text: line.trim() });
      continue;
    }
    const header = HEADER.exec(line);
    if (header !== null) {
      const split = above.findLastIndex(({ kind }) => kind === "blank") + 1;
      section?.items.push(...above.slice(0, split));
      sections.push({ name: header[1] ?? "", line: index + 1, items: above.slice(split) });
      above = [];
      option = undefined;
      continue;
    }
    const { value, comment } = withoutComment(line);
    if (/^\s/.test(line) && option !== undefined) {
      option.value += `\n${value.trim()}`;
      continue;
    }
    const found = OPTION.exec(value);
    if (section === undefined || found === null) {
      const message = section === undefined
        ? "The line stands before the first section"
        : 'The line is neither "NAME = VALUE" nor a section';
      const where = { file, line: index + 1, column: 1, lineText: line.slice(0, 400) };
      return { kind: "faulty", problem: problem(where, message) };
    }
    option = {
      kind: "option",
      name: (found[1] ?? "").toLowerCase(),
      value: found[2] ?? "",
      line: index + 1,
      comment,
    };
    section.items.push(...above, option);
    above = [];
  }
  sections.at(-1)?.items.push(...above);
  return { kind: "sections", sections };
}

/** A comment begins with a mark after a blank. */
function withoutComment(
  line: string,
): { readonly value: string; readonly comment: string | undefined } {
  const mark = /\s[;#]/.exec(line);
  if (mark === null) return { value: line, comment: undefined };
  return { value: line.slice(0, mark.index).trimEnd(), comment: line.slice(mark.index + 1) };
}

/** Sections by name; of two with one name both count, as in one. */
export function optionsOf(section: Section): ReadonlyMap<string, string> {
  return new Map(
    section.items.flatMap((item) => item.kind === "option" ? [[item.name, item.value]] : []),
  );
}
