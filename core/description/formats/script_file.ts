/**
 * A script in the place of a service description (OpenRC's, runit's, init's): one report instead of
 * many.
 */
import type { DescriptionSource } from "../contract/description.ts";
import { positionAt } from "../text/locate.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";

/**
 * Only for a text with faulty lines: a description may begin with any comment.
 *
 * @returns undefined when the text does not name an interpreter.
 */
export function scriptProblem(
  text: string,
  { file, format }: Pick<DescriptionSource, "file" | "format">,
): Problem | undefined {
  const interpreter = /^#![ \t]*(\/[^\n]*?)\s*(\n|$)/.exec(text)?.[1];
  if (interpreter === undefined) return undefined;
  const message = `This is a script for ${quote(interpreter)}, not a service description`;
  const lines = format === "toml"
    ? 'type = "process", command = ["/path/of/the/program"]'
    : "type = process, command = /path/of/the/program";
  const hint = `Write a description instead, as dinit-service(5) says; it may begin: ${lines}`;
  return problem(positionAt(text, file, 0), message, { hint });
}
