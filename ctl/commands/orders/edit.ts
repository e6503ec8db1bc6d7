/**
 * `edit`: the description of a service in an editor. What is written counts when it is in order:
 * until then a copy is edited.
 */
import { decodeText, encodeText } from "../../../core/protocol/mod.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { Reporting } from "../../interface/report.ts";
import { descriptionOf, type FoundDescription } from "../lookup/found_description.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import type { ManagerPaths } from "../lookup/description_file.ts";
import { readDescriptionText, readingContext, visibleEnvironment } from "../lookup/read_service.ts";
import { literalName } from "../lookup/service_lookup.ts";
import { reloadOne } from "./reload.ts";

/** What is run when neither VISUAL nor EDITOR says anything. */
const USUAL_EDITOR = "vi";

export const edit: Command = function* (context) {
  const { session, operands, io } = context;
  const name = yield* literalName(session, operands[0] ?? "");
  const paths: ManagerPaths = { session };
  const found = yield* descriptionOf(context, paths, name);
  if (found === undefined) return 1;
  const { file } = found.source;
  const edited = yield* editedText(context, name, found);
  if (edited === undefined) return 1;
  if (edited === "unchanged") {
    yield { kind: "progress", text: `${file} stays as it was: nothing was changed.` };
    return 0;
  }
  const why = hasChanged(found, io)
    ? "somebody else has changed it meanwhile"
    : io.files.replaceFile(io.files.realPath(file) ?? file, edited.text);
  if (why !== undefined) {
    yield { kind: "error", lines: [`cannot write ${file}: ${why}.`, leftIn(edited.path)] };
    return 1;
  }
  io.files.remove(edited.path);
  yield { kind: "progress", text: `Wrote ${file}.` };
  // The editor may have been open for longer than an answer takes.
  session.renewPatience();
  return found.isLoaded ? yield* reloadOne(context, paths, name) : 0;
};

interface Edited {
  /** Of the copy. */
  readonly path: string;
  readonly text: string;
}

/** Runs the editor until the text is in order, or the user has had enough, which is told. */
function* editedText(
  { session, io }: CommandContext,
  name: string,
  { source, bytes }: FoundDescription,
): Reporting<Edited | "unchanged" | undefined> {
  const before = decodeText(bytes);
  if (encodeText(before).length !== bytes.length) {
    throw new ClientError(`${source.file} is no text in UTF-8.`);
  }
  const reading = readingContext(yield* visibleEnvironment(session), io);
  const copy = io.files.makeScratchFile(
    source.file.slice(source.file.lastIndexOf("/") + 1),
    before,
  );
  if (typeof copy === "string") throw new ClientError(`cannot make a copy to edit: ${copy}`);
  const { path } = copy;
  for (;;) {
    runEditor(path, io);
    const after = io.files.read(path);
    if (after.kind !== "contents") throw new ClientError(`the editor left no text in ${path}.`);
    const text = decodeText(after.bytes);
    if (text === before) {
      io.files.remove(path);
      return "unchanged";
    }
    const read = yield* readDescriptionText(name, { source, bytes: after.bytes }, reading);
    if (read.kind === "read") return { path, text };
    yield {
      kind: "error",
      lines: [`the text is not in order, so ${source.file} stays:`, ...read.lines],
    };
    io.err("Edit again? [Y/n] ");
    const answer = io.readLine();
    if (answer === undefined || /^\s*[nN]/.test(answer)) {
      yield { kind: "remark", text: leftIn(path) };
      return undefined;
    }
  }
}

/** @throws {ClientError} When it cannot be run, or says that it failed. */
function runEditor(path: string, io: ClientIo): void {
  const named = [io.env("VISUAL"), io.env("EDITOR")].find((word) => (word ?? "").trim() !== "");
  const editor = named ?? USUAL_EDITOR;
  // It may have options: a shell divides the words, as for git and others.
  const outcome = io.run(["/bin/sh", "-c", `${editor} "$1"`, "sh", path]);
  if (outcome.kind === "exited" && outcome.code === 0) return;
  const end = outcome.kind === "exited"
    ? `ended with status ${outcome.code}`
    : outcome.kind === "signalled"
    ? `was ended by signal ${outcome.signal}`
    : `cannot be run: ${outcome.why}`;
  throw new ClientError(`the editor '${editor}' ${end}; nothing was changed.`, leftIn(path));
}

function hasChanged({ source, bytes }: FoundDescription, io: ClientIo): boolean {
  const now = io.files.read(source.file);
  return now.kind !== "contents" || decodeText(now.bytes) !== decodeText(bytes);
}

function leftIn(path: string): string {
  return `what was written is left in ${path}.`;
}
