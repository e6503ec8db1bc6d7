/**
 * Other names of services: which description has a name among its `aliases`.
 *
 * Looked for only when no file is called so, since that means reading all files. An alias is a
 * second name of the file: for a template, `getty` with the alias `console`, `console@tty1` is
 * `getty@tty1`.
 */
import type { ServiceName } from "../../types.ts";
import { decodeText, type DescriptionFiles } from "../contract/files.ts";
import { splitName, TOML_SUFFIX, withArgument } from "../contract/names.ts";
import { parseToml } from "../formats/toml.ts";
import { joinPath } from "../../paths.ts";

/** A description that has the alias. */
export interface AliasOwner {
  readonly name: ServiceName;
  readonly file: string;
}

export class AliasIndex {
  readonly #directories: readonly string[];
  readonly #files: DescriptionFiles;
  /** By alias, in the order of the search; made when it is first asked for. */
  #owners: ReadonlyMap<string, readonly AliasOwner[]> | undefined;

  constructor(directories: readonly string[], files: DescriptionFiles) {
    this.#directories = directories;
    this.#files = files;
  }

  /** All that claim a name. The first one has it. */
  ownersOf(name: string): readonly AliasOwner[] {
    const { base, argument } = splitName(name);
    this.#owners ??= this.#read();
    const owners = this.#owners.get(base) ?? [];
    return owners.map((owner) => ({ ...owner, name: withArgument(owner.name, argument) }));
  }

  #read(): ReadonlyMap<string, readonly AliasOwner[]> {
    const owners = new Map<string, AliasOwner[]>();
    const seen = new Set<string>();
    for (const directory of this.#directories) {
      const listed = this.#files.list(directory);
      if (listed.kind === "unreadable") continue;
      for (const entry of [...listed.names].sort()) {
        // Upstream's format has none; a file in an earlier directory is read instead of this one.
        if (!entry.endsWith(TOML_SUFFIX) || seen.has(entry)) continue;
        seen.add(entry);
        const file = joinPath(directory, entry);
        const name = entry.slice(0, -TOML_SUFFIX.length) as ServiceName;
        for (const alias of this.#aliasesIn(file)) {
          const known = owners.get(alias);
          if (known === undefined) owners.set(alias, [{ name, file }]);
          else known.push({ name, file });
        }
      }
    }
    return owners;
  }

  #aliasesIn(file: string): ReadonlySet<string> {
    const read = this.#files.read(file);
    const decoded = read.kind === "contents" ? decodeText(read.bytes, file) : undefined;
    if (decoded?.kind !== "text" || !decoded.text.includes("aliases")) return new Set();
    const parsed = parseToml(decoded.text, file);
    const written = parsed.kind === "table" ? parsed.table.aliases : undefined;
    if (!Array.isArray(written)) return new Set();
    return new Set(written.filter((alias) => typeof alias === "string"));
  }
}
