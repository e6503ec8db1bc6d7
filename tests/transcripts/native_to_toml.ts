/**
 * The few settings that the transcripts' descriptions have, from upstream's format to TOML. Lines
 * become lines, so what is wrong in one is wrong in the other.
 */

const LISTS = ["depends-on", "depends-ms", "waits-for", "options"];
const NUMBERS = ["start-timeout", "stop-timeout"];

export function nativeToToml(text: string): string {
  const lists = new Map<string, string[]>();
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const [key = "", value = ""] = line.split(/\s*=\s*(.*)/, 2);
    if (key === "") continue;
    if (LISTS.includes(key)) {
      const list = lists.get(key) ?? [];
      lists.set(key, list);
      list.push(...value.split(" "));
      continue;
    }
    const isBare = NUMBERS.includes(key) || value === "false" || value === "true";
    lines.push(`${key} = ${isBare ? value : JSON.stringify(value)}`);
  }
  for (const [key, list] of lists) lines.push(`${key} = ${JSON.stringify(list)}`);
  return lines.join("\n") + "\n";
}
