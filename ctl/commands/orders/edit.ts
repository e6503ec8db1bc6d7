/**
 * `edit`: the description of a service in an editor. What is written counts when it is in order:
 * until then a copy is edited.
 */
import { decodeText, encodeText } from "../../../core/protocol/mod.ts";
import { directoryPart, DROP_IN_SUFFIX } from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import { ClientError } from "../../interface/client_error.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { Reporting } from "../../interface/report.ts";
import { descriptionOf, type FoundDescription } from "../lookup/found_description.ts";
import type { Command, CommandContext } from "../lookup/context.ts";
import { type ManagerPaths, serviceDirectories } from "../lookup/description_file.ts";
import {
  type DescriptionText,
  readDescriptionText,
  readingContext,
  visibleEnvironment,
} from "../lookup/read_service.ts";
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
  const text = context.options.dropIn
    ? dropInText(name, found, yield* serviceDirectories(paths), io)
    : descriptionText(found);
  const { file } = text;
  const edited = yield* editedText(context, name, text);
  if (edited === undefined) return 1;
  if (edited === "unchanged") {
    yield { kind: "progress", text: `${file} stays as it was: nothing was changed.` };
    return 0;
  }
  const why = hasChanged(text, io)
    ? "somebody else has changed it meanwhile"
    : (text.bytes === undefined ? io.files.makeFolder(directoryPart(file)) : undefined) ??
      io.files.replaceFile(io.files.realPath(file) ?? file, edited.text);
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

/** What is edited, and what it is checked with. */
interface EditedFile {
  readonly file: string;
  /** Undefined: there is no such file yet. */
  readonly bytes: Uint8Array | undefined;
  /** The whole description, with this text in the file. */
  with(text: Uint8Array): DescriptionText;
}

function descriptionText({ source, bytes, dropIns }: FoundDescription): EditedFile {
  return { file: source.file, bytes, with: (text) => ({ source, bytes: text, dropIns }) };
}

/** Name of the drop-in that is made; systemctl's `edit` calls its own so. */
const DROP_IN = "override.toml";

/** What a new drop-in has in it. */
const NEW_DROP_IN = "# Settings here replace those of the description; tables are joined.\n" +
  "# Lists under [append] are added to its lists.\n";

/** @throws {ClientError} When there is no place for it. */
function dropInText(
  name: string,
  { source, bytes, dropIns }: FoundDescription,
  directories: readonly string[],
  io: ClientIo,
): EditedFile {
  const [directory] = directories;
  if (directory === undefined || name.includes("/")) {
    throw new ClientError(`there is no place for drop-ins of '${name}'.`);
  }
  const file = joinPath(joinPath(directory, name + DROP_IN_SUFFIX), DROP_IN);
  const read = io.files.read(file);
  if (read.kind === "unreadable") throw new ClientError(`cannot read ${file}: ${read.why}.`);
  const times = { modifiedSeconds: 0, modifiedNanoseconds: 0 };
  return {
    file,
    bytes: read.kind === "contents" ? read.bytes : undefined,
    with: (text) => {
      const own = { file, directory, bytes: text, ...times };
      // Of this name only this one counts; all are put over it in the order of their names.
      const others = dropIns.filter((each) => fileName(each.file) !== DROP_IN);
      const at = others.findIndex((each) => fileName(each.file) > DROP_IN);
      const place = at < 0 ? others.length : at;
      return { source, bytes, dropIns: others.toSpliced(place, 0, own) };
    },
  };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

interface Edited {
  /** Of the copy. */
  readonly path: string;
  readonly text: string;
}

/** Runs the editor until the text is in order, or the user has had enough, which is told. */
function* editedText(
  { session, io }: CommandContext,
  name: string,
  edited: EditedFile,
): Reporting<Edited | "unchanged" | undefined> {
  const { file, bytes } = edited;
  const before = bytes === undefined ? NEW_DROP_IN : decodeText(bytes);
  if (bytes !== undefined && encodeText(before).length !== bytes.length) {
    throw new ClientError(`${file} is no text in UTF-8.`);
  }
  const reading = readingContext(yield* visibleEnvironment(session), io);
  const copy = io.files.makeScratchFile(fileName(file), before);
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
    const read = yield* readDescriptionText(name, edited.with(after.bytes), reading);
    if (read.kind === "read") return { path, text };
    yield {
      kind: "error",
      lines: [`the text is not in order, so ${file} stays:`, ...read.lines],
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

function hasChanged({ file, bytes }: EditedFile, io: ClientIo): boolean {
  const now = io.files.read(file);
  if (bytes === undefined) return now.kind !== "missing";
  return now.kind !== "contents" || decodeText(now.bytes) !== decodeText(bytes);
}

function leftIn(path: string): string {
  return `what was written is left in ${path}.`;
}
