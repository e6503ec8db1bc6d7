/** Readers for texts of one line, and for lists of such; of paths, too. */
import { elements, readText } from "./basic.ts";
import type { Value, ValueScope } from "./value.ts";

/** Longest line, in bytes: a status shows it whole. */
const LONGEST_LINE_BYTES = 1000;

/** What would not be shown as it is: C0 and C1 controls, DEL, and the line separators. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

const LINE_SCHEMA = { type: "string", minLength: 1, maxLength: LONGEST_LINE_BYTES };

/** A text of one line, not empty. */
export const line: Value<string> = {
  name: "text of one line",
  native: "text",
  schema: LINE_SCHEMA,
  read: (raw, scope) => readLine(raw, scope),
};

/** A list of such lines, in the order given. */
export const lines: Value<readonly string[]> = {
  name: "list of texts of one line",
  native: "words",
  schema: { type: "array", items: LINE_SCHEMA },
  read(raw, scope) {
    const found: string[] = [];
    let isFaulty = false;
    for (const [index, item] of elements(raw, scope)) {
      const value = readLine(item, scope, index);
      if (value === undefined) isFaulty = true;
      else found.push(value);
    }
    return isFaulty || !Array.isArray(raw) ? undefined : found;
  },
};

/** A list of absolute paths; variables are replaced. */
export const absolutePaths: Value<readonly string[]> = {
  name: "list of absolute paths",
  native: "words",
  schema: { type: "array", items: { type: "string", pattern: "^[/$]" } },
  read(raw, scope) {
    const found: string[] = [];
    let isFaulty = !Array.isArray(raw);
    for (const [part, item] of elements(raw, scope)) {
      const written = readText(item, scope, part);
      const path = written === undefined ? undefined : scope.substitute(written, part);
      if (path?.startsWith("/")) found.push(path);
      else isFaulty = true;
      if (path?.startsWith("/") === false) scope.fail("a path begins with a slash", { part });
    }
    return isFaulty ? undefined : found;
  },
};

function readLine(raw: unknown, scope: ValueScope, part?: number): string | undefined {
  const where = part === undefined ? {} : { part };
  const value = readText(raw, scope, part);
  if (value === undefined) return undefined;
  if (value.trim() === "") return scope.fail("it is empty", { ...where, hint: "Leave it out" });
  if (CONTROL.test(value)) return scope.fail("it is to be one line, of printable text", where);
  const bytes = new TextEncoder().encode(value).length;
  if (bytes <= LONGEST_LINE_BYTES) return value;
  return scope.fail(`it has ${bytes} bytes, ${LONGEST_LINE_BYTES} are allowed`, where);
}
