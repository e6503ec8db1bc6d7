/**
 * A whole systemd unit in the place of a service description: one report instead of one for each
 * line.
 *
 * Source: systemd.syntax(7), systemd.service(5).
 */
import type { DescriptionSource } from "../contract/description.ts";
import { positionAt } from "../text/locate.ts";
import { type Problem, problem } from "../contract/problem.ts";

const SECTION =
  /^\[(Unit|Service|Install|Socket|Timer|Mount|Automount|Swap|Path|Slice|Scope)\]\s*$/;

/**
 * @returns undefined when the text is no unit: it begins otherwise, or has no setting of systemd's.
 */
export function systemdUnitProblem(
  text: string,
  { file, format }: Pick<DescriptionSource, "file" | "format">,
): Problem | undefined {
  let start = 0;
  for (const line of text.split("\n")) {
    if (!/^\s*([#;].*)?$/.test(line)) {
      if (!SECTION.test(line) || !/^[A-Z][A-Za-z]+\s*=/m.test(text)) return undefined;
      const position = positionAt(text, file, start);
      const message = "This is a systemd unit, not a service description";
      return problem(position, message, { hint: hintFor(text, format) });
    }
    start += line.length + 1;
  }
  return undefined;
}

/** The lines to begin with, made of what the unit says. */
function hintFor(text: string, format: DescriptionSource["format"]): string {
  const systemdType = valueOf(text, "Type") ?? "simple";
  const type = TYPES[systemdType] ?? "process";
  // Prefixes such as "-" and "@" have no meaning here.
  const command = (valueOf(text, "ExecStart") ?? "").replace(/^[-@:+!|]+/, "");
  const isTooLong = command === "" || command.length > 60 || command.endsWith("\\");
  const shown = isTooLong ? "…" : command;
  const lines = format === "toml"
    ? [`type = "${type}"`, `command = ${isTooLong ? '"…"' : JSON.stringify(shown)}`]
    : [`type = ${type}`, `command = ${shown}`];
  if (systemdType.startsWith("notify")) {
    lines.push(`ready-notification = ${format === "toml" ? '"notify:socket"' : "notify:socket"}`);
  }
  return `Write a description instead, as dinit-service(5) says; it may begin: ${lines.join(", ")}`;
}

const TYPES: Readonly<Record<string, string>> = { oneshot: "scripted", forking: "bgprocess" };

function valueOf(text: string, key: string): string | undefined {
  return new RegExp(`^${key}\\s*=[ \t]*(\\S.*?)\\s*$`, "m").exec(text)?.[1];
}
