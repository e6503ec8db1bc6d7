/**
 * `dinit convert`: services of other init systems, and descriptions in upstream's format → TOML.
 *
 * A part of the program of its own: no other client has to read it.
 */
import {
  type Conversion,
  type ConvertedFile,
  type ConvertFiles,
  joined,
  loadFaults,
  type ReadYaml,
} from "../../core/convert/mod.ts";
import { directoryPart, formatProblem, TOML_SUFFIX } from "../../core/description/mod.ts";
import { joinPath } from "../../core/paths.ts";
import { printable, printableLines } from "../../core/text/printable.ts";
import { readingContext } from "../commands/lookup/read_service.ts";
import type { ClientIo } from "../interface/io.ts";
import { linkTarget } from "../interface/link_target.ts";
import { makeFolderOf, replaceFile, writeNewFile } from "../interface/new_file.ts";
import { convertHelp, type ConvertOrder, parseConvertLine } from "./options.ts";
import { isLossy, lossSummary, reportJson, reportText, type WrittenFile } from "./report.ts";
import { convertSource, findSources } from "./sources.ts";

const PROGRAM = "dinit convert";

/** Statuses: nothing is lost; a file cannot be read or written; something is lost. */
export type ConvertStatus = 0 | 1 | 3;

/** What tests give their own of. */
export interface ConvertEffects {
  /** Writes a file that must not exist. @returns undefined when done, else why not. */
  readonly write: (path: string, text: string) => string | undefined;
  /** Likewise, in the place of another. */
  readonly replace: (path: string, text: string) => string | undefined;
  readonly linkTarget: (path: string) => string | undefined;
  /** A path from the root on. */
  readonly absolute: (path: string) => string;
  /** Loads the reader of YAML, which is large. */
  readonly loadYaml: () => Promise<{ readonly readYaml: ReadYaml }>;
}

/** @param loadYaml Of the program's own parts. */
export function convertEffects(loadYaml: ConvertEffects["loadYaml"]): ConvertEffects {
  return {
    write: (path, text) => makeFolderOf(path) ?? writeNewFile(path, text),
    replace: (path, text) => makeFolderOf(path) ?? replaceFile(path, text),
    linkTarget,
    absolute: (path) => joinPath(Deno.cwd(), path),
    loadYaml,
  };
}

/** Carries out one command line of `dinit convert`. */
export async function runConvert(
  words: readonly string[],
  io: ClientIo,
  effects: ConvertEffects,
): Promise<ConvertStatus> {
  const parsed = parseConvertLine(words);
  switch (parsed.kind) {
    case "help":
      io.out(convertHelp());
      return 0;
    case "faulty":
      for (const line of parsed.lines) io.err(`${PROGRAM}: ${printable(line)}\n`);
      return 1;
    case "run":
      return await new Run(parsed.order, io, effects).run();
  }
}

class Run {
  readonly #order: ConvertOrder;
  readonly #io: ClientIo;
  readonly #effects: ConvertEffects;
  #hasFailed = false;

  constructor(order: ConvertOrder, io: ClientIo, effects: ConvertEffects) {
    this.#order = order;
    this.#io = io;
    this.#effects = effects;
  }

