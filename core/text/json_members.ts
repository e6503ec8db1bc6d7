/** JSON in files and variables that anybody may have written. */

/**
 * The members of a JSON object, of which nothing is known yet.
 *
 * @returns undefined: the text is no JSON, or its value has no members.
 */
export function jsonMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null
    ? value as Readonly<Record<string, unknown>>
    : undefined;
}
