/** Words for the kinds of processors that the program is made for. */

/** Deno's word → systemd's. Source: Deno.build.arch; systemd.unit(5), ConditionArchitecture=. */
const WORDS: Readonly<Record<string, string>> = { x86_64: "x86-64", aarch64: "arm64" };

/** Words that may be asked for; most of them are never the answer. */
export const ARCHITECTURES: readonly string[] = [
  ...Object.values(WORDS),
  ...["x86", "arm", "riscv64", "ppc64-le", "s390x", "mips64-le", "loongarch64"],
];

/** @param build As `Deno.build.arch` has it. */
export function architectureName(build: string): string {
  return WORDS[build] ?? build;
}
