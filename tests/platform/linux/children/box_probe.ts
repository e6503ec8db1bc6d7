/**
 * A program in a box that tries things one after the other and tells what the kernel says to each.
 * It is Perl: every Debian has it, and it makes system calls by their numbers.
 */
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { systemCallNumber } from "../../../../core/sandbox/system_calls.ts";
import { assert } from "../../../assert.ts";
import { surroundings } from "../../../skip.ts";
import { buildSettings, type SettingsParts } from "../../child_settings.ts";
import { run, spawn, waitForEnd } from "../children.ts";

/** Name of a thing → Perl that tries it: `-1`, `undef` or "" is a failure with its error in $!. */
export type Attempts = Readonly<Record<string, string>>;

/** Name of a thing → "ok", or the error. */
export type Outcomes = Readonly<Record<string, string>>;

/** Of a program that is another user's. */
export const NOBODY: SettingsParts = {
  attributes: { runAs: { kind: "named", user: "nobody", uid: 65534, gid: 65534, groups: [] } },
};

/** A test needs it whose boxes have a view of their own. */
export const BOXES = surroundings("root, with namespaces", Deno.uid() === 0 && canMount());

function canMount(): boolean {
  const result = spawn(buildSettings({ sandbox: { "private-tmp": true } }));
  if (result.kind === "started") waitForEnd(result.pid);
  return result.kind === "started";
}

/** Errors by their numbers: asm-generic/errno.h. */
const ERRORS: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  13: "EACCES",
  3: "ESRCH",
  14: "EFAULT",
  20: "ENOTDIR",
  22: "EINVAL",
  30: "EROFS",
  38: "ENOSYS",
  97: "EAFNOSUPPORT",
  101: "ENETUNREACH",
  111: "ECONNREFUSED",
};

/** Perl for a system call; arguments are Perl. */
export function sys(name: string, ...args: readonly (string | number)[]): string {
  const number = systemCallNumber(name, Deno.build.arch);
  assert(number !== undefined, `no ${name} here`);
  // Perl hands the kernel no text that cannot be written to.
  const values = args.map((each, index) => `(my $a${index} = ${each})`);
  return `syscall(${[number, ...values].join(", ")})`;
}

/** Perl that opens a file: `r`, `w` (existing, not truncated) or `c` (made if it is missing). */
export function open(path: string, how: "r" | "w" | "c"): string {
  const mode = { r: "O_RDONLY", w: "O_WRONLY", c: "O_WRONLY|O_CREAT" }[how];
  return `sysopen(my $f, ${JSON.stringify(path)}, ${mode}, 0600)`;
}

/** Tries all of it in one process in the box. */
export function attempt(
  sandbox: Sandbox | undefined,
  attempts: Attempts,
  parts: SettingsParts = {},
): Outcomes {
  const { output, status } = run({
    command: ["/usr/bin/perl", "-e", probeScript(attempts)],
    ...parts,
    ...(sandbox === undefined ? {} : { sandbox }),
  });
  assert(status.kind === "exited" && status.code === 0, `${JSON.stringify(status)} ${output}`);
  return outcomesOf(output);
}

/** Perl that tries all of it and prints what came of each. */
export function probeScript(attempts: Attempts): string {
  const lines = Object.entries(attempts).map(([name, code]) =>
    `t(${JSON.stringify(name)}, sub { ${code} });`
  );
  return `use Fcntl; use Socket; $| = 1;
    sub t { my ($name, $try) = @_; $! = 0; my $r = $try->();
      my $failed = !defined $r || $r eq "" || $r eq "-1";
      print "$name=", ($failed ? $! + 0 : "ok"), "\\n"; }
    ${lines.join("\n")}`;
}

/** What such a script has printed. */
export function outcomesOf(output: string): Outcomes {
  return Object.fromEntries(
    output.trim().split("\n").map((line) => {
      const [name = "", result = ""] = line.split("=");
      return [name, ERRORS[Number(result)] ?? result];
    }),
  );
}
