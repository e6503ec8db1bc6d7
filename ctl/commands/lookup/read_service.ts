/**
 * Reads the description of a service for what the protocol does not tell: its dependencies, and
 * where it wants to be enabled from. The manager may have read an older text.
 */
import {
  decodeText,
  type DescriptionSource,
  type Draft,
  draftDescription,
  type DropIn,
  findDescription,
  nameFault,
  parseDescription,
  parseUserDatabase,
  problemLine,
  serviceName,
  type UserDatabase,
} from "../../../core/description/mod.ts";
import type { ClientIo } from "../../interface/io.ts";
import { NotAllowed } from "../../interface/not_allowed.ts";
import type { Session } from "../../connection/session.ts";
import { PAUSE, type Waiting } from "../../interface/waits.ts";

export type ReadService =
  | { readonly kind: "read"; readonly source: DescriptionSource; readonly draft: Draft }
  | { readonly kind: "missing" }
  /** Lines that say what is wrong with it. */
  | { readonly kind: "faulty"; readonly lines: readonly string[] };

/** What descriptions are read with; made once a run. */
export interface ReadingContext {
  readonly io: ClientIo;
  /** For variables in descriptions. */
  readonly environment: ReadonlyMap<string, string>;
  readonly users: UserDatabase;
}

/** @param environment The manager's, as far as known. */
export function readingContext(
  environment: ReadonlyMap<string, string>,
  io: ClientIo,
): ReadingContext {
  const users = parseUserDatabase(textOf("/etc/passwd", io), textOf("/etc/group", io));
  return { io, environment, users };
}

/**
 * Reads the first description of a service that the directories have, in turns with others: the
 * first time V8 has to read the functions of it, which takes one to two milliseconds for each half.
 */
export function* readService(
  name: string,
  directories: readonly string[],
  reading: ReadingContext,
): Waiting<ReadService> {
  yield PAUSE;
  const fault = nameFault(name);
  if (fault !== undefined) {
    return { kind: "faulty", lines: [`'${name}' is no service name: ${fault}.`] };
  }
  const found = findDescription(name, directories, reading.io.files);
  if (found.kind === "missing") return found;
  if (found.kind !== "found") return { kind: "faulty", lines: [problemLine(found.problem)] };
  const unreadable = found.problems.find(({ severity }) => severity === "error");
  if (unreadable !== undefined) return { kind: "faulty", lines: [problemLine(unreadable)] };
  return yield* readDescriptionText(name, found, reading);
}

/** A description before anybody has asked what it means. */
export interface DescriptionText {
  readonly source: DescriptionSource;
  readonly bytes: Uint8Array;
  /** What is put over it. */
  readonly dropIns: readonly DropIn[];
}

/** Reads the text of a description, which may be one that no file has yet. */
export function* readDescriptionText(
  name: string,
  { source, bytes, dropIns }: DescriptionText,
  { io, environment, users }: ReadingContext,
): Waiting<Exclude<ReadService, { kind: "missing" }>> {
  const decoded = decodeText(bytes, source.file);
  if (decoded.kind === "fault") return { kind: "faulty", lines: [problemLine(decoded.problem)] };
  const context = {
    ...{ name: serviceName(name), source, dropIns, environment, users, files: io.files },
    managerUid: io.userId(),
  };
  const parsed = parseDescription(decoded.text, context);
  yield PAUSE;
  const result = parsed.kind === "faulty" ? parsed : draftDescription(parsed, context);
  if (result.kind === "faulty") {
    return { kind: "faulty", lines: result.problems.map(problemLine) };
  }
  return { kind: "read", source, draft: result.draft };
}

/** The same, and empty when the manager does not tell it to this user. */
export function* visibleEnvironment(
  session: Session,
): Waiting<ReadonlyMap<string, string>> {
  try {
    return yield* managerEnvironment(session);
  } catch (error) {
    if (error instanceof NotAllowed) return new Map();
    throw error;
  }
}

/** The manager's environment; empty when it is too old to tell. */
export function* managerEnvironment(
  session: Session,
): Waiting<ReadonlyMap<string, string>> {
  const environment = new Map<string, string>();
  if (!session.knows("list-environment")) return environment;
  const { entries } = yield* session.expect({ kind: "list-environment" }, "environment");
  for (const entry of entries) {
    const equals = entry.indexOf("=");
    if (equals > 0) environment.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  yield PAUSE;
  return environment;
}

/** A file that cannot be read counts as empty. */
export function textOf(path: string, io: ClientIo): string {
  const file = io.files.read(path);
  return file.kind === "contents" ? new TextDecoder().decode(file.bytes) : "";
}
