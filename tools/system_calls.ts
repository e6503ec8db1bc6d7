/**
 * Writes `core/sandbox/system_call_data.ts`: numbers and named groups of Linux's system calls.
 *
 * Run by hand (`npx deno run -A tools/system_calls.ts`) where systemd-analyze, gcc and the kernel's
 * headers are installed; the result is committed, so that nobody else needs them. What the
 * installed sources are too old for stands below.
 */
import { formatted } from "./formatted.ts";

const TARGET = new URL("../core/sandbox/system_call_data.ts", import.meta.url);

/**
 * Calls since Linux 6.1, which have the same number on every processor, each with the elder whose
 * groups it shares; undefined: none. Source: scripts/syscall.tbl of Linux 6.17.
 */
const NEWER: readonly (readonly [name: string, number: number, elder: string | undefined])[] = [
  ["cachestat", 451, "mincore"],
  ["fchmodat2", 452, "fchmodat"],
  ["map_shadow_stack", 453, "mmap"],
  ["futex_wake", 454, "futex_waitv"],
  ["futex_wait", 455, "futex_waitv"],
  ["futex_requeue", 456, "futex_waitv"],
  ["statmount", 457, "statfs"],
  ["listmount", 458, "statfs"],
  ["lsm_get_self_attr", 459, undefined],
  ["lsm_set_self_attr", 460, undefined],
  ["lsm_list_modules", 461, undefined],
  ["mseal", 462, "mprotect"],
  ["setxattrat", 463, "setxattr"],
  ["getxattrat", 464, "getxattr"],
  ["listxattrat", 465, "listxattr"],
  ["removexattrat", 466, "removexattr"],
  ["open_tree_attr", 467, "open_tree"],
  ["file_getattr", 468, "getxattr"],
  ["file_setattr", 469, "setxattr"],
];

/** What arm64's own header asks of the generic table: arch/arm64/include/uapi/asm/unistd.h. */
const ARM64 = `
#define __BITS_PER_LONG 64
#define __ARCH_WANT_RENAMEAT
#define __ARCH_WANT_NEW_STAT
#define __ARCH_WANT_SET_GET_RLIMIT
#define __ARCH_WANT_TIME32_SYSCALLS
#define __ARCH_WANT_SYS_CLONE3
#define __ARCH_WANT_MEMFD_SECRET
#include <asm-generic/unistd.h>
`;
const X86_64 = "#include <asm/unistd_64.h>\n";

function output(command: string, args: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command(command, { args: [...args] }).outputSync();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Name → number, as the preprocessor sees the headers. */
function numbers(source: string): ReadonlyMap<string, number> {
  const file = Deno.makeTempFileSync({ suffix: ".c" });
  Deno.writeTextFileSync(file, source);
  const macros = new Map<string, string>();
  for (const line of output("gcc", ["-E", "-dM", file]).split("\n")) {
    const match = /^#define (__NR\w*) (\w+)$/.exec(line);
    if (match !== null) macros.set(match[1] as string, match[2] as string);
  }
  Deno.removeSync(file);
  const found = new Map<string, number>();
  for (const [macro, text] of macros) {
    const name = /^__NR_(\w+)$/.exec(macro)?.[1];
    if (name === undefined || name === "syscalls" || name === "arch_specific_syscall") continue;
    const value = macros.get(text) ?? text;
    if (/^[0-9]+$/.test(value)) found.set(name, Number(value));
  }
  for (const [name, number] of NEWER) found.set(name, number);
  return found;
}

/** Group → its calls and groups, only those that one of the processors has. */
function groups(isKnown: (name: string) => boolean): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let members: string[] = [];
  for (const line of output("systemd-analyze", ["syscall-filter"]).split("\n")) {
    const word = line.trim();
    if (line.startsWith("@")) {
      members = [];
      found.set(word, members);
    } else if (word.startsWith("@")) {
      members.push(word);
    } else if (/^\w+$/.test(word) && isKnown(word)) {
      members.push(word);
      for (const [name, , elder] of NEWER) if (elder === word) members.push(name);
    }
  }
  found.delete("@known");
  return found;
}

const [x86, arm] = [numbers(X86_64), numbers(ARM64)];
const names = [...new Set([...x86.keys(), ...arm.keys()])].sort();
const rows = names.map((name) => `${name}:${x86.get(name) ?? ""}:${arm.get(name) ?? ""}`);
const sets = [...groups((name) => x86.has(name) || arm.has(name))]
  .map(([name, members]) => `${name} ${members.toSorted().join(" ")}`);
const version = output("systemd-analyze", ["--version"]).split("\n")[0];

/** A text over several lines that fit. */
function literal(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 92) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => JSON.stringify(line)).join(" + ' ' +\n").replaceAll(`" + ' '`, ` "`);
}

const text = `/**
 * Numbers and named groups of Linux's system calls, as texts that are divided when they are first
 * needed: \`system_calls.ts\`.
 *
 * Made by tools/system_calls.ts. Do not edit. Sources: numbers, linux-libc-dev 6.1
 * (asm/unistd_64.h, and asm-generic/unistd.h as arm64 includes it), with those since from
 * scripts/syscall.tbl of Linux 6.17; groups, \`systemd-analyze syscall-filter\` of
 * ${version}.
 */

/** \`name:number on x86-64:number on aarch64\`, with blanks between; without a number: not there. */
export const NUMBERS = ${literal(rows)};

/** Group → its calls and groups. */
export const GROUPS: Readonly<Record<string, string>> = {
${
  sets.map((set) => {
    const [name = "", ...members] = set.split(" ");
    return `${JSON.stringify(name)}: ${literal(members)},`;
  }).join("\n")
}
};
`;
Deno.writeTextFileSync(TARGET, await formatted(text, "ts"));
