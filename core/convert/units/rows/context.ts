/** What the rows of unit files may ask: the unit, its other lines, and names of others. */
import type { ServiceType } from "../../../description/mod.ts";
import type { Effect, Lost } from "../../rows.ts";
import { lost } from "../../rows.ts";
import type { UnitNames } from "../names/service_names.ts";
import {
  doubled,
  fillSpecifiers,
  type Specified,
  type SpecifierContext,
} from "../text/specifiers.ts";

export interface UnitContext extends SpecifierContext {
  /** Name of the service that is written, without an argument. */
  readonly service: string;
  readonly names: UnitNames;
  /** What the service will be. */
  readonly type: ServiceType;
  /** Values that count, in order; those of lists divided as they are written, line by line. */
  all(section: string, name: string): readonly string[];
  /** The last value that counts. */
  last(section: string, name: string): string | undefined;
}

/** One effect of a value that may have specifiers, which may not be known. */
export function withText(
  filled: Specified,
  effect: (text: string) => readonly Effect[],
): readonly Effect[] {
  return filled.kind === "text" ? effect(filled.text) : [unknownSpecifier(filled.why)];
}

/** What to say where a specifier cannot be filled in. */
export function unknownSpecifier(why: string): Lost {
  return lost(why, "much");
}

/** A value for a setting in which our reader replaces variables. */
export function variableText(value: string, context: SpecifierContext): Specified {
  return fillSpecifiers(value, context, "replaced");
}

/** A value for a setting that is taken as it stands. */
export function literalText(value: string, context: SpecifierContext): Specified {
  return fillSpecifiers(value, context, "literal");
}

/** A service's name for a list in which our reader replaces variables. */
export function nameText(name: string): string {
  return name.includes("$1") ? name : doubled(name);
}

/** Unless a unit says `DefaultDependencies=no` it comes after basic.target, our `early`. */
export function isAfterEarly(context: UnitContext): boolean {
  if (context.scope === "user") return false;
  return parseBoolean(context.last("Unit", "DefaultDependencies") ?? "yes") !== false;
}

/** systemd's booleans. @returns undefined when it is none. */
export function parseBoolean(value: string): boolean | undefined {
  if (/^(1|yes|y|true|t|on)$/i.test(value)) return true;
  if (/^(0|no|n|false|f|off)$/i.test(value)) return false;
  return undefined;
}
