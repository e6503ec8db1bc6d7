/**
 * The lines of `[sandbox]` → what a child is to be kept from: variables in paths replaced, and
 * lines that contradict each other told where they stand.
 */
import { needsFilter } from "../../sandbox/call_restrictions.ts";
import { hiddenBy, needsLandlock } from "../../sandbox/needs.ts";
import { PATH_LINES, type PathLine, type Sandbox } from "../../sandbox/sandbox.ts";
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingValues } from "../settings/settings.ts";
import type { Variables } from "../text/substitution.ts";
import { replacedText } from "./replaced_text.ts";

export interface SandboxContext {
  readonly variables: Variables;
  readonly reporter: SettingReporter;
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
  values: SettingValues,
  context: SandboxContext,
): Sandbox | undefined {
  const { sandbox } = values;
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
