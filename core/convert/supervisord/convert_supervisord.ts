/** supervisord.conf → a description for each program, and one for each group. */
import { directoryPart, problem } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type ConvertFiles, namesIn, readText } from "../files.ts";
import { type Conversion, joined, unreadable } from "../outcome.ts";
import { directiveText, fateWithout, Page } from "../page.ts";
import { type Effect, lost } from "../rows.ts";
import { plainName } from "../plain_name.ts";
import { PROGRAM_ROWS, type ProgramContext, SECTION_ROWS } from "./rows.ts";
import { optionsOf, parseConfig, type Section } from "./syntax.ts";

const ROWS = new Map(PROGRAM_ROWS.map((row) => [row.name, row]));
const SECTIONS = new Map(SECTION_ROWS.map((row) => [row.section, row]));

/** Converts a configuration file, and those that it includes. */
export function convertSupervisord(path: string, files: ConvertFiles): Conversion {
  const read = readText(path, files);
  if (read.kind === "missing") {
    return unreadable(problem({ file: path }, "There is no such file"));
  }
  if (read.kind === "fault") return unreadable(read.problem);
  const parsed = parseConfig(read.text, path);
  if (parsed.kind === "faulty") return unreadable(parsed.problem);
  const global = parsed.sections.find(({ name }) => name === "supervisord");
  const file: ConfigFile = { path, sections: parsed.sections, global, files };
  return joined(parsed.sections.map((section) => convertSection(section, file)));
}

interface ConfigFile {
  readonly path: string;
  readonly sections: readonly Section[];
  /** `[supervisord]`, which says some things for all programs. */
  readonly global: Section | undefined;
  readonly files: ConvertFiles;
}

function convertSection(
  section: Section,
  { path, sections, global, files }: ConfigFile,
): Conversion {
  const [kind = "", name = ""] = section.name.split(/:(.*)/s);
  switch (kind) {
    case "program":
      return new ProgramPage(section, path, name, global).conversion();
    case "group":
      return convertGroup(section, path, { name, sections });
    case "include":
      return convertIncluded(section, path, files);
    default:
      return otherSection(section, path, name === "" ? kind : `${kind}:x`);
  }
}

/** Processes of a program with a number each: of more than one it is a template. */
class ProgramPage extends Page {
  readonly #section: Section;
  readonly #path: string;
  readonly #service: string;
  readonly #options: ReadonlyMap<string, string>;
  readonly #global: ReadonlyMap<string, string>;
  readonly #count: number;

  constructor(section: Section, path: string, name: string, global: Section | undefined) {
    super();
    this.#section = section;
    this.#path = path;
    this.#service = plainName(name);
    this.#options = optionsOf(section);
    this.#global = global === undefined ? new Map() : optionsOf(global);
    this.#count = processCount(this.#options);
  }

