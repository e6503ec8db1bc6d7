/**
 * What becomes of the files of a service directory. Sources: runsv(8); the pages "servicedir" of s6
 * and "s6-rc-compile" of s6-rc.
 */
import { commandOf } from "../shell_words.ts";
import { type Effect, type Fate, irrelevant, lost, type Row } from "../rows.ts";
import { plainName } from "../plain_name.ts";
import { readRunScript, type VariablesIn } from "./run_script.ts";

/** Of which programs a directory is. */
export type DirectoryKind = "runit" | "s6";

export interface DirectoryContext {
  readonly kind: DirectoryKind;
  /** Path of the directory. */
  readonly path: string;
  /** What `type` says: of runit, and where there is none, "longrun". */
  readonly type: "longrun" | "oneshot" | "bundle";
  readonly variablesIn: VariablesIn;
}

export type DirectoryRow = Row<DirectoryContext>;

function row(
  section: string,
  name: string,
  fate: Fate<DirectoryContext>,
): DirectoryRow {
  return { section, name, isList: false, fate };
}

function mapped(
  to: string,
  convert: (value: string, context: DirectoryContext) => readonly Effect[],
): Fate<DirectoryContext> {
  return { kind: "mapped", to, needs: [], until: undefined, convert };
}

/** Milliseconds in a file → a time in seconds; 0 is no limit with both. */
function milliseconds(key: string): Fate<DirectoryContext> {
  return mapped(`\`${key}\``, (value) => {
    const number = Number(value.trim());
    return Number.isInteger(number) && number >= 0
      ? [{ kind: "set", key, value: number / 1000 }]
      : [lost("it is no number", "little")];
  });
}

function dependencies(key: string): Fate<DirectoryContext> {
  return mapped(`\`${key}\``, (value) => [{ kind: "add", key, values: namesIn(value) }]);
}

function namesIn(value: string): readonly string[] {
  return value.split("\n").map((line) => line.trim()).filter((line) => /^[^#]/.test(line))
    .map(plainName);
}

/** A command line of execline: plain words, or what only execlineb understands. */
function execline(key: "command" | "stop-command", file: string): Fate<DirectoryContext> {
  return mapped(`\`${key}\``, (value, { path }) => {
    const line = value.trim().replace(/\s+/g, " ");
    const isPlain = line !== "" && !/[{}#]|\$/.test(line);
    return [{
      kind: "set",
      key,
      value: isPlain ? commandOf(line) : ["execlineb", "-P", `${path}/${file}`],
    }];
  });
}

/** Signals that `term-signal` knows. */
const SIGNALS = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP"];

const FINISH = lost("the script after each end of the program does not run", "some");

export const DIRECTORY_ROWS: readonly DirectoryRow[] = [
  row(
    "both",
    "run",
    mapped(
      "`command`; what chpst, s6-setuidgid and the like prepare, as settings",
      (value, context) => {
        const { comments, effects } = readRunScript(
          value,
          `${context.path}/run`,
          context.variablesIn,
        );
        return [
          ...comments.map((text): Effect => ({ kind: "comment", text })),
          ...effects,
        ];
      },
    ),
  ),
  row("both", "finish", FINISH),
  row("both", "down", irrelevant("a service is up when something needs it, or it was ordered")),
  ...["supervise", "event", "log"].map((name) =>
    row("both", name, irrelevant("it belongs to the supervisor"))
  ),
  row("both", "env", irrelevant("only the run script reads it")),
  row("both", "data", irrelevant("only the run script reads it")),
  row("runit", "check", lost("it counts as started when its program runs", "some")),
  row("runit", "conf", irrelevant("only the run script reads it")),
  row("runit", "control", lost("signals are sent without asking the scripts", "some")),
  row(
    "s6",
    "type",
    mapped("`type`: longrun process, oneshot scripted, bundle internal", () => []),
  ),
  row("s6", "up", execline("command", "up")),
  row("s6", "down-script", execline("stop-command", "down")),
  row("s6", "timeout-up", milliseconds("start-timeout")),
  row("s6", "timeout-down", milliseconds("stop-timeout")),
  row("s6", "timeout-kill", milliseconds("stop-timeout")),
  row("s6", "timeout-finish", irrelevant("there is no finish script")),
  row("s6", "contents", dependencies("waits-for")),
  row("s6", "dependencies", dependencies("depends-on")),
  row(
    "s6",
    "notification-fd",
    mapped("`ready-notification`", (value) => {
      // The first three descriptors are the program's own.
      const number = /^(?:[3-9]|[1-9][0-9]+)$/.exec(value.trim())?.[0];
      return number === undefined
        ? [lost("it is no number from 3", "much")]
        : [{ kind: "set", key: "ready-notification", value: `pipefd:${number}` }];
    }),
  ),
  row(
    "s6",
    "down-signal",
    mapped("`term-signal`", (value) => {
      const name = value.trim().toUpperCase().replace(/^SIG/, "");
      const signal =
        ({ 1: "HUP", 2: "INT", 3: "QUIT", 15: "TERM" } as Record<string, string>)[name] ??
          name;
      return SIGNALS.includes(signal)
        ? [{ kind: "set", key: "term-signal", value: signal }]
        : [lost("it is stopped by TERM", "some")];
    }),
  ),
  row(
    "s6",
    "max-death-tally",
    mapped("`restart-limit-count`", (value) => {
      const number = Number(value.trim());
      return Number.isInteger(number) && number >= 0
        ? [{ kind: "set", key: "restart-limit-count", value: number }]
        : [lost("it is no number", "little")];
    }),
  ),
  row(
    "s6",
    "consumer-for",
    mapped("`consumer-of`", (value) => {
      const [first, ...others] = namesIn(value);
      if (first === undefined) return [];
      return [
        { kind: "set", key: "consumer-of", value: first },
        ...others.map((name) => lost(`it does not read what ${name} writes`, "much")),
      ];
    }),
  ),
  row(
    "s6",
    "producer-for",
    mapped('`log-type = "pipe"`', () => [{ kind: "set", key: "log-type", value: "pipe" }]),
  ),
  row("s6", "pipeline-name", lost("a pipeline has no name of its own", "little")),
  ...["flag-essential", "essential"].map((name) =>
    row("s6", name, lost("whoever has control may stop it", "little"))
  ),
  row("s6", "flag-recommended", irrelevant("nothing is started because it is recommended")),
  ...["nosetsid", "lock-fd", "instance", "instances"].map((name) =>
    row("s6", name, lost("there is nothing of the kind", "little"))
  ),
];
