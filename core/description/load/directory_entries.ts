/** Which services the entries of a directory name: `depends-on-d` and its like. */
import type { ServiceName } from "../../types.ts";
import type { DescriptionFiles } from "../contract/files.ts";
import { serviceOfEntry } from "../values/names.ts";

/** Services that a directory names, sorted; each once. */
export function directoryEntries(
  path: string,
  files: DescriptionFiles,
):
  | { readonly kind: "names"; readonly names: readonly ServiceName[] }
  | { readonly kind: "unreadable"; readonly why: string } {
  const listed = files.list(path);
  if (listed.kind === "unreadable") return { kind: "unreadable", why: listed.why };
  const names = new Set<ServiceName>();
  for (const entry of [...listed.names].sort()) {
    const name = serviceOfEntry(entry);
    if (name !== undefined) names.add(name);
  }
  return { kind: "names", names: [...names] };
}
