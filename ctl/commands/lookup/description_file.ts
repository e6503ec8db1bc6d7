/**
 * Where the description of a loaded service is, and whether it has changed since it was read.
 */
import type { FileTime, Handle } from "../../../core/protocol/mod.ts";
import { splitName, TOML_SUFFIX } from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ClientFiles } from "../../interface/io.ts";
import type { Session } from "../../connection/session.ts";
import type { Waiting } from "../../interface/waits.ts";

/** What the manager says of its directories; asked once and kept. */
export interface ManagerPaths {
  readonly session: Session;
  mechanism?: LoadMechanism;
}

interface LoadMechanism {
  readonly workingDirectory: string;
  readonly directories: readonly string[];
}

/** A description's file as it is now. */
export interface FoundFile {
  readonly path: string;
  /** undefined: it cannot be read now. */
  readonly modified: FileTime | undefined;
  /** It is certain that there is no such file. */
  readonly isMissing: boolean;
}

/** Search directories of the manager, absolute, in order. */
export function* serviceDirectories(paths: ManagerPaths): Waiting<readonly string[]> {
  const { workingDirectory, directories } = yield* loadMechanism(paths);
  return directories.map((directory) => joinPath(workingDirectory, directory));
}

/**
 * The directory in which a service's description was found, absolute.
 *
 * @throws {ClientError} When the manager does not say.
 */
export function* descriptionDirectory(paths: ManagerPaths, handle: Handle): Waiting<string> {
  const { directory } = yield* paths.session.expect(
    { kind: "query-description-directory", handle },
    "description-directory",
  );
  if (directory === "") throw new ClientError("protocol error: empty description directory.");
  if (directory.startsWith("/")) return directory;
  const { workingDirectory } = yield* loadMechanism(paths);
  if (workingDirectory === "") {
    throw new ClientError(
      `cannot tell where the description directory '${directory}' is: the manager does not know its working directory.`,
    );
  }
  return joinPath(workingDirectory, directory);
}

/** The description of a service in a directory: `NAME.toml` if there is one, else `NAME`. */
export function descriptionFile(
  directory: string,
  service: string,
  files: ClientFiles,
): FoundFile {
  const plain = joinPath(directory, splitName(service).base);
  const toml = plain + TOML_SUFFIX;
  const tomlModified = modificationTime(toml, files);
  if (tomlModified !== undefined) return { path: toml, modified: tomlModified, isMissing: false };
  const modified = modificationTime(plain, files);
  if (modified !== undefined) return { path: plain, modified, isMissing: false };
  // One that is too large, say, is there all the same.
  if (files.exists(toml)) return { path: toml, modified, isMissing: false };
  // In a directory that cannot be listed nothing can be told.
  const isMissing = !files.exists(plain) && files.list(directory).kind === "names";
  return { path: plain, modified, isMissing };
}

function modificationTime(path: string, files: ClientFiles): FileTime | undefined {
  const file = files.read(path);
  if (file.kind !== "contents") return undefined;
  return { seconds: file.modifiedSeconds, nanoseconds: file.modifiedNanoseconds };
}

/** Whether two readings of a file's time differ. */
export function isSameTime(left: FileTime, right: FileTime): boolean {
  return left.seconds === right.seconds && left.nanoseconds === right.nanoseconds;
}

function* loadMechanism(paths: ManagerPaths): Waiting<LoadMechanism> {
  const mechanism = paths.mechanism ??
    (yield* paths.session.expect({ kind: "query-load-mechanism" }, "load-mechanism"));
  paths.mechanism = mechanism;
  return mechanism;
}
