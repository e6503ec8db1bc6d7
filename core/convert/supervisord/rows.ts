/**
 * What becomes of the options of supervisord.conf. Source: supervisord's manual, "Configuration
 * File".
 */
import { type Effect, type Fate, irrelevant, lost, type Row } from "../rows.ts";
import { SETTING_NAMES } from "../setting_names.ts";

export interface ProgramContext {
  readonly program: string;
  /** More than one process: the description is a template, and its argument the number. */
  readonly isTemplate: boolean;
  option(name: string): string | undefined;
}

export type ProgramRow = Row<ProgramContext>;
type ProgramFate = Fate<ProgramContext>;

const PROGRAM = "program:x";

function row(name: string, fate: ProgramFate): ProgramRow {
  return { section: PROGRAM, name, isList: false, fate };
}

function mapped(
  to: string,
  convert: (value: string, context: ProgramContext) => readonly Effect[],
): ProgramFate {
  return { kind: "mapped", to, needs: [], until: undefined, convert };
}

/** `%(ENV_X)s`, `%(program_name)s`, `%(process_num)02d`: names known here are filled in. */
function expanded(
  value: string,
  { program, isTemplate }: ProgramContext,
  variables: "replaced" | "literal",
): { readonly text: string; readonly losses: readonly Effect[] } {
  const losses: Effect[] = [];
  const dollars = variables === "replaced" ? value.replaceAll("$", "$$$$") : value;
  const text = dollars.replace(
    /%(?:%|\(([A-Za-z0-9_]+)\)([0-9]*)([sd]))/g,
    (whole, name, width) => {
      if (whole === "%%") return "%";
      switch (name) {
        case "program_name":
          return program;
        case "group_name":
          return program;
        case "process_num":
          if (isTemplate && variables === "replaced") return "$1";
          if (!isTemplate) return "0".padStart(Number(width), "0");
          break;
        default:
          if (String(name).startsWith("ENV_") && variables === "replaced") {
            return `\${${String(name).slice(4)}}`;
          }
      }
      losses.push(lost(`${whole} is not filled in; write it in its place`, "much"));
      return whole;
    },
  );
  return { text, losses };
}

/** A setting whose value has names filled in. */
function text(key: string): ProgramFate {
  return mapped(`\`${key}\``, (value, context) => {
    const { text, losses } = expanded(value, context, "replaced");
    return [{ kind: "set", key, value: text }, ...losses];
  });
}

/** supervisord divides by shlex and runs no shell, so what looks like one is plain text. */
function command(value: string, context: ProgramContext): readonly Effect[] {
  const { text, losses } = expanded(value.replaceAll("\n", " "), context, "literal");
  const words = plainWords(text);
  if (words === undefined) return [lost("a quote is not closed", "much"), ...losses];
  const ours = words.map((word) =>
    word.replaceAll("$", "$$$$").replace(/%\(ENV_([A-Za-z0-9_]+)\)s/g, "$${$1}")
      .replace(/%\(process_num\)[0-9]*[sd]/g, context.isTemplate ? "$$1" : "0")
  );
  const isFilled = ours.every((word) => !/%\([a-z_]+\)/i.test(word));
  return [{ kind: "set", key: "command", value: ours }, ...isFilled ? [] : losses];
}

