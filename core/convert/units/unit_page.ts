/** A description that is made of a unit's lines, and what is said of a unit that becomes none. */
import { directoryPart, problem, type ServiceType } from "../../description/mod.ts";
import type { ConvertFiles } from "../files.ts";
import {
  type Conversion,
  type ConvertedFile,
  type LineFate,
  skipped,
  unreadable,
} from "../outcome.ts";
import { directiveText, fateWithout, Page, type Place } from "../page.ts";
import { type Effect, irrelevant, lost } from "../rows.ts";
import type { FatedLine } from "./effective.ts";
import { UnitNames } from "./names/service_names.ts";
import type { UnitContext } from "./rows/context.ts";
import { directive } from "./rows/directives.ts";
import type { Assignment } from "./text/syntax.ts";
import { serviceNameOfPrefix, type UnitName } from "./text/unit_name.ts";
import { type LoadedUnit, unitsBeside } from "./unit_files.ts";

export type ReadUnit = Extract<LoadedUnit, { readonly kind: "unit" }>;

/** Names and types for the rows. */
export function contextOf(
  { name, path, unit: { values } }: ReadUnit,
  type: ServiceType,
  service: string,
  files: ConvertFiles,
): UnitContext {
  return {
    unit: name,
    scope: /\/systemd\/user(\/|$)/.test(directoryPart(path)) ? "user" : "system",
    service,
    names: new UnitNames(unitsBeside(path, files)),
    type,
    all: (section, directive) => values.get(`${section}.${directive}`) ?? [],
    last: (section, directive) => values.get(`${section}.${directive}`)?.at(-1),
  };
}

/** An instance has its argument filled in, so it cannot have the name of its template. */
export function serviceNameOf(name: UnitName, names: UnitNames): string {
  const base = names.baseOf(name);
  return name.instance === undefined || name.instance === ""
    ? base
    : `${base}-${serviceNameOfPrefix(name.instance)}`;
}

/** What is said of a unit that cannot be read, or is not to be. */
export function notLoaded(loaded: Exclude<LoadedUnit, ReadUnit>): Conversion {
  switch (loaded.kind) {
    case "masked":
      return skipped(loaded.path, loaded.why, false);
    case "missing":
      return unreadable(problem({ file: loaded.path }, "There is no such file"));
    case "faulty":
      return unreadable(...loaded.problems);
  }
}

/** All that a unit says is lost, but for what says nothing by itself. */
export function notWritten({ path, unit }: ReadUnit, why: string): Conversion {
  const lines = unit.lines.flatMap((line): readonly LineFate[] => {
    if (line.kind !== "effective") return [];
    const { section } = line.assignment;
    const place = placeOf(line.assignment);
    const isPart = section === "Unit" || section === "Install";
    return [fateWithout(isPart ? irrelevant(why) : lost(why, "much"), place)];
  });
  return { ...skipped(path, why, true), lines };
}

/** A description that is made of a unit's lines. */
export class UnitPage extends Page {
  /** @param head Written where the first section begins. */
  lines(lines: readonly FatedLine[], context: UnitContext, head: readonly Effect[]): void {
    let isBegun = false;
    for (const line of lines) {
      switch (line.kind) {
        case "blank":
          this.sheet.blank();
          break;
        case "comment":
          this.sheet.comment(withHash(line.text));
          break;
        case "section":
          if (!isBegun) this.sheet.apply(head);
          isBegun = true;
          break;
        case "file":
          this.heading(`From ${line.file}.`);
          break;
        case "empty":
          this.note(placeOf(line.assignment), "it empties what stands before it");
          break;
        case "replaced":
          this.note(placeOf(line.assignment), "a later line counts instead");
          break;
        case "effective": {
          const { section, name, value, inner } = line.assignment;
          for (const comment of inner) this.sheet.comment(withHash(comment));
          this.directive(directive(section, name), value, context, placeOf(line.assignment));
        }
      }
    }
    if (!isBegun) this.sheet.apply(head);
  }

  /** What a unit need not say. */
  defaults(effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    // Elements of a list go where the list is.
    const isList = effects.every(({ kind }) => kind === "add");
    if (!isList) this.heading("What systemd does where a unit says nothing.");
    this.sheet.apply(effects);
  }

  conversion(
    service: string,
    { path, warnings }: ReadUnit,
    more: ReadUnit["warnings"] = [],
  ): Conversion {
    const file: ConvertedFile = { service, source: path, text: this.sheet.text() };
    return { files: [file], lines: this.fates, skipped: [], problems: [...warnings, ...more] };
  }
}

/** Comments of units may begin with a semicolon. */
function withHash(comment: string): string {
  return comment.replace(/^;\s?/, "# ");
}

function placeOf({ file, line, name, value }: Assignment): Place {
  return { file, line, directive: directiveText(name, value) };
}