  conversion(): Conversion {
    const context: ProgramContext = {
      program: this.#service,
      isTemplate: this.#count > 1,
      option: (name) => this.#options.get(name),
    };
    const { items } = this.#section;
    const head = items.findIndex(({ kind }) => kind === "option");
    for (const [index, item] of items.entries()) {
      if (index === head) this.sheet.apply([{ kind: "set", key: "type", value: "process" }]);
      if (item.kind === "blank") this.sheet.blank();
      else if (item.kind === "comment") this.sheet.comment(item.text.replace(/^;\s?/, "# "));
      else {
        if (item.comment !== undefined) this.sheet.comment(item.comment.replace(/^[;#]\s?/, "# "));
        const place = {
          file: this.#path,
          line: item.line,
          directive: directiveText(item.name, item.value),
        };
        const row = ROWS.get(item.name);
        if (row === undefined) this.effects([UNKNOWN], place);
        else this.directive(row, item.value, context, place);
      }
    }
    if (head < 0) this.sheet.apply([{ kind: "set", key: "type", value: "process" }]);
    this.#defaults(context);
    const source = this.#path;
    return {
      files: [
        { service: this.#service, source, text: this.sheet.text() },
        ...this.#count > 1 ? [{ service: `${this.#service}-all`, source, text: this.#all() }] : [],
      ],
      lines: this.fates,
      skipped: [],
      problems: [],
    };
  }

  /** What supervisord does where a program says nothing, and what it says for all of them. */
  #defaults(context: ProgramContext): void {
    const effects: Effect[] = [];
    const set = (key: string, value: string | number): void => {
      if (!this.sheet.has(key)) effects.push({ kind: "set", key, value });
    };
    if (!this.sheet.has("command")) {
      effects.push(
        lost("the program has no command", "much"),
        { kind: "set", key: "command", value: ["/bin/false"] },
      );
    }
    set("restart", "on-failure");
    if (this.sheet.has("logfile")) {
      set("log-rotate-size", "50M");
      set("log-rotate-count", 10);
    } else {
      set("log-type", "buffer");
    }
    const user = this.#global.get("user");
    if (user !== undefined) set("run-as", user);
    const environment = this.#global.get("environment");
    const row = ROWS.get("environment");
    const shared = environment !== undefined && row?.fate.kind === "mapped"
      ? row.fate.convert(environment, context)
        .filter((effect) => effect.kind !== "put" || !this.#setsVariable(effect.key))
      : [];
    if (effects.length > 0) this.heading("What supervisord does where a program says nothing.");
    this.sheet.apply([...effects, ...shared]);
  }

  #setsVariable(name: string): boolean {
    return new RegExp(`(^|[,\\s])${name.replace(/\W/g, "\\$&")}\\s*=`).test(
      this.#options.get("environment") ?? "",
    );
  }

  /** The service that starts all processes. */
  #all(): string {
    const width = Number(
      /%\(process_num\)0?([0-9]*)d/.exec(
        [...this.#options.values()].join("\n"),
      )?.[1] ?? "",
    );
    const first = Number(this.#options.get("numprocs_start") ?? "0") || 0;
    const names = Array.from(
      { length: this.#count },
      (_, index) => `${this.#service}@${String(first + index).padStart(width, "0")}`,
    );
    const page = new Page();
    page.sheet.comment(`All processes of ${this.#service}.`);
    page.sheet.apply([
      { kind: "set", key: "type", value: "internal" },
      { kind: "add", key: "waits-for", values: names },
    ]);
    return page.sheet.text();
  }
}

/** More processes than a person would list. */
const MOST_PROCESSES = 1000;
const UNKNOWN = lost("no such option is known", "some");

/** How many processes a program has. */
function processCount(options: ReadonlyMap<string, string>): number {
  const count = Number(options.get("numprocs") ?? "1");
  return Number.isInteger(count) && count > 0 ? Math.min(count, MOST_PROCESSES) : 1;
}

function convertGroup(
  section: Section,
  path: string,
  { name, sections }: { readonly name: string; readonly sections: readonly Section[] },
): Conversion {
  const page = new Page();
  for (const item of section.items) {
    if (item.kind === "comment") page.sheet.comment(item.text.replace(/^;\s?/, "# "));
    if (item.kind !== "option") continue;
    const place = { file: path, line: item.line, directive: directiveText(item.name, item.value) };
    if (item.name === "programs") {
      const values = item.value.split(",").map((word) => word.trim()).map((program) => {
        const found = sections.find((each) => each.name === `program:${program}`);
        const isMany = found !== undefined && processCount(optionsOf(found)) > 1;
        return isMany ? `${plainName(program)}-all` : plainName(program);
      });
      page.effects([
        { kind: "set", key: "type", value: "internal" },
        { kind: "add", key: "waits-for", values },
      ], place);
    } else page.effects([lost("a group has no order of its own", "little")], place);
  }
  if (!page.sheet.has("type")) page.sheet.apply([{ kind: "set", key: "type", value: "internal" }]);
  const file = { service: plainName(name), source: path, text: page.sheet.text() };
  return { files: [file], lines: page.fates, skipped: [], problems: [] };
}

function otherSection(section: Section, path: string, key: string): Conversion {
  const known = SECTIONS.get(key)?.fate;
  const fate = known === undefined || known.kind === "mapped"
    ? lost("no such section is known", "some")
    : known;
  const lines = section.items.flatMap((item) => {
    if (item.kind !== "option") return [];
    const directive = directiveText(item.name, item.value);
    return [fateWithout(fate, { file: path, line: item.line, directive })];
  });
  const skipped = fate.kind === "lost"
    ? [{ file: `${path} [${section.name}]`, why: fate.what, isLoss: true }]
    : [];
  return { files: [], lines, skipped, problems: [] };
}

/** `files = conf.d/*.conf`: patterns relative to the file's folder. */
function convertIncluded(section: Section, path: string, files: ConvertFiles): Conversion {
  const patterns = (optionsOf(section).get("files") ?? "").split(/\s+/).filter((each) =>
    each !== ""
  );
  return joined(patterns.flatMap((pattern) => {
    const whole = joinPath(directoryPart(path), pattern.replaceAll("%(here)s/", ""));
    const folder = directoryPart(whole);
    const last = whole.slice(folder.length).replace(/^\//, "");
    const source = last.replace(/[.+^${}()|\\]/g, "\\$&").replaceAll("*", ".*").replaceAll(
      "?",
      ".",
    );
    const matcher = new RegExp(`^${source}$`);
    return namesIn(folder, files).filter((name) => matcher.test(name))
      .map((name) => joinPath(folder, name)).filter((file) => file !== path)
      .map((file) => convertIncludedFile(file, files));
  }));
}

/** Included files include nothing themselves. */
function convertIncludedFile(path: string, files: ConvertFiles): Conversion {
  const read = readText(path, files);
  if (read.kind !== "text") {
    return unreadable(
      read.kind === "fault" ? read.problem : problem({ file: path }, "There is no such file"),
    );
  }
  const parsed = parseConfig(read.text, path);
  if (parsed.kind === "faulty") return unreadable(parsed.problem);
  const sections = parsed.sections.filter(({ name }) => name !== "include");
  const file: ConfigFile = { path, sections, global: undefined, files };
  return joined(sections.map((section) => convertSection(section, file)));
}
