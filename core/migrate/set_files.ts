/**
 * The set of services that a machine gets, changed as far as this machine differs from what the set
 * takes for granted: links of what is not on are left out, other names are added.
 */
import type { PlannedFile } from "./plan.ts";
import { tomlList } from "./toml_list.ts";

/** How a machine differs. */
export interface SetChanges {
  /** Services of the set that are on by themselves there, and off on this machine. */
  readonly off: ReadonlySet<string>;
  /** Other names that services of the set get: what packages call them. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Texts in place of the set's own, by path. */
  readonly replaced: ReadonlyMap<string, string>;
}

/** Folders with links to the services that are on. */
const LINK_FOLDERS = ["boot.d", "login.d", "early.d", "network-online.d", "time-sync.d"];

/** @param set Its files as they are. */
export function changedSet(set: readonly PlannedFile[], changes: SetChanges): PlannedFile[] {
  return set.flatMap((file): readonly PlannedFile[] => {
    const { path, content } = file;
    const [folder = "", name = ""] = path.split("/");
    if (LINK_FOLDERS.includes(folder) && changes.off.has(name)) return [];
    if (content.kind !== "text") return [file];
    const replaced = changes.replaced.get(path);
    if (replaced !== undefined) return [{ path, content: { ...content, text: replaced } }];
    const names = changes.aliases.get(path.replace(/\.toml$/, ""));
    if (!path.endsWith(".toml") || names === undefined) return [file];
    return [{ path, content: { ...content, text: withAliases(content.text, names) } }];
  });
}

/** A line with other names behind the settings, before the first table. */
export function withAliases(text: string, names: readonly string[]): string {
  const line = `# What packages of this machine call it.\naliases = ${tomlList(names)}\n`;
  const table = /^\[/m.exec(text)?.index;
  if (table === undefined) return `${text.trimEnd()}\n${line}`;
  // Comments right above a table are the table's.
  const before = text.slice(0, table).replace(/(?:^#.*\n)+$/m, "");
  return `${before.trimEnd()}\n${line}\n${text.slice(before.length)}`;
}