  async run(): Promise<ConvertStatus> {
    const files: ConvertFiles = {
      ...this.#io.files,
      linkTarget: this.#effects.linkTarget,
    };
    const found = findSources(this.#order.paths, this.#order.from, files);
    if (found.kind === "faulty") {
      this.#fail(`${found.path}: ${found.why}.`);
      return 1;
    }
    if (found.hasFolder && this.#prints()) {
      const [path = ""] = this.#order.paths;
      this.#fail(`${path} is a directory; say where to write: --write, or --output DIR.`);
      return 1;
    }
    const needsYaml = found.sources.some(({ kind }) => kind === "compose");
    const readYaml = needsYaml ? (await this.#effects.loadYaml()).readYaml : undefined;
    const { users } = readingContext(new Map(), this.#io);
    const around = { files, users, absolute: this.#effects.absolute };
    const conversion = joined(
      found.sources.flatMap((source) => convertSource(source, around, readYaml)),
    );
    return this.#deliver(conversion);
  }

  /** Whether texts are printed: a report takes their place. */
  #prints(): boolean {
    return this.#order.destination.kind === "print" && this.#order.report === "none";
  }

  #deliver(conversion: Conversion): ConvertStatus {
    if (this.#order.report !== "json") this.#showProblems(conversion);
    if (conversion.problems.some(({ severity }) => severity === "error")) this.#hasFailed = true;
    const whole = conversion.files.filter((file) => this.#loads(file));
    const written = this.#prints() ? this.#print(whole) : this.#write(whole);
    const { report } = this.#order;
    if (report === "json") this.#io.out(`${reportJson(conversion, written)}\n`);
    else if (report === "text") this.#io.out(reportText(conversion, written));
    else this.#sumUp(conversion);
    if (this.#hasFailed) return 1;
    return isLossy(conversion) ? 3 : 0;
  }

  #showProblems({ problems }: Conversion): void {
    for (const problem of problems) {
      this.#io.err(`${formatProblem(problem, { colour: this.#io.hasColour })}\n`);
    }
  }

  /** What does not load is a fault of ours. */
  #loads(file: ConvertedFile): boolean {
    const faults = loadFaults(file);
    for (const fault of faults) this.#io.err(`${formatProblem(fault)}\n`);
    if (faults.length === 0) return true;
    this.#fail(`${file.source} was not converted: the result would not load. Please report this.`);
    return false;
  }

  #print(files: readonly ConvertedFile[]): readonly WrittenFile[] {
    for (const [index, { service, text }] of files.entries()) {
      const heading = files.length > 1
        ? `${index > 0 ? "\n" : ""}# ${service}${TOML_SUFFIX}:\n`
        : "";
      this.#io.out(heading + (this.#io.isOutTerminal ? printableLines(text) : text));
    }
    return [];
  }

  #write(files: readonly ConvertedFile[]): readonly WrittenFile[] {
    const sources = new Map<string, string>();
    return files.map((file) => {
      const { service, source, text } = file;
      const target = this.#target(file);
      if (target === undefined) return { service, source, target };
      const other = sources.get(target);
      sources.set(target, source);
      const why = other === undefined
        ? this.#writeFile(target, text)
        : `${other} has become that file already`;
      if (why !== undefined) {
        this.#fail(`cannot write ${target}: ${why}.`);
        return { service, source, target: undefined };
      }
      if (this.#order.report === "none") this.#io.out(`${printable(`${source} -> ${target}`)}\n`);
      return { service, source, target };
    });
  }

  #target({ service, source }: ConvertedFile): string | undefined {
    const { destination } = this.#order;
    const name = `${service}${TOML_SUFFIX}`;
    switch (destination.kind) {
      case "print":
        return undefined;
      case "beside":
        return joinPath(directoryPart(source), name);
      case "directory":
        return joinPath(destination.path, name);
    }
  }

  /** A file that has the text already is as good as written. */
  #writeFile(target: string, text: string): string | undefined {
    const there = this.#io.files.read(target);
    if (there.kind === "contents" && sameText(there.bytes, text)) return undefined;
    if (this.#order.replaces) return this.#effects.replace(target, text);
    const why = this.#effects.write(target, text);
    return why === "it exists already" ? `${why}; --force replaces it` : why;
  }

  #sumUp(conversion: Conversion): void {
    const summary = lossSummary(conversion);
    if (summary !== undefined) this.#io.err(`${PROGRAM}: ${printable(summary)}\n`);
    for (const { file, why, isLoss } of conversion.skipped) {
      if (!isLoss) this.#io.err(`${PROGRAM}: ${printable(`${file} is left out: ${why}`)}.\n`);
    }
  }

  #fail(line: string): void {
    this.#hasFailed = true;
    this.#io.err(`${PROGRAM}: ${printable(line)}\n`);
  }
}

function sameText(bytes: Uint8Array, text: string): boolean {
  const encoded = new TextEncoder().encode(text);
  return bytes.length === encoded.length && bytes.every((byte, index) => byte === encoded[index]);
}
