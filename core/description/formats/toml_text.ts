/** Values → TOML text, as a person would write it. */

/** A key or table name, quoted where it must be. */
export function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

/** A text in double quotes; what TOML does not allow inside is escaped. */
export function tomlString(text: string): string {
  // JSON escapes a superset of what must be escaped, but for DEL, and all in forms that TOML knows.
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

/** A comment line; control characters, which TOML does not allow there, are replaced. */
export function tomlComment(text: string): string {
  // deno-lint-ignore no-control-regex
  const safe = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "\ufffd").trimEnd();
  if (safe.startsWith("#")) return safe;
  return safe === "" ? "#" : `# ${safe}`;
}

/** One element of a list, with comment lines above and a comment behind it. */
export interface TomlElement {
  /** TOML text of the value. */
  readonly text: string;
  readonly above: readonly string[];
  readonly behind: string | undefined;
}

/** Longest line for a list on one line. */
const LINE_WIDTH = 100;

/** `key = [...]`: on one line if it is short and comments allow, else one element a line. */
export function tomlList(
  key: string,
  elements: readonly TomlElement[],
  after: readonly string[] = [],
): string[] {
  const isBare = elements.every(({ above, behind }, index) =>
    above.length === 0 && (behind === undefined || index === elements.length - 1)
  );
  const short = `${tomlKey(key)} = [${elements.map(({ text }) => text).join(", ")}]`;
  if (isBare && after.length === 0 && short.length <= LINE_WIDTH) {
    return [withComment(short, elements.at(-1)?.behind)];
  }
  const lines = [`${tomlKey(key)} = [`];
  for (const { text, above, behind } of elements) {
    lines.push(...above.map((comment) => `  ${comment}`), withComment(`  ${text},`, behind));
  }
  return [...lines, ...after.map((comment) => `  ${comment}`), "]"];
}

/** A line with a comment behind it. */
export function withComment(line: string, comment: string | undefined): string {
  return comment === undefined ? line : `${line} ${comment}`;
}
