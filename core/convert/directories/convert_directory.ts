/**
 * Service directories of runit and s6, and source directories of s6-rc → descriptions. A logger in
 * `log/` becomes a service that reads what the other writes.
 */
import { problem, type ServiceType } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { baseName, type ConvertFiles, namesIn, readText } from "../files.ts";
import { type Conversion, unreadable } from "../outcome.ts";
import { Page } from "../page.ts";
import { plainName } from "../plain_name.ts";
import { type Effect, lost } from "../rows.ts";
import {
  DIRECTORY_ROWS,
  type DirectoryContext,
  type DirectoryKind,
  type DirectoryRow,
} from "./rows.ts";

/** Whether a directory is one of a service. */
export function isServiceDirectory(path: string, files: ConvertFiles): boolean {
  const names = namesIn(path, files);
  if (names.includes("run")) return true;
  return names.includes("type") && SOURCE_FILES.some((name) => names.includes(name));
}

/** What a source directory of s6-rc has besides its type. */
const SOURCE_FILES = ["up", "down", "contents", "contents.d", "dependencies", "dependencies.d"];

/** Which programs it is for, by files that only one of them knows. */
export function directoryKind(path: string, files: ConvertFiles): DirectoryKind {
  const names = namesIn(path, files);
  const isS6 = S6_FILES.some((name) => names.includes(name));
  return isS6 ? "s6" : "runit";
}

const S6_FILES = [
  ...["type", "notification-fd", "max-death-tally", "down-signal", "timeout-kill"],
  ...["timeout-finish", "producer-for", "consumer-for", "event", "dependencies.d"],
];

const TYPES: Readonly<Record<DirectoryContext["type"], ServiceType>> = {
  longrun: "process",
  oneshot: "scripted",
  bundle: "internal",
};

/** Converts one service directory. */
export function convertDirectory(
  path: string,
  kind: DirectoryKind,
  files: ConvertFiles,
): Conversion {
  const service = plainName(baseName(path.replace(/\/+$/, "")));
  const main = new DirectoryPage(path, kind, files).written(service, undefined);
  const log = joinPath(path, "log");
  if (!namesIn(log, files).includes("run")) return main;
  const logger = new DirectoryPage(log, kind, files).written(`${service}-log`, service);
  return {
    files: [...main.files, ...logger.files],
    lines: [...main.lines, ...logger.lines],
    skipped: [],
    problems: [...main.problems, ...logger.problems],
  };
}

class DirectoryPage extends Page {
  readonly #path: string;
  readonly #kind: DirectoryKind;
  readonly #files: ConvertFiles;

  constructor(path: string, kind: DirectoryKind, files: ConvertFiles) {
    super();
    this.#path = path;
    this.#kind = kind;
    this.#files = files;
  }

