/**
 * The lines of a crontab. Sources: crontab(5) of Vixie cron, and of cronie for CRON_TZ.
 */

export type CrontabLine =
  | { readonly kind: "blank" }
  | { readonly kind: "comment"; readonly text: string }
  /** `NAME=VALUE`, for all jobs that follow. */
  | { readonly kind: "variable"; readonly name: string; readonly value: string }
  | CrontabJob
  | { readonly kind: "faulty" };

export interface CrontabJob {
  readonly kind: "job";
  /** Five fields, or `@daily` and the like, with single blanks. */
  readonly times: string;
  /** Of a system's crontab. */
  readonly user: string | undefined;
  /** A command line of the shell. */
  readonly command: string;
  /** What it gets as its standard input; undefined: nothing. */
  readonly input: string | undefined;
}

const VARIABLE = /^\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"]*)"|'([^']*)')\s*=\s*(.*?)\s*$/;
const FIELD = "[0-9A-Za-z*,/-]+";
const JOB = new RegExp(`^\\s*(@[A-Za-z]+|${FIELD}(?:\\s+${FIELD}){4})\\s+(.*?)\\s*$`);
/** One that must be a job's and not another's: it has an asterisk, or numbers alone. */
const CERTAIN_JOB = new RegExp(
  `^\\s*(@(reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|` +
    `[0-9*][0-9*,/-]*\\s+[0-9*][0-9*,/-]*(\\s+${FIELD}){3})\\s+\\S`,
);

/** @param hasUsers A user stands before the command: in /etc/crontab and /etc/cron.d. */
export function crontabLine(text: string, hasUsers: boolean): CrontabLine {
  if (text.trim() === "") return { kind: "blank" };
  if (/^\s*#/.test(text)) return { kind: "comment", text: text.trim() };
  const variable = VARIABLE.exec(text);
  if (variable !== null) {
    const [, plain, doubled, single, value = ""] = variable;
    const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
    return { kind: "variable", name: plain ?? doubled ?? single ?? "", value: quoted ?? value };
  }
  const job = JOB.exec(text);
  if (job === null) return { kind: "faulty" };
  const [, times = "", rest = ""] = job;
  const [, user, command = ""] = hasUsers
    ? /^(\S+)\s+(.*)$/.exec(rest) ?? []
    : ["", undefined, rest];
  if (command === "") return { kind: "faulty" };
  return { kind: "job", times: times.trim().replace(/\s+/g, " "), user, ...divided(command) };
}

/** A percent sign ends the command, and further ones the lines of its input, unless escaped. */
function divided(
  command: string,
): { readonly command: string; readonly input: string | undefined } {
  const [first = "", ...lines] = command.split(/(?<!\\)%/).map((part) =>
    part.replaceAll("\\%", "%")
  );
  return {
    command: first.trim(),
    input: lines.length === 0 ? undefined : `${lines.join("\n")}\n`,
  };
}

/** Whether a text is a crontab: it has a job, and no line that can be none of one. */
export function isCrontab(text: string): boolean {
  const lines = text.split("\n");
  return lines.some((line) => CERTAIN_JOB.test(line)) &&
    lines.every((line) => crontabLine(line, false).kind !== "faulty");
}

/** Whether a crontab at this path names a user for each job. */
export function namesUsers(path: string): boolean {
  return path === "/etc/crontab" || /\/cron\.d\/[^/]+$/.test(path) || path.endsWith("/etc/crontab");
}
