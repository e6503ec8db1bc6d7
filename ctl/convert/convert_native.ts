/** Descriptions in upstream's format → TOML with the same meaning. */
import {
  convertToToml,
  decodeText,
  directoryPart,
  type Problem,
  problem,
  TOML_SUFFIX,
  type UserDatabase,
} from "../../core/description/mod.ts";
import { type Conversion, type ConvertFiles, unreadable } from "../../core/convert/mod.ts";
import { compareMeaning } from "./same_meaning.ts";

/** What is read besides the file itself. */
export interface NativeSurroundings {
  readonly files: ConvertFiles;
  readonly users: UserDatabase;
}

/** Converts one file. */
export function convertNative(path: string, { files, users }: NativeSurroundings): Conversion {
  const read = files.read(path);
  if (read.kind !== "contents") {
    const why = read.kind === "missing" ? "there is no such file" : read.why;
    return unreadable(problem({ file: path }, `Cannot read the file: ${why}`));
  }
  if (path.endsWith(TOML_SUFFIX)) {
    return unreadable(
      problem({ file: path }, `The file has the suffix ${TOML_SUFFIX}, so it is TOML already`),
    );
  }
  const decoded = decodeText(read.bytes, path);
  if (decoded.kind === "fault") return unreadable(decoded.problem);
  const { text } = decoded;
  const result = convertToToml(text, path, files);
  if (result.kind === "faulty") return unreadable(...result.problems);
  // A net below the converter: what it made is read again.
  const around = { file: path, directory: directoryPart(path), service: "service", files, users };
  const compared = compareMeaning(
    { text, format: "native" },
    { text: result.text, format: "toml" },
    around,
  );
  if (compared === "different") return unreadable(...result.warnings, differentMeaning(path));
  const service = path.slice(path.lastIndexOf("/") + 1);
  return {
    files: [{ service, source: path, text: result.text }],
    lines: [],
    skipped: [],
    problems: result.warnings,
  };
}

function differentMeaning(path: string): Problem {
  return problem({ file: path }, "The result would not mean the same, so it is not written", {
    hint: "Please report this",
  });
}
