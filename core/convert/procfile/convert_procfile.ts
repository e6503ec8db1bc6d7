/**
 * A Procfile → a description for each line `NAME: COMMAND`. Source: Heroku's page "The Procfile";
 * foreman(1), which reads `.env` and gives each process a PORT.
 */
import { directoryPart, problem } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type ConvertFiles, readText } from "../files.ts";
import { type Conversion, type ConvertedFile, type LineFate, unreadable } from "../outcome.ts";
import { directiveText, Page } from "../page.ts";
import { plainName } from "../plain_name.ts";
import type { Effect } from "../rows.ts";
import { commandOf } from "../shell_words.ts";

const LINE = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/;

/** foreman's first port, and the distance between two processes. */
const FIRST_PORT = 5000;
const PORT_STEP = 100;

/** Whether a text is a Procfile: every line that says something is `NAME: COMMAND`. */
export function isProcfile(text: string): boolean {
  const lines = text.split("\n").filter((line) => !/^\s*(#.*)?$/.test(line));
  return lines.length > 0 && lines.every((line) => LINE.test(line));
}

export function convertProcfile(path: string, files: ConvertFiles): Conversion {
  const read = readText(path, files);
  if (read.kind === "missing") {
    return unreadable(problem({ file: path }, "There is no such file"));
  }
  if (read.kind === "fault") return unreadable(read.problem);
  const written: ConvertedFile[] = [];
  const fates: LineFate[] = [];
  const directory = directoryPart(path);
  const hasEnv = files.exists(joinPath(directory, ".env"));
  let comments: string[] = [];
  for (const [index, line] of read.text.split("\n").entries()) {
    if (/^\s*(#.*)?$/.test(line)) {
      comments = line.trim() === "" ? [] : [...comments, line.trim()];
      continue;
    }
    const match = LINE.exec(line);
    if (match === null) {
      const where = { file: path, line: index + 1, column: 1, lineText: line };
      return unreadable(problem(where, 'The line is no "NAME: COMMAND"'));
    }
    const [, name = "", command = ""] = match;
    const page = new Page();
    for (const comment of comments) page.sheet.comment(comment);
    const port = FIRST_PORT + PORT_STEP * written.length;
    page.effects(
      processEffects(command, directory, { hasEnv, port }),
      { file: path, line: index + 1, directive: directiveText(name, command, { between: ": " }) },
    );
    written.push({ service: plainName(name), source: path, text: page.sheet.text() });
    fates.push(...page.fates);
    comments = [];
  }
  if (written.length === 0) {
    return unreadable(problem({ file: path }, "There is no process in it"));
  }
  return { files: written, lines: fates, skipped: [], problems: [] };
}

function processEffects(
  command: string,
  directory: string,
  { hasEnv, port }: { readonly hasEnv: boolean; readonly port: number },
): readonly Effect[] {
  const assigned = /^((?:[A-Za-z_][A-Za-z0-9_]*=[^\s"'$`\\]*\s+)+)(.+)$/.exec(command);
  const assignments = (assigned?.[1] ?? "").split(/\s+/).filter((word) => word !== "");
  const usesPort = /\$\{?PORT\b/.test(command);
  return [
    { kind: "set", key: "type", value: "process" },
    { kind: "set", key: "command", value: commandOf(assigned?.[2] ?? command) },
    { kind: "set", key: "working-dir", value: directory },
    ...hasEnv
      ? [{ kind: "set", key: "env-file", value: joinPath(directory, ".env") } as const]
      : [],
    { kind: "set", key: "restart", value: "on-failure" },
    { kind: "set", key: "log-type", value: "buffer" },
    ...usesPort && !hasEnv
      ? [{ kind: "put", table: "environment", key: "PORT", value: String(port) } as const]
      : [],
    ...assignments.map((word): Effect => {
      const equals = word.indexOf("=");
      const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
      return { kind: "put", table: "environment", key, value };
    }),
  ];
}
