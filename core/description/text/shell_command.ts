/** Commands that are given to a shell: which of their words is the script. */

const SHELLS: ReadonlySet<string> = new Set([
  ...["sh", "ash", "bash", "csh", "dash", "fish", "ksh", "mksh", "tcsh", "yash", "zsh"],
]);

/** The index of a shell in a command: the program, or what `env`, `busybox` and the like run. */
function shellIndex(words: readonly string[]): number | undefined {
  const index = words.findIndex((word) => SHELLS.has(word.slice(word.lastIndexOf("/") + 1)));
  return index < 0 ? undefined : index;
}

/** The index of the script in `sh -c SCRIPT`; undefined when there is none. */
export function scriptIndex(words: readonly string[]): number | undefined {
  const shell = shellIndex(words);
  if (shell === undefined) return undefined;
  const flag = words.findIndex((word, index) => index > shell && /^-[A-Za-z]*c$/.test(word));
  return flag < 0 || flag + 1 >= words.length ? undefined : flag + 1;
}

/** Whether a script gives a variable its value itself: `NAME=…`, `for NAME`, `read NAME`. */
export function setsVariable(script: string, name: string): boolean {
  const assigned = new RegExp(`(^|[\\s;&|({])${name}=`);
  const looped = new RegExp(`(^|[\\s;&|({])(for|select)\\s+${name}(\\s|;|$)`);
  const read = new RegExp(`(^|[\\s;&|({])(read|local|export|declare)\\s[^;&|\\n]*\\b${name}\\b`);
  return [assigned, looped, read].some((pattern) => pattern.test(script));
}
