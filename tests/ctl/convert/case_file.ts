/**
 * A case of a conversion as one text: files that go in, and what comes out of them.
 *
 *     What it shows.
 *     ==> web.service
 *     [Service]
 *     …
 *     <== web.toml
 *     type = "process"
 *     …
 *     <== lines
 *     web.service:2: mapped
 *
 * The first folder or file that an input names is converted, each once; `==> convert` names what is
 * to be converted instead, a line each, with `--from KIND` before it where that is meant.
 */
import { joined } from "../../../core/convert/mod.ts";
import type { Conversion, SourceKind } from "../../../core/convert/mod.ts";
import { formatProblem } from "../../../core/description/mod.ts";
import { EVERYBODY } from "../../../core/convert/accepted.ts";
import { convertSource, findSources } from "../../../ctl/convert/sources.ts";
import { readYaml } from "../../../ctl/convert/yaml.ts";
import { memoryFiles } from "./memory_files.ts";

/** Where the files of a case lie. */
const ROOT = "/src";

export interface Case {
  readonly about: string;
  /** As they are written, by path below the root, or from the root on. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

export function parseCase(text: string): Case {
  const [about = "", ...parts] = text.split(/^(?=(?:==>|<==) )/m);
  const inputs = new Map<string, string>();
  const outputs = new Map<string, string>();
  for (const part of parts) {
    const end = part.indexOf("\n");
    const [mark, name = ""] = part.slice(0, end).split(/ (.*)/s);
    (mark === "==>" ? inputs : outputs).set(name, part.slice(end + 1));
  }
  return { about: about.trim(), inputs, outputs };
}

export function writeCase({ about, inputs }: Case, outputs: ReadonlyMap<string, string>): string {
  const parts = (mark: string, texts: ReadonlyMap<string, string>): string =>
    [...texts].map(([name, text]) => `${mark} ${name}\n${text}`).join("");
  return `${about}\n${parts("==>", inputs)}${parts("<==", outputs)}`;
}

/** Converts what a case has, the way the program does. */
export function convertCase({ inputs }: Case): Conversion {
  const { convert, ...texts } = Object.fromEntries(inputs);
  const files = memoryFiles(
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [pathOf(name), text])),
  );
  const orders = convert === undefined
    ? [...new Set(Object.keys(texts).map((name) => name.split("/")[0] ?? ""))]
      .filter((name) => !/\.(d|wants|requires)$/.test(name) && name !== "")
    : convert.split("\n").filter((line) => line !== "");
  const from =
    orders.map((order) => /^--from (\S+) /.exec(order)?.[1] as SourceKind | undefined)[0];
  const paths = orders.map((order) => pathOf(order.replace(/^--from \S+ /, "")));
  const found = findSources(paths, from, files);
  if (found.kind === "faulty") throw new Error(`${found.path}: ${found.why}`);
  const around = { files, users: EVERYBODY, absolute: (path: string) => path };
  return joined(found.sources.flatMap((source) => convertSource(source, around, readYaml)));
}

function pathOf(name: string): string {
  return name.startsWith("/") ? name : `${ROOT}/${name}`;
}

/** What a conversion gives, as a case has it. */
export function outputsOf(conversion: Conversion): ReadonlyMap<string, string> {
  const outputs = new Map(
    conversion.files.map(({ service, text }) => [`${service}.toml`, text]),
  );
  const lines = conversion.lines.map(({ file, line, directive, fate, weight, why }) =>
    `${shortened(file)}:${line}: ${fate}${weight === undefined ? "" : ` (${weight})`}: ` +
    `${directive.split(/[=:]/)[0]}${why === undefined ? "" : `: ${shortened(why)}`}\n`
  );
  if (lines.length > 0) outputs.set("lines", lines.join(""));
  const skipped = conversion.skipped.map(({ file, why, isLoss }) =>
    `${shortened(file)}: ${isLoss ? "lost" : "left out"}: ${shortened(why)}\n`
  );
  if (skipped.length > 0) outputs.set("skipped", skipped.join(""));
  const problems = conversion.problems.map((each) => `${shortened(formatProblem(each))}\n`);
  if (problems.length > 0) outputs.set("problems", problems.join(""));
  return outputs;
}

function shortened(text: string): string {
  return text.replaceAll(`${ROOT}/`, "");
}
