/**
 * Which lines of a unit and its drop-ins count: later values replace earlier ones, those of lists
 * add up, and an empty value empties a list.
 *
 * Source: systemd.unit(5), systemd.syntax(7).
 */
import { directive, keyOf } from "./rows/directives.ts";
import type { Assignment, UnitLine } from "./text/syntax.ts";

/** Lines with what becomes of each assignment. */
export type FatedLine =
  | { readonly kind: "effective"; readonly assignment: Assignment }
  /** A later line counts instead, or emptied the list. */
  | { readonly kind: "replaced"; readonly assignment: Assignment }
  /** It empties a list, or sets a single value to its default. */
  | { readonly kind: "empty"; readonly assignment: Assignment }
  | { readonly kind: "file"; readonly file: string }
  | Exclude<UnitLine, Assignment>;

export interface EffectiveUnit {
  readonly lines: readonly FatedLine[];
  /** Values that count, by `Section.Name`. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/** One file's lines; those of the unit itself come first, of drop-ins in their order. */
export interface UnitPart {
  readonly file: string;
  readonly lines: readonly UnitLine[];
}

export function effectiveUnit(parts: readonly UnitPart[]): EffectiveUnit {
  const counting = new Map<string, Assignment[]>();
  for (const { lines } of parts) {
    for (const line of lines) {
      if (line.kind !== "assignment") continue;
      const key = keyOf(line.section, line.name);
      const isList = directive(line.section, line.name).isList;
      if (line.value === "" || !isList) counting.set(key, []);
      if (line.value !== "") counting.set(key, [...counting.get(key) ?? [], line]);
    }
  }
  const effective = new Set([...counting.values()].flat());
  const lines = parts.flatMap(({ file, lines }, index): readonly FatedLine[] => [
    ...index === 0 ? [] : [{ kind: "file", file } as const],
    ...lines.map((line): FatedLine => {
      if (line.kind !== "assignment") return line;
      if (line.value === "") return { kind: "empty", assignment: line };
      return { kind: effective.has(line) ? "effective" : "replaced", assignment: line };
    }),
  ]);
  const values = new Map(
    [...counting].map(([key, list]) => [key, list.map(({ value }) => value)]),
  );
  return { lines, values };
}
