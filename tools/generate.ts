/**
 * Writes the files of the repository that are made from tables, and no others: `npm run generate`.
 *
 * Says which of them have changed; a file in a folder of made files that nothing makes any more is
 * removed.
 */
import { descriptionSchema } from "../core/description/mod.ts";
import { comingFromPage } from "./coming_from/page.ts";
import { completionFiles } from "./completions/files.ts";
import { formatted } from "./formatted.ts";
import { manualFiles } from "./manual/pages.ts";
import { childLaunchModule } from "./machine_code.ts";
import { PLATFORMS_PAGE, withPlatformTables } from "./platforms/page.ts";
import { readResults } from "./platforms/results.ts";
import { settingsManual } from "./manual/settings_manual.ts";
import { withPhaseTables } from "./state_table/page.ts";

/** Folders that hold made files only. */
const MADE_FOLDERS: readonly string[] = ["docs/completions", "docs/man"];

/** The tables in it are made, the rest is not. */
const PHASES_PAGE = "docs/design/0001-state-model.md";

const ROOT = new URL("..", import.meta.url).pathname;

function readPage(path: string): string {
  return Deno.readTextFileSync(ROOT + path);
}

/** From what tests have written. */
function platformsPage(): string {
  return withPlatformTables(readPage(PLATFORMS_PAGE), readResults(ROOT));
}

/** Path in the repository → the text that belongs there. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["services/schema.json", await formatted(JSON.stringify(descriptionSchema()), "json")],
    ["docs/coming-from-systemd.md", await formatted(comingFromPage(), "md")],
    ["docs/settings.md", await formatted(settingsManual(), "md")],
    [PHASES_PAGE, await formatted(withPhaseTables(readPage(PHASES_PAGE)), "md")],
    [PLATFORMS_PAGE, await formatted(platformsPage(), "md")],
    ["native/code/child_launch.ts", await formatted(childLaunchModule(), "ts")],
    ...inFolder("docs/man", manualFiles()),
    ...inFolder("docs/completions", completionFiles()),
  ]);
}

function inFolder(folder: string, files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].map(([name, text]) => [`${folder}/${name}`, text]);
}

/** A file that is not as the tables make it. */
export interface StaleFile {
  readonly path: string;
  /** What belongs there; undefined: nothing does. */
  readonly text: string | undefined;
}

/**
 * @param root Directory of the repository, with a slash at the end.
 * @returns What {@link writeFiles} has to do.
 */
export function findStale(root: string, files: ReadonlyMap<string, string>): readonly StaleFile[] {
  const stale: StaleFile[] = [...files]
    .filter(([path, text]) => textAt(root + path) !== text)
    .map(([path, text]) => ({ path, text }));
  for (const folder of MADE_FOLDERS) {
    for (const { name } of Deno.readDirSync(root + folder)) {
      const path = `${folder}/${name}`;
      if (!files.has(path)) stale.push({ path, text: undefined });
    }
  }
  return stale;
}

/** @returns undefined when there is no such file. */
function textAt(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes or removes each of the files. */
function writeFiles(root: string, stale: readonly StaleFile[]): void {
  for (const { path, text } of stale) {
    if (text === undefined) Deno.removeSync(root + path);
    else Deno.writeTextFileSync(root + path, text);
    console.log(`${text === undefined ? "removed" : "written"}  ${path}`);
  }
}

if (import.meta.main) {
  writeFiles(ROOT, findStale(ROOT, await generatedFiles()));
}
