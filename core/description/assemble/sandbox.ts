/**
 * The lines of `[sandbox]` → what a child is to be kept from: variables in paths replaced, and
 * lines that contradict each other told where they stand.
 */
import { needsFilter } from "../../sandbox/call_restrictions.ts";
import { hiddenBy, needsLandlock } from "../../sandbox/needs.ts";
import {
  PATH_LINES,
  type PathLine,
  type Sandbox,
  type SandboxLine,
} from "../../sandbox/sandbox.ts";
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingValues } from "../settings/settings.ts";
import type { Reading } from "../settings/validate.ts";
import type { Variables } from "../text/substitution.ts";
import { isTable } from "../text/toml_values.ts";
import type { Abilities } from "./abilities.ts";
import { replacedText } from "./replaced_text.ts";

export interface SandboxContext {
  readonly variables: Variables;
  readonly reporter: SettingReporter;
  /** Undefined: those of no certain manager. */
  readonly abilities: Pick<Abilities, "sandboxFault"> | undefined;
}

/** A path where it is written. */
interface WrittenPath {
  readonly line: PathLine;
  readonly index: number;
  /** As it was written. */
  readonly written: string;
  /** Absolute, without a dash before it and a slash at the end. */
  readonly path: string;
  readonly isOptional: boolean;
}

/** @returns undefined when nothing is asked for. It is of use only when nothing was reported. */
export function assembleSandbox(
  reading: Reading,
  context: SandboxContext,
): Sandbox | undefined {
  const { values } = reading;
  const sandbox = values.sandbox && served(values.sandbox, reading, context);
  if (sandbox === undefined || Object.keys(sandbox).length === 0) return undefined;
  checkPrivileges(sandbox, values, context.reporter);
  const paths = PATH_LINES.flatMap((line) =>
    (sandbox[line] ?? []).map((written, index) => readPath(line, written, index, context))
  ).filter((path) => path !== undefined);
  checkPaths(paths, sandbox, context.reporter);
  const lines = PATH_LINES.filter((line) => sandbox[line] !== undefined).map((line) => [
    line,
    paths.filter((path) => path.line === line)
      .map(({ path, isOptional }) => isOptional ? `-${path}` : path),
  ]);
  return { ...sandbox, ...Object.fromEntries(lines) };
}

/** What a manager without rights cannot do in a namespace of users either: proc(5). */
const PROC_LINES = ["protect-proc", "proc-subset"] as const satisfies readonly SandboxLine[];

/**
 * The lines that the manager can serve. What a profile has beyond them is left out, as the manual
 * says of profiles; what somebody wrote is an error.
 */
function served(sandbox: Sandbox, { given }: Reading, context: SandboxContext): Sandbox {
  const raw = given.get("sandbox")?.value;
  const left: Record<string, unknown> = { ...sandbox };
  for (const line of PROC_LINES) {
    const fault = sandbox[line] && context.abilities?.sandboxFault?.(line);
    if (fault === undefined) continue;
    delete left[line];
    if (!isTable(raw) || !Object.hasOwn(raw, line)) continue;
    const { reporter } = context;
    const hint = "Leave it out; a profile leaves it out by itself under such a manager";
    const message = `Cannot serve ${line}: ${fault}`;
    reporter.report(reporter.position("sandbox", [line]), message, { hint });
  }
  return left;
}

/** Only root may restrict what goes on to gain rights: seccomp(2), landlock(7). */
function checkPrivileges(
  sandbox: Sandbox,
  values: SettingValues,
  reporter: SettingReporter,
): void {
  if (sandbox["no-new-privileges"] !== false || values["run-as"] === undefined) return;
  if (!needsFilter(sandbox) && !needsLandlock(sandbox)) return;
  reporter.report(
    reporter.position("sandbox", ["no-new-privileges"]),
    "no-new-privileges = false is not possible with run-as and lines that filter system calls",
    { hint: "The kernel lets only root filter calls of programs that gain rights; leave it out" },
  );
}

/** @returns undefined when a fault was reported. */
function readPath(
  line: PathLine,
  written: string,
  index: number,
  context: SandboxContext,
): WrittenPath | undefined {
  const shown = `${quote(written)} of ${line}`;
  const place = {
    key: "sandbox",
    path: [line, index],
    fault: `Cannot replace variables in ${shown}`,
    doubt: `Doubtful ${shown}`,
  } as const;
  const text = replacedText(written, place, context);
  if (text === undefined) return undefined;
  const isOptional = text.startsWith("-");
  const parts = text.slice(isOptional ? 1 : 0).split("/");
  const fail = (why: string) => {
    const { reporter } = context;
    reporter.report(reporter.position("sandbox", [line, index]), `Cannot use ${shown}: ${why}`);
    return undefined;
  };
  if (parts[0] !== "" || parts.length === 1) return fail("a path begins with a slash");
  if (parts.includes("..") || parts.includes(".")) {
    return fail('a path here has neither "." nor ".."');
  }
  const path = `/${parts.filter((part) => part !== "").join("/")}`;
  const isForRoot = line === "no-exec-paths" || line === "read-only-paths" ||
    line.startsWith("landlock-");
  if (path === "/" && !isForRoot) return fail('"/" as a whole is not possible here');
  return { line, index, written, path, isOptional };
}

/** What no two lines can say of one path. */
const CONTRADICTIONS: Readonly<Partial<Record<PathLine, readonly PathLine[]>>> = {
  "read-only-paths": ["read-write-paths"],
  "inaccessible-paths": ["read-write-paths", "read-only-paths", "exec-paths"],
  "no-exec-paths": ["exec-paths"],
};

function checkPaths(
  paths: readonly WrittenPath[],
  sandbox: Sandbox,
  reporter: SettingReporter,
): void {
  const mounted = paths.filter(({ line }) => !line.startsWith("landlock-"));
  for (const each of mounted) {
    const { line, index, written } = each;
    const fault = contradiction(each, mounted) ?? hidden(each, mounted, sandbox);
    if (fault === undefined) continue;
    const message = `Cannot use ${quote(written)} of ${line}: ${fault.why}`;
    const position = reporter.position("sandbox", [line, index]);
    reporter.report(position, message, fault.hint === undefined ? {} : { hint: fault.hint });
  }
}

interface Fault {
  readonly why: string;
  readonly hint?: string;
}

function contradiction(one: WrittenPath, all: readonly WrittenPath[]): Fault | undefined {
  const others = CONTRADICTIONS[one.line] ?? [];
  const other = all.find(({ line, path }) => path === one.path && others.includes(line));
  return other && { why: `it is among the ${other.line} as well` };
}

/** What another line hides cannot be mounted on. */
function hidden(
  { path, line }: WrittenPath,
  all: readonly WrittenPath[],
  sandbox: Sandbox,
): Fault | undefined {
  const above = all.find((other) =>
    other.line === "inaccessible-paths" && path.startsWith(`${other.path}/`)
  );
  if (above !== undefined) return { why: `${quote(above.path)} above it is inaccessible` };
  const by = hiddenBy(sandbox, path);
  if (by === undefined || line === "inaccessible-paths") return undefined;
  const hint = by === "protect-home"
    ? 'Write protect-home = "read-only", which leaves it in sight'
    : `Leave out ${by}, or this path`;
  return { why: `${by} hides it`, hint };
}
