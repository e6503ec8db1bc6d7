/**
 * The calls that led here, as the engine tells them.
 */

/** A function that has called the next one. */
export interface Frame {
  /** Without the name of its class. */
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
}

const ROOT = new URL("../../", import.meta.url).href;
const DEPTH = 80;
/** `at Class.name [as other] (file:///…/core/service/process.ts:1:2)` */
const FRAME = /^\s*at (?:\w+\.)?([#\w]+)(?: \[as \w+\])? \((.*):\d+:\d+\)$/;

/** @returns The innermost first. */
export function readStack(): readonly Frame[] {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = before;
  return stack.split("\n").flatMap((line) => {
    const [, name, file] = FRAME.exec(line) ?? [];
    if (name === undefined || file === undefined || !file.startsWith(ROOT)) return [];
    return [{ name, file: file.slice(ROOT.length) }];
  });
}
