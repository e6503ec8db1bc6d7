/**
 * A crontab → a description with a timer for each job. What a job writes goes to its log buffer,
 * and is mailed to nobody.
 */
import { normalForm, readCalendar, readCron } from "../../calendar/mod.ts";
import { problem } from "../../description/mod.ts";
import { baseName, type ConvertFiles, readText } from "../files.ts";
import { type Conversion, type ConvertedFile, type LineFate, unreadable } from "../outcome.ts";
import { directiveText, fateWithout, Page, type Place } from "../page.ts";
import { plainName } from "../plain_name.ts";
import { type Effect, irrelevant, lost } from "../rows.ts";
import { commandOf } from "../shell_words.ts";
import { shellQuoted } from "../units/text/commands.ts";
import { type CrontabJob, crontabLine, namesUsers } from "./crontab_lines.ts";

/** What lines before a job say for it. */
interface Surroundings {
  readonly variables: ReadonlyMap<string, string>;
  readonly comments: readonly string[];
}

/** Programs that say nothing about what a job is for. */
const WRAPPERS =
  /^(cd|test|\[|if|for|while|sh|bash|env|exec|eval|command|nice|ionice|sudo|su|flock|timeout|sleep|true|\.)$/;

/** Variables that are not meant for the job. */
const FOR_CRON: Readonly<Record<string, Effect>> = {
  MAILTO: lost("nothing is mailed; dinitctl catlog shows what the job wrote", "some"),
  MAILFROM: lost("nothing is mailed", "little"),
  RANDOM_DELAY: lost("write random-delay in the table timer", "little"),
};

export function convertCrontab(path: string, files: ConvertFiles): Conversion {
  const read = readText(path, files);
  if (read.kind === "missing") {
    return unreadable(problem({ file: path }, "There is no such file"));
  }
  if (read.kind === "fault") return unreadable(read.problem);
  const hasUsers = namesUsers(path);
  const written: ConvertedFile[] = [];
  const fates: LineFate[] = [];
  const variables = new Map<string, string>();
  const names = new Set<string>();
  let comments: string[] = [];
  for (const [index, text] of read.text.split("\n").entries()) {
    const line = crontabLine(text, hasUsers);
    const number = index + 1;
    switch (line.kind) {
      case "blank":
        comments = [];
        break;
      case "comment":
        comments.push(line.text);
        break;
      case "variable": {
        const { name, value } = line;
        const place = { file: path, line: number, directive: directiveText(name, value) };
        fates.push(variableFate(name, value, place));
        variables.set(name, value);
        comments = [];
        break;
      }
      case "faulty": {
        const where = { file: path, line: number, column: 1, lineText: text };
        const what = hasUsers ? "TIMES USER COMMAND" : "TIMES COMMAND";
        return unreadable(problem(where, `The line is no "${what}" and no "NAME=VALUE"`));
      }
      case "job": {
        const service = nameOf(line, { names, number, path });
        const page = new Page();
        for (const comment of comments) page.sheet.comment(comment);
        const directive = directiveText(line.times, line.command, { between: " " });
        const place = { file: path, line: number, directive };
        page.effects(jobEffects(line, { variables, comments }), place);
        written.push({ service, source: path, text: page.sheet.text() });
        fates.push(...page.fates);
        comments = [];
      }
    }
  }
  if (written.length === 0) return unreadable(problem({ file: path }, "There is no job in it"));
  return { files: written, lines: fates, skipped: [], problems: [] };
}

function variableFate(name: string, value: string, place: Place): LineFate {
  const fate = FOR_CRON[name];
  const isNobody = name === "MAILTO" && value === "";
  if (fate?.kind === "lost" && !isNobody) return fateWithout(fate, place);
  if (isNobody) return fateWithout(irrelevant("nothing is mailed"), place);
  return { ...place, fate: "mapped", weight: undefined, why: undefined };
}

/** After its program, or after the line where that says nothing. */
function nameOf(
  { command, times }: CrontabJob,
  { names, number, path }: {
    readonly names: Set<string>;
    readonly number: number;
    readonly path: string;
  },
): string {
  const parts = /\brun-parts\b.*?\/cron\.(\w+)/.exec(command)?.[1];
  const program = baseName(command.split(/\s/)[0] ?? "");
  const isTelling = /^[A-Za-z0-9_.-]+$/.test(program) && !WRAPPERS.test(program);
  const place = baseName(path) === "crontab" ? "cron" : plainName(baseName(path));
  const base = parts !== undefined
    ? `cron-${parts}`
    : isTelling
    ? plainName(program.replace(/\.(sh|py|pl|rb)$/, ""))
    : times === "@reboot"
    ? `${place}-boot`
    : `${place}-line-${number}`;
  let name = base;
  for (let count = 2; names.has(name); count++) name = `${base}-${count}`;
  names.add(name);
  return name;
}

function jobEffects(job: CrontabJob, { variables }: Surroundings): readonly Effect[] {
  const { times, user, command, input } = job;
  const zone = variables.get("CRON_TZ");
  const shell = variables.get("SHELL") ?? "/bin/sh";
  return [
    { kind: "set", key: "type", value: "process" },
    { kind: "set", key: "command", value: commandWords(command, input, shell) },
    // As cron has it: in the user's home, with the variables of a login.
    ...user === undefined ? [] : [
      { kind: "set", key: "run-as", value: user },
      { kind: "add", key: "load-options", values: ["export-passwd-vars"] },
    ] as const,
    { kind: "set", key: "working-dir", value: user === undefined ? "${HOME:-/}" : "$HOME" },
    { kind: "set", key: "restart", value: false },
    { kind: "set", key: "log-type", value: "buffer" },
    ...timeEffects(times, zone),
    {
      kind: "put",
      table: "environment",
      key: "PATH",
      value: variables.get("PATH") ?? "/usr/bin:/bin",
    },
    ...[...variables].flatMap(([key, value]): readonly Effect[] =>
      key in FOR_CRON || key === "PATH" || key === "CRON_TZ"
        ? []
        : [{ kind: "put", table: "environment", key, value }]
    ),
  ];
}

/** A plain command needs no shell; with an input, or another shell, it is run by one. */
function commandWords(
  command: string,
  input: string | undefined,
  shell: string,
): readonly string[] {
  if (input !== undefined) {
    const script = `printf %s ${shellQuoted(input)} | { ${command}\n}`;
    return [shell, "-c", script.replaceAll("$", "$$$$")];
  }
  const words = commandOf(command);
  return words[0] === "/bin/sh" && words[1] === "-c" ? [shell, ...words.slice(1)] : words;
}

function timeEffects(times: string, zone: string | undefined): readonly Effect[] {
  // The first run is right after the start, and there is no other.
  if (times.toLowerCase() === "@reboot") return [];
  if (zone === undefined) return [{ kind: "put", table: "timer", key: "cron", value: times }];
  const read = readCron(times);
  if ("kind" in read) return [lost(read.why, "much")];
  const forms = read.map((each) => `${normalForm(each)} ${zone}`);
  const fault = forms.map(readCalendar).find((each) => "kind" in each);
  if (fault !== undefined) return [lost(`"${zone}" is no time zone`, "much")];
  const [first] = forms;
  const value = forms.length === 1 && first !== undefined ? first : forms;
  return [{ kind: "put", table: "timer", key: "calendar", value }];
}
