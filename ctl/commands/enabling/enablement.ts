/**
 * The part of enabling that is about files: a link in the directory from which the FROM service
 * takes services to wait for. Common to the ways with and without a manager.
 */
import { directoryPart, TOML_SUFFIX } from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import type { ClientFiles } from "../../interface/io.ts";
import type { ReadService } from "../lookup/read_service.ts";

/** What is to be done to the files. */
export type Enablement =
  | {
    readonly kind: "plan";
    /** Directory of links. */
    readonly directory: string;
    /** The link that there is, if there is one. */
    readonly existing: string | undefined;
  }
  | { readonly kind: "refused"; readonly lines: readonly string[] };

/** Where services are enabled from when nothing says otherwise. */
export const DEFAULT_FROM = "boot";

type Read = Extract<ReadService, { kind: "read" }>;

/** Finds the directory of links of the FROM service and looks for the service in it. */
export function planEnablement(
  to: string,
  from: { readonly name: string; readonly read: Read },
  files: ClientFiles,
): Enablement {
  if (to.includes("/")) {
    return refused(
      `service '${to}' cannot be enabled or disabled: the link would have its name, and a file's name holds no '/'.`,
      `name it with 'waits-for' in the description of '${from.name}' (${from.read.source.file}) instead.`,
    );
  }
  const { dependencies } = from.read.draft;
  if (isNamedBy(from.read, to)) {
    return refused(
      `service '${from.name}' names '${to}' in its description (${from.read.source.file}): enable and disable cannot change that.`,
      "edit the description instead.",
    );
  }
  const directories = dependencies.flatMap(({ kind, target }) =>
    kind === "waits-for" && target.kind === "directory" ? [target.path] : []
  );
  const [directory] = directories;
  if (directory === undefined) {
    return refused(
      `service '${from.name}' has no setting 'waits-for.d' (${from.read.source.file}), so nothing can be enabled from it.`,
      "add the setting, or name another service with --from.",
    );
  }
  if (directories.length > 1) {
    return refused(
      `service '${from.name}' has several 'waits-for.d' directories (${
        directories.join(", ")
      }): it must have one.`,
    );
  }
  const listed = files.list(directory);
  if (listed.kind === "unreadable") {
    return refused(`cannot read directory ${directory}: ${listed.why}.`);
  }
  const existing = [to, to + TOML_SUFFIX].find((entry) => listed.names.includes(entry));
  return {
    kind: "plan",
    directory,
    existing: existing === undefined ? undefined : joinPath(directory, existing),
  };
}

/** Whether a description names the service itself, so that no link is needed or helps. */
export function isNamedBy(from: Read, to: string): boolean {
  return from.draft.dependencies.some(({ kind, target }) =>
    kind !== "prepared-by" && target.kind === "service" && target.name === to
  );
}

/** Makes the link. @returns undefined when done, else what to say. */
export function makeEnablingSymlink(
  to: { readonly name: string; readonly file: string },
  directory: string,
  files: ClientFiles,
): string | undefined {
  const path = joinPath(directory, to.name);
  const why = files.makeSymlink(symlinkTarget(to.file, directory), path);
  return why === undefined ? undefined : `cannot make link ${path}: ${why}.`;
}

/** A relative link when both lie together, so that the tree may be moved; else an absolute one. */
export function symlinkTarget(file: string, directory: string): string {
  const parent = directoryPart(directory.replace(/\/+$/, ""));
  const home = directoryPart(file).replace(/(?<=.)\/+$/, "");
  return parent === home ? `../${file.slice(file.lastIndexOf("/") + 1)}` : file;
}

function refused(...lines: readonly string[]): Enablement {
  return { kind: "refused", lines };
}