/** As Python's shlex: quotes and backslashes, nothing else. */
function plainWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|[^\s"'\\])+|["']/gs)) {
    const raw = match[0];
    if (raw === '"' || raw === "'") return undefined;
    words.push(
      raw.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
        (_all, double, single, one) =>
          double !== undefined ? String(double).replace(/\\(["\\])/g, "$1") : single ?? one,
      ),
    );
  }
  return words;
}

/** `A="1",B='2'`. */
function environment(value: string, context: ProgramContext): readonly Effect[] {
  const effects: Effect[] = [];
  const pair = /\s*([^=,\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^,]*)\s*(?:,|$)/gy;
  let end = 0;
  const flat = value.replaceAll("\n", " ");
  for (let match = pair.exec(flat); match !== null && match[0] !== ""; match = pair.exec(flat)) {
    end = pair.lastIndex;
    const raw = (match[2] ?? "").trim();
    const bare = /^(["']).*\1$/s.test(raw) ? raw.slice(1, -1) : raw;
    const { text, losses } = expanded(bare, context, "literal");
    effects.push(
      { kind: "put", table: "environment", key: match[1] ?? "", value: text },
      ...losses,
    );
  }
  if (flat.slice(end).trim() !== "") effects.push(lost('the rest is no NAME="VALUE"', "much"));
  return effects;
}

const TRUE = /^(true|yes|on|1)$/i;

const SIGNALS = ["TERM", "HUP", "INT", "QUIT", "KILL", "USR1", "USR2"];

function logFile(value: string, context: ProgramContext): readonly Effect[] {
  if (/^none$/i.test(value)) return [{ kind: "set", key: "log-type", value: "none" }];
  if (/^auto$/i.test(value)) return [{ kind: "set", key: "log-type", value: "buffer" }];
  if (/^(syslog|\/dev\/(stdout|stderr|fd\/[12]))$/i.test(value)) {
    return /syslog/i.test(value)
      ? [lost("the output does not go to syslog", "some")]
      : [{ kind: "add", key: "options", values: ["shares-console"] }];
  }
  const { text, losses } = expanded(value, context, "replaced");
  return [{ kind: "set", key: "logfile", value: text }, ...losses];
}

/** `50MB` → `50M`. */
function sizeText(value: string): string | number | undefined {
  const match = /^([0-9]+)\s*(KB|MB|GB|B)?$/i.exec(value.trim());
  if (match === null) return undefined;
  const unit = (match[2] ?? "").toUpperCase().replace("B", "");
  return unit === "" ? Number(match[1]) : `${match[1]}${unit}`;
}

export const PROGRAM_ROWS: readonly ProgramRow[] = [
  row("command", mapped("`command`", command)),
  row(
    "process_name",
    mapped(
      "nothing, for the usual names",
      (value) =>
        /^%\(program_name\)s(_%\(process_num\)[0-9]*d)?$/.test(value)
          ? []
          : [lost("processes are named by their service", "little")],
    ),
  ),
  row(
    "numprocs",
    mapped("a template, and a service that waits for all of it", () => []),
  ),
  row("numprocs_start", mapped("the arguments of the template", () => [])),
  row("priority", lost("services start when what they need is up: say so by depends-on", "some")),
  row("autostart", irrelevant("what boot names is started: dinit ctl enable")),
  row(
    "autorestart",
    mapped("`restart`", (value) => [
      /^unexpected$/i.test(value)
        ? { kind: "set", key: "restart", value: "on-failure" }
        : { kind: "set", key: "restart", value: TRUE.test(value) },
    ]),
  ),
  row(
    "startsecs",
    lost("a service counts as started when its program runs, or says that it is ready", "little"),
  ),
  row(
    "startretries",
    mapped(
      "`restart-limit-count`",
      (value) =>
        /^[0-9]+$/.test(value)
          ? [{ kind: "set", key: "restart-limit-count", value: Math.max(1, Number(value)) }]
          : [lost("it is no number", "little")],
    ),
  ),
  row(
    "exitcodes",
    mapped("`success-status`; nothing for 0", (value) => {
      const codes = value.split(/[\s,]+/).filter((code) => code !== "" && code !== "0");
      if (codes.length === 0) return [];
      return SETTING_NAMES.has("success-status")
        ? [{ kind: "add", key: "success-status", values: codes }]
        : [lost("only status 0 is a success", "some")];
    }),
  ),
  row(
    "stopsignal",
    mapped("`term-signal`", (value) => {
      const name = value.toUpperCase().replace(/^SIG/, "");
      return SIGNALS.includes(name)
        ? [{ kind: "set", key: "term-signal", value: name }]
        : [lost("it is stopped by TERM", "some")];
    }),
  ),
  row(
    "stopwaitsecs",
    mapped(
      "`stop-timeout`",
      (value) =>
        /^[0-9]+$/.test(value)
          ? [{ kind: "set", key: "stop-timeout", value: Number(value) }]
          : [lost("it is no number", "little")],
    ),
  ),
  row(
    "stopasgroup",
    mapped(
      'nothing; if it says no, `options = ["signal-process-only"]`',
      (value) =>
        TRUE.test(value) ? [] : [{ kind: "add", key: "options", values: ["signal-process-only"] }],
    ),
  ),
  row("killasgroup", irrelevant("what is left gets KILL as a group")),
  row(
    "user",
    mapped("`run-as`", (value) => [
      { kind: "set", key: "run-as", value: /^[0-9]+$/.test(value) ? Number(value) : value },
    ]),
  ),
  row("directory", text("working-dir")),
  row(
    "umask",
    mapped("`umask`", (value) => [
      SETTING_NAMES.has("umask")
        ? { kind: "set", key: "umask", value }
        : lost("the mask is the manager's", "some"),
    ]),
  ),
  row("environment", mapped("`[environment]`", environment)),
  row("serverurl", irrelevant("it is for clients of supervisord")),
  row(
    "redirect_stderr",
    mapped(
      "nothing: errors go where the output goes",
      (value) => TRUE.test(value) ? [] : [lost("errors go where the output goes", "little")],
    ),
  ),
  row("stdout_logfile", mapped("`logfile`, `log-type`", logFile)),
  row(
    "stdout_logfile_maxbytes",
    mapped("`log-rotate-size`", (value) => {
      const size = sizeText(value);
      return size === undefined
        ? [lost("it is no size", "little")]
        : [{ kind: "set", key: "log-rotate-size", value: size }];
    }),
  ),
  row(
    "stdout_logfile_backups",
    mapped(
      "`log-rotate-count`",
      (value) =>
        /^[0-9]+$/.test(value)
          ? [{ kind: "set", key: "log-rotate-count", value: Math.max(1, Number(value)) }]
          : [lost("it is no number", "little")],
    ),
  ),
  row(
    "stderr_logfile",
    mapped(
      "nothing, where the output goes there too",
      (value, { option }) =>
        /^(none|auto)$/i.test(value) || value === option("stdout_logfile")
          ? []
          : [lost("errors go where the output goes", "little")],
    ),
  ),
  ...[
    ...["stdout_capture_maxbytes", "stdout_events_enabled", "stderr_capture_maxbytes"],
    ...["stderr_events_enabled"],
  ].map((name) => row(name, lost("there are no events of output", "little"))),
  ...["stderr_logfile_maxbytes", "stderr_logfile_backups"].map((name) =>
    row(name, irrelevant("there is one log for both"))
  ),
  ...["stdout_syslog", "stderr_syslog"].map((name) =>
    row(name, lost("the output does not go to syslog", "little"))
  ),
];

/** Other sections, and what is to be said of each of their options. */
export const SECTION_ROWS: readonly Row<ProgramContext>[] = [
  section("supervisord", irrelevant("the manager has its own options: dinit(8)")),
  section("supervisorctl", irrelevant("dinit ctl needs no settings")),
  section("unix_http_server", irrelevant("dinit ctl has a socket of its own")),
  section(
    "inet_http_server",
    lost("the manager is not reached over the network", "some"),
  ),
  section("rpcinterface:x", irrelevant("there are no such plug-ins")),
  section("ctlplugin:x", irrelevant("there are no such plug-ins")),
  section("eventlistener:x", lost("nobody sends it supervisord's events", "much")),
  section("fcgi-program:x", lost("no socket is passed as descriptor 0", "much")),
];

function section(name: string, fate: Fate<ProgramContext>): Row<ProgramContext> {
  return { section: name, name: "", isList: false, fate };
}
