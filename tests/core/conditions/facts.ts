/** A machine for tests of conditions, as a table of its files. */
import type { ConditionFacts, FactsOfFile } from "../../../core/conditions/judge.ts";

/** Text of a file; null: a directory; a member `link`: where it leads. */
export type MachineFile = string | null | { readonly link: string } | {
  readonly mode: number;
};

export interface MachineParts extends Partial<Omit<ConditionFacts, "read" | "exists" | "status">> {
  readonly files?: Readonly<Record<string, MachineFile>>;
}

/** Nothing is there but what is given. */
export function machine({ files = {}, ...rest }: MachineParts = {}): ConditionFacts {
  const followed = (path: string): string => {
    const file = files[path];
    return typeof file === "object" && file !== null && "link" in file ? followed(file.link) : path;
  };
  const at = (path: string): MachineFile | undefined => files[followed(path)];
  return {
    os: "linux",
    architecture: "x86-64",
    read: (path) => {
      const file = at(path);
      return typeof file === "string" ? file : undefined;
    },
    exists: (path) => at(path) !== undefined,
    status: (path, links) => statusOf(links === "itself" ? files[path] : at(path)),
    realPath: (path) => at(path) === undefined ? undefined : followed(path),
    names: (path) => {
      if (at(path) !== null) return undefined;
      const folder = path === "/" ? "/" : `${followed(path)}/`;
      return Object.keys(files)
        .filter((each) => each.startsWith(folder) && each !== folder)
        .map((each) => each.slice(folder.length))
        .filter((name) => !name.includes("/"));
    },
    variable: () => undefined,
    userId: () => 0,
    userNamed: () => undefined,
    groupNamed: () => undefined,
    ...rest,
  };
}

function statusOf(file: MachineFile | undefined): FactsOfFile | undefined {
  if (file === undefined) return undefined;
  if (file === null) return { type: "directory", mode: 0o755, sizeBytes: 4096 };
  if (typeof file === "string") return { type: "regular", mode: 0o644, sizeBytes: file.length };
  if ("link" in file) return { type: "link", mode: 0o777, sizeBytes: 1 };
  return { type: "regular", mode: file.mode, sizeBytes: 1 };
}
