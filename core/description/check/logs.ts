/** Log files that several services share: they have one writer, so their settings are to agree. */
import { joinPath } from "../../paths.ts";
import type { Entry, SecondaryFinding } from "./entry.ts";
import type { LogTarget } from "../contract/description.ts";
import type { DescriptionFiles } from "../contract/files.ts";
import { problem, quote } from "../contract/problem.ts";

type FileTarget = Extract<LogTarget, { kind: "file" }>;

/** Settings that belong to the file and not to what a service writes. */
const SHARED_SETTINGS: Readonly<Record<string, (log: FileTarget) => unknown>> = {
  "log-rotate-size": ({ rotation }) => rotation?.sizeBytes,
  "log-rotate-count": ({ rotation }) => rotation?.count,
  "log-timestamps": ({ timestamps }) => timestamps,
  "logfile-permissions": ({ mode }) => mode,
  "logfile-uid": ({ uid }) => uid,
  "logfile-gid": ({ gid }) => gid,
};

/** A warning for each service whose log file an earlier one has with other settings. */
export function logFindings(
  entries: ReadonlyMap<string, Entry>,
  files: Pick<DescriptionFiles, "realDirectory">,
): readonly SecondaryFinding[] {
  const found: SecondaryFinding[] = [];
  const known = new Map<string, { readonly name: string; readonly log: FileTarget }>();
  for (const entry of entries.values()) {
    const body = entry.draft?.body;
    if (body === undefined || body.log.kind !== "file") continue;
    const { log } = body;
    const path = realPath(joinPath(body.workingDirectory, log.path), files);
    const first = known.get(path);
    if (first === undefined) {
      known.set(path, { name: entry.name, log });
      continue;
    }
    const differing = Object.entries(SHARED_SETTINGS)
      .filter(([, valueOf]) => valueOf(first.log) !== valueOf(log))
      .map(([key]) => key);
    if (differing.length > 0) found.push(finding(entry, first.name, differing));
  }
  return found;
}

function finding(
  entry: Entry,
  other: string,
  settings: readonly string[],
): SecondaryFinding {
  const message = `${quote(other)} has the same log file with another ${settings.join(", ")}: ` +
    "lines may be lost; write the same in both";
  const assignment = entry.draft?.reading.given.get("logfile");
  const where = assignment === undefined
    ? undefined
    : entry.draft?.tree.locate(assignment, { part: "value", path: [] });
  const warning = problem(where, message, { severity: "warning" });
  return { service: entry.name, finding: { problem: warning, counts: false } };
}

/** Links are known only of a log that is there. */
function realPath(path: string, files: Pick<DescriptionFiles, "realDirectory">): string {
  const directory = files.realDirectory(path);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return simplified(directory === undefined ? path : joinPath(directory, name));
}

function simplified(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === ".." && names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `${path.startsWith("/") ? "/" : ""}${names.join("/")}`;
}
