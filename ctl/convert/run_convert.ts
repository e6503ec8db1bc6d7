/** `dinit convert`: service descriptions in upstream's format → TOML. */
import { printable, printableLines } from "../../core/printable.ts";
import {
  convertToToml,
  decodeText,
  directoryPart,
  formatProblem,
  nameFault,
  type Problem,
  TOML_SUFFIX,
} from "../../core/description/mod.ts";
import { joinPath } from "../../core/paths.ts";
import { readingContext } from "../commands/lookup/read_service.ts";
import type { ClientIo } from "../interface/io.ts";
import type { ExitCode } from "../interface/report.ts";
import { writeNewFile } from "../interface/new_file.ts";
import { convertHelp, type Destination, parseConvertLine } from "./options.ts";
import { compareMeaning } from "./same_meaning.ts";

const PROGRAM = "dinit convert";

/** Writes a file that must not exist. @returns undefined when done, else why not. */
export type WriteFile = (path: string, text: string) => string | undefined;

/**
 * Carries out one command line of `dinit convert`.
 *
 * @param write How files are written; tests give their own.
 * @returns 0 when everything was converted.
 */
export function runConvert(
  words: readonly string[],
  io: ClientIo,
  write: WriteFile = writeNewFile,
): ExitCode {
  const parsed = parseConvertLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(convertHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) io.err(`${PROGRAM}: ${printable(line)}\n`);
      return 1;
    case "run":
      return new Conversion(parsed.destination, io, write).run(parsed.paths);
  }
}

class Conversion {
  readonly #destination: Destination;
  readonly #io: ClientIo;
  readonly #write: WriteFile;
  #hasFailed = false;

  constructor(destination: Destination, io: ClientIo, write: WriteFile) {
    this.#destination = destination;
    this.#io = io;
    this.#write = write;
  }

  run(paths: readonly string[]): ExitCode {
    for (const path of paths) {
      const listed = this.#io.files.list(path);
      if (listed.kind === "names") this.#convertDirectory(path, listed.names);
      else this.#convertFile(path);
    }
    return this.#hasFailed ? 1 : 0;
  }

  #convertDirectory(directory: string, names: readonly string[]): void {
    if (this.#destination.kind === "print") {
      this.#fail(`${directory} is a directory; say where to write: --write, or --output DIR.`);
      return;
    }
    for (const name of [...names].sort()) {
      const path = joinPath(directory, name);
      const isService = nameFault(name) === undefined && !name.endsWith(TOML_SUFFIX) &&
        !name.includes("@");
      if (isService && this.#io.files.list(path).kind === "unreadable") this.#convertFile(path);
    }
  }

  #convertFile(path: string): void {
    const read = this.#io.files.read(path);
    if (read.kind !== "contents") {
      const why = read.kind === "missing" ? "there is no such file" : read.why;
      this.#fail(`cannot read ${path}: ${why}.`);
      return;
    }
    if (path.endsWith(TOML_SUFFIX)) {
      this.#fail(`${path} has the suffix ${TOML_SUFFIX}, so it is TOML already.`);
      return;
    }
    const decoded = decodeText(read.bytes, path);
    if (decoded.kind === "fault") {
      this.#report([decoded.problem]);
      return;
    }
    const result = convertToToml(decoded.text, path, this.#io.files);
    if (result.kind === "faulty") {
      this.#report(result.problems);
      this.#fail(`${path} was not converted.`);
      return;
    }
    this.#report(result.warnings);
    if (this.#isDifferent(path, decoded.text, result.text)) {
      this.#fail(
        `${path} was not converted: the result would not mean the same. Please report this.`,
      );
      return;
    }
    this.#deliver(path, result.text);
  }

  /** A net below the converter: what it made is read again. */
  #isDifferent(path: string, native: string, toml: string): boolean {
    const around = {
      file: path,
      directory: directoryPart(path),
      service: "service",
      files: this.#io.files,
      users: readingContext(new Map(), this.#io).users,
    };
    const compared = compareMeaning(
      { text: native, format: "native" },
      { text: toml, format: "toml" },
      around,
    );
    return compared === "different";
  }

  #deliver(path: string, text: string): void {
    const destination = this.#destination;
    if (destination.kind === "print") {
      this.#io.out(this.#io.isOutTerminal ? printableLines(text) : text);
      return;
    }
    const base = path.slice(path.lastIndexOf("/") + 1);
    const directory = destination.kind === "beside" ? directoryPart(path) : destination.path;
    const target = `${joinPath(directory, base)}${TOML_SUFFIX}`;
    const why = this.#write(target, text);
    if (why === undefined) this.#io.out(`${printable(`${path} -> ${target}`)}\n`);
    else this.#fail(`cannot write ${target}: ${why}.`);
  }

  #report(problems: readonly Problem[]): void {
    for (const problem of problems) {
      this.#io.err(`${formatProblem(problem, { colour: this.#io.hasColour })}\n`);
      if (problem.severity === "error") this.#hasFailed = true;
    }
  }

  #fail(line: string): void {
    this.#hasFailed = true;
    this.#io.err(`${PROGRAM}: ${printable(line)}\n`);
  }
}