  /** @param consumed Service whose output this one reads. */
  written(service: string, consumed: string | undefined): Conversion {
    const names = namesIn(this.#path, this.#files);
    const type = this.#type(names);
    if (typeof type !== "string") return type;
    const context: DirectoryContext = {
      kind: this.#kind,
      path: this.#path,
      type,
      variablesIn: (folder) => variablesIn(folder, this.#files),
    };
    this.sheet.apply([{ kind: "set", key: "type", value: TYPES[type] }]);
    const isMain = consumed === undefined;
    for (const name of inOrder(names)) {
      if (
        name === "log" && isMain &&
        namesIn(joinPath(this.#path, "log"), this.#files).includes("run")
      ) {
        this.sheet.apply([{ kind: "set", key: "log-type", value: "pipe" }]);
        continue;
      }
      const problems = this.#file(name, context);
      if (problems !== undefined) return problems;
    }
    if (consumed !== undefined) {
      this.sheet.apply([{ kind: "set", key: "consumer-of", value: consumed }]);
    }
    this.#defaults(type);
    return {
      files: [{ service, source: this.#path, text: this.sheet.text() }],
      lines: this.fates,
      skipped: [],
      problems: [],
    };
  }

  #type(names: readonly string[]): DirectoryContext["type"] | Conversion {
    if (!names.includes("type")) return "longrun";
    const file = joinPath(this.#path, "type");
    const read = readText(file, this.#files);
    const text = read.kind === "text" ? read.text.trim() : "";
    if (text === "longrun" || text === "oneshot" || text === "bundle") return text;
    const message = `Cannot read the type ${
      JSON.stringify(text)
    }: allowed are longrun, oneshot, bundle`;
    return unreadable(problem({ file, line: 1, column: 1, lineText: text }, message));
  }

  /** @returns What could not be read. */
  #file(name: string, context: DirectoryContext): Conversion | undefined {
    const file = joinPath(this.#path, name);
    const folder = /^(contents|dependencies)\.d$/.exec(name)?.[1];
    const isScript = name === "down" && context.type === "oneshot";
    const row = rowOf(this.#kind, folder ?? (isScript ? "down-script" : name));
    if (row === undefined || row.fate.kind !== "mapped") {
      const place = { file, line: 1, directive: name };
      if (row !== undefined) this.directive(row, "", context, place);
      return undefined;
    }
    if (folder !== undefined) {
      const value = namesIn(file, this.#files).join("\n");
      this.directive(row, value, context, { file, line: 1, directive: name });
      return undefined;
    }
    const read = readText(file, this.#files);
    if (read.kind === "fault") return unreadable(read.problem);
    if (read.kind === "missing") return undefined;
    this.directive(row, read.text, context, { file, line: 1, directive: name });
    return undefined;
  }

  /** runsv and s6-supervise start a program again for ever, once a second. */
  #defaults(type: DirectoryContext["type"]): void {
    const effects: Effect[] = [];
    if (type === "longrun") {
      if (!this.sheet.has("command")) {
        effects.push(
          lost("there is no run script", "much"),
          { kind: "set", key: "command", value: ["/bin/false"] },
        );
      }
      effects.push(
        { kind: "set", key: "restart", value: true },
        { kind: "set", key: "restart-delay", value: 1 },
      );
      if (!this.sheet.has("restart-limit-count")) {
        effects.push({ kind: "set", key: "restart-limit-count", value: 0 });
      }
      if (!this.sheet.has("working-dir")) {
        effects.push({ kind: "set", key: "working-dir", value: this.#path });
      }
    } else if (type === "oneshot") {
      if (!this.sheet.has("command")) {
        effects.push({ kind: "set", key: "command", value: ["/bin/true"] });
      }
      effects.push({ kind: "set", key: "restart", value: false });
      if (!this.sheet.has("start-timeout")) {
        effects.push({ kind: "set", key: "start-timeout", value: 0 });
      }
      if (!this.sheet.has("stop-timeout")) {
        effects.push({ kind: "set", key: "stop-timeout", value: 0 });
      }
    }
    if (type !== "bundle" && !this.sheet.has("log-type")) {
      effects.push({ kind: "set", key: "log-type", value: "buffer" });
    }
    if (effects.length === 0) return;
    this.heading(`What ${this.#kind} does by itself.`);
    this.sheet.apply(effects);
  }
}

/** One file for each variable, whose first line is the value. Source: chpst(8), `-e`. */
function variablesIn(
  folder: string,
  files: ConvertFiles,
): ReadonlyMap<string, string> | undefined {
  const listed = files.list(folder);
  if (listed.kind !== "names") return undefined;
  return new Map(
    [...listed.names].sort().flatMap((name) => {
      const read = readText(joinPath(folder, name), files);
      if (read.kind !== "text" || read.text === "" || name.includes("=")) return [];
      return [[name, (read.text.split("\n")[0] ?? "").trimEnd()]];
    }),
  );
}

const ROWS: ReadonlyMap<string, DirectoryRow> = new Map(
  DIRECTORY_ROWS.map((row) => [`${row.section}/${row.name}`, row]),
);

/** Files that nobody knows belong to the scripts. */
function rowOf(kind: DirectoryKind, name: string): DirectoryRow | undefined {
  return ROWS.get(`both/${name}`) ?? ROWS.get(`${kind}/${name}`);
}

/** The command first, as a person would. */
function inOrder(names: readonly string[]): readonly string[] {
  const rank = (name: string): number => ["run", "up"].includes(name) ? 0 : 1;
  return [...names].sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}
