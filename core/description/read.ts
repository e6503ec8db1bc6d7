/** The text of one description file → a draft: everything but the services its directories name. */
import type { ServiceName } from "../types.ts";
import { assemble, type AssembleContext, type Body } from "./assemble.ts";
import type { DependencyKind, DescriptionSource } from "./description.ts";
import { joinPath } from "./files.ts";
import { splitName } from "./names.ts";
import { type Problem, problem, type ProblemOptions } from "./problem.ts";
import { parseToml } from "./toml.ts";
import { type SettingsTree, tomlTree } from "./tree.ts";
import { type Reading, validate, type WrittenDependency } from "./validate.ts";

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

export type ReadResult =
  | { readonly kind: "draft"; readonly draft: Draft; readonly warnings: readonly Problem[] }
  | {
    readonly kind: "faulty";
    readonly problems: readonly Problem[];
    /** A line by itself is wrong, rather than what the lines mean together. */
    readonly isLineFault: boolean;
  };

/** Reads the text of a description in the format that its source tells. */
export function readDescription(text: string, context: AssembleContext): ReadResult {
  const tree = readTree(text, context.source);
  if (tree.kind === "faulty") return { ...tree, isLineFault: true };
  const reading = validate(tree.tree, {
    users: context.users,
    variables: {
      argument: splitName(context.name).argument,
      value: (name) => context.environment.get(name),
    },
  });
  const { body, problems } = assemble(reading, tree.tree, context);
  const all = [...reading.problems, ...problems];
  if (all.some(isError)) {
    return { kind: "faulty", problems: all, isLineFault: reading.problems.some(isError) };
  }
  const dependencies = reading.dependencies.map((written) => draftDependency(written, tree.tree));
  return { kind: "draft", draft: { body, dependencies, reading, tree: tree.tree }, warnings: all };
}

function isError(problem: Problem): boolean {
  return problem.severity === "error";
}

function readTree(
  text: string,
  source: DescriptionSource,
): { readonly kind: "tree"; readonly tree: SettingsTree } | {
  readonly kind: "faulty";
  readonly problems: readonly Problem[];
} {
  const parsed = parseToml(text, source.file);
  if (parsed.kind === "fault") return { kind: "faulty", problems: [parsed.problem] };
  return { kind: "tree", tree: tomlTree(parsed.table, text, source.file) };
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
