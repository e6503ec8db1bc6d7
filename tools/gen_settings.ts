/** Writes docs/settings.md from the table of settings. */
import { formatted } from "./formatted.ts";
import { settingsManual } from "./settings_manual.ts";

/** The text of the manual page's file. */
export function settingsText(): Promise<string> {
  return formatted(settingsManual(), "md");
}

if (import.meta.main) {
  Deno.writeTextFileSync(new URL("../docs/settings.md", import.meta.url), await settingsText());
}
