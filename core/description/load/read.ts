/** The text of one description file → a draft: everything but the services its directories name. */
import type { ServiceName } from "../../types.ts";
import { assemble, type AssembleContext, type Body } from "../assemble/assemble.ts";
import type { DependencyKind } from "../contract/description.ts";
import { joinPath } from "../../paths.ts";
import { splitName } from "../contract/names.ts";
import { readNative } from "../formats/native.ts";
import { type Problem, problem, type ProblemOptions, sortProblems } from "../contract/problem.ts";
import { scriptProblem } from "../formats/script_file.ts";
import type { Variables } from "../text/substitution.ts";
import { systemdUnitProblem } from "../formats/systemd_unit.ts";
import { parseToml } from "../formats/toml.ts";
import { type SettingsTree, tomlTree } from "../text/tree.ts";
import { mergeDropIns } from "./merge_drop_ins.ts";
import { type Reading, validate, type WrittenDependency } from "../settings/validate.ts";

/** A dependency, and how to report a problem where it is written. */
export interface DraftDependency {
  readonly kind: DependencyKind;
  readonly target:
    | { readonly kind: "service"; readonly name: ServiceName }
    /** Relative paths are joined with the directory of the file that has the line. */
    | { readonly kind: "directory"; readonly path: string };
  problem(message: string, options?: ProblemOptions): Problem;
}

/** A description whose dependency directories are not read yet. */
export interface Draft {
  readonly body: Body;
  readonly dependencies: readonly DraftDependency[];
  /** For the check, which wants to know what was written and not only what follows from it. */
  readonly reading: Reading;
  readonly tree: SettingsTree;
}

interface FaultyDescription {
  readonly kind: "faulty";
  readonly problems: readonly Problem[];
  /** A line by itself is wrong, rather than what the lines mean together. */
  readonly isLineFault: boolean;
  /** What could be made of it all the same, for the check; undefined: it is no TOML. */
  readonly partial: Draft | undefined;
}

export type ReadResult =
  | { readonly kind: "draft"; readonly draft: Draft; readonly warnings: readonly Problem[] }
  | FaultyDescription;

/** Settings as they are written, before anybody has asked what they mean. */
interface ParsedDescription {
  readonly kind: "parsed";
  readonly tree: SettingsTree;
  readonly problems: readonly Problem[];
  readonly variables: Variables;
}

/** Reads the text of a description in the format that its source tells. */
export function readDescription(text: string, context: AssembleContext): ReadResult {
  const parsed = parseDescription(text, context);
  return parsed.kind === "faulty" ? parsed : draftDescription(parsed, context);
}

/**
 * The first half of {@linkcode readDescription}, for those who have other things to do between the
 * two.
 */
export function parseDescription(
  text: string,
  context: AssembleContext,
): ParsedDescription | FaultyDescription {
  const variables: Variables = {
    argument: splitName(context.name).argument,
    value: (name) => context.environment.get(name),
  };
  const unit = systemdUnitProblem(text, context.source);
  if (unit !== undefined) {
    return { kind: "faulty", problems: [unit], isLineFault: true, partial: undefined };
  }
  const parsed = readTree(text, context, variables);
  const script = parsed.problems.some(isError) ? scriptProblem(text, context.source) : undefined;
  if (script !== undefined) {
    return { kind: "faulty", problems: [script], isLineFault: true, partial: undefined };
  }
  if (parsed.tree === undefined) {
    return { kind: "faulty", problems: parsed.problems, isLineFault: true, partial: undefined };
  }
  const merged = mergeDropIns(parsed.tree, context.dropIns ?? []);
  const problems = [...parsed.problems, ...merged.problems];
  return { kind: "parsed", tree: merged.tree, problems, variables };
}

/** The other half, with the same context. */
export function draftDescription(
  { tree, problems: parsingProblems, variables }: ParsedDescription,
  context: AssembleContext,
): ReadResult {
  const reading = validate(tree, { users: context.users, variables });
  const { body, problems } = assemble(reading, tree, context);
  const lineProblems = [...parsingProblems, ...reading.problems];
  const all = sortProblems([...lineProblems, ...problems]);
  const dependencies = reading.dependencies.map((written) => draftDependency(written, tree));
  const draft = { body, dependencies, reading, tree };
  if (!all.some(isError)) return { kind: "draft", draft, warnings: all };
  return {
    kind: "faulty",
    problems: all,
    isLineFault: lineProblems.some(isError),
    partial: draft,
  };
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

/** No tree: the file is no TOML, so that nothing in it has a meaning. */
function readTree(
  text: string,
  context: AssembleContext,
  variables: Variables,
): { readonly tree: SettingsTree | undefined; readonly problems: readonly Problem[] } {
  const { file, format } = context.source;
  if (format === "native") return readNative(text, file, { files: context.files, variables });
  const parsed = parseToml(text, file);
  if (parsed.kind === "table") return { tree: tomlTree(parsed.table, text, file), problems: [] };
  const { rest, problems } = parsed;
  // Positions are looked for where the faulty lines are blank: a stray quote would lead the search
  // astray.
  const tree = rest === undefined ? undefined : tomlTree(rest.table, rest.text, file, true);
  return { tree, problems };
}

function draftDependency(written: WrittenDependency, tree: SettingsTree): DraftDependency {
  const { kind, target, assignment, index } = written;
  return {
    kind,
    target: target.kind === "service"
      ? target
      : { kind: "directory", path: joinPath(tree.textDirectory(assignment), target.path) },
    problem(message, options) {
      const position = tree.locate(assignment, { part: "value", path: [index] });
      return problem(position, message, options);
    },
  };
}
