/** A Compose file → a description for each service whose command is known. */
import { directoryPart, problem } from "../../description/mod.ts";
import { type ConvertFiles, readText } from "../files.ts";
import { type Conversion, joined, skipped, unreadable } from "../outcome.ts";
import { directiveText, fateWithout, Page } from "../page.ts";
import { plainName } from "../plain_name.ts";
import { irrelevant, lost } from "../rows.ts";
import { COMPOSE_ROWS, type ComposeContext, TOP_ROWS } from "./rows.ts";
import { entryOf, type ReadYaml, shown, type YamlEntry, type YamlMap } from "./tree.ts";

const ROWS = new Map(COMPOSE_ROWS.map((row) => [row.name, row]));
const TOP = new Map(TOP_ROWS.map((row) => [row.name, row]));

/** Tables are long, and stand in the file. */
const FORM = { between: ": ", length: 40 };

export function convertCompose(
  path: string,
  files: ConvertFiles,
  readYaml: ReadYaml,
): Conversion {
  const read = readText(path, files);
  if (read.kind === "missing") return unreadable(problem({ file: path }, "There is no such file"));
  if (read.kind === "fault") return unreadable(read.problem);
  const document = readYaml(read.text);
  if (document.kind === "fault") {
    const { line, column, message } = document;
    const lineText = (read.text.split("\n")[line - 1] ?? "").slice(0, 400);
    return unreadable(problem({ file: path, line, column, lineText }, message));
  }
  const services = entryOf(document.root, "services");
  if (document.root.kind !== "map" || services?.kind !== "map") {
    return unreadable(problem({ file: path }, "This is no Compose file: it has no services"));
  }
  return joined([
    ...document.root.entries.filter(({ key }) => key !== "services")
      .map((entry) => topEntry(entry, path)),
    ...services.entries.map((entry) => convertEntry(entry, path)),
  ]);
}

function topEntry({ key, value, line }: YamlEntry, path: string): Conversion {
  const known = key.startsWith("x-") ? irrelevant("it is for other programs") : TOP.get(key)?.fate;
  const fate = known === undefined || known.kind === "mapped"
    ? lost("no such key is known", "some")
    : known;
  const place = { file: path, line, directive: directiveText(key, shown(value), FORM) };
  return { files: [], lines: [fateWithout(fate, place)], skipped: [], problems: [] };
}

function convertEntry({ key, value, comments, line }: YamlEntry, path: string): Conversion {
  if (value.kind !== "map") {
    const where = { file: path, line, column: 1, lineText: "" };
    return unreadable(problem(where, `The service ${JSON.stringify(key)} is no table of keys`));
  }
  const service = plainName(key);
  const page = new Page();
  for (const comment of comments) page.sheet.comment(comment);
  page.sheet.apply([{ kind: "set", key: "type", value: "process" }]);
  const context: ComposeContext = { service, map: value, directory: directoryPart(path) };
  for (const entry of value.entries) writeEntry(entry, page, context, path);
  if (!page.sheet.has("command")) {
    const why = `the command of ${key} is in its image, so there is nothing to run`;
    const lines = value.entries.map((entry) =>
      fateWithout(lost(why, "much"), placeOf(entry, path))
    );
    return { ...skipped(`${path} (${key})`, why, true), lines };
  }
  writeDefaults(page, value);
  return {
    files: [{ service, source: path, text: page.sheet.text() }],
    lines: page.fates,
    skipped: [],
    problems: [],
  };
}

function placeOf({ key, value, line }: YamlEntry, path: string) {
  return { file: path, line, directive: directiveText(key, shown(value), FORM) };
}

function writeEntry(entry: YamlEntry, page: Page, context: ComposeContext, path: string): void {
  const { key, value, comments } = entry;
  for (const comment of comments) page.sheet.comment(comment);
  const place = placeOf(entry, path);
  const row = ROWS.get(key);
  if (row !== undefined) page.directive(row, value, context, place);
  else if (key.startsWith("x-")) page.note(place, "it is for other programs");
  else page.effects([lost("no such key is known", "some")], place);
}

/** What containers do where a service says nothing. */
function writeDefaults(page: Page, map: YamlMap): void {
  const hasRestart = map.entries.some(({ key }) => key === "restart");
  page.sheet.apply([
    ...hasRestart ? [] : [{ kind: "set", key: "restart", value: false } as const],
    ...page.sheet.has("log-type")
      ? []
      : [{ kind: "set", key: "log-type", value: "buffer" } as const],
  ]);
}
