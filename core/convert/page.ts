/** A description that is being written, and what became of each directive. */
import { accepted } from "./accepted.ts";
import type { LineFate } from "./outcome.ts";
import { type Effect, type Fate, settledFate, type Weight } from "./rows.ts";
import { Sheet } from "./sheet.ts";

/** Where a directive stands, and how it is shown. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** `Restart=always`. */
  readonly directive: string;
}

export class Page {
  readonly sheet = new Sheet();
  readonly #fates: LineFate[] = [];

  /** What became of the directives so far, in order. */
  get fates(): readonly LineFate[] {
    return this.#fates;
  }

  /** Writes what one directive becomes. */
  directive<Context, Value>(
    row: { readonly fate: Fate<Context, Value> },
    value: Value,
    context: Context,
    place: Place,
  ): void {
    const fate = settledFate(row);
    if (fate.kind === "irrelevant") {
      this.sheet.apply([]);
      this.note(place, fate.why);
    } else if (fate.kind === "lost") {
      this.#lostOrVoid(fate, value, place);
    } else {
      this.effects(fate.convert(value, context), place);
    }
  }

  /** Writes effects, and notes what is lost. */
  effects(given: readonly Effect[], place: Place): void {
    const effects = given.map(accepted);
    this.sheet.apply(effects, place.directive);
    const losses = effects.flatMap((effect) => effect.kind === "lost" ? [effect] : []);
    if (losses.length === 0) {
      this.#fates.push({ ...place, fate: "mapped", weight: undefined, why: undefined });
      return;
    }
    const weight = worst(losses.map((loss) => loss.weight));
    const why = losses.map(({ what }) => what).join("; ");
    this.#fates.push({ ...place, fate: "lost", weight, why });
  }

  /** Notes a directive without which nothing is lost. */
  note(place: Place, why: string): void {
    this.#fates.push({ ...place, fate: "irrelevant", weight: undefined, why });
  }

  /** A comment with an empty line above it. */
  heading(text: string): void {
    this.sheet.blank();
    this.sheet.comment(text);
  }

  #lostOrVoid<Value>(
    fate: Extract<Fate<never, Value>, { readonly kind: "lost" }>,
    value: Value,
    place: Place,
  ): void {
    if (typeof value === "string" && fate.isVoid?.(value) === true) {
      this.sheet.apply([]);
      this.note(place, "it asks for what is so anyhow");
    } else {
      this.effects([fate], place);
    }
  }
}

/** What becomes of a directive for which no description is written. */
export function fateWithout(
  fate: { readonly kind: "lost"; readonly what: string; readonly weight: Weight } | {
    readonly kind: "irrelevant";
    readonly why: string;
  },
  place: Place,
): LineFate {
  return fate.kind === "lost"
    ? { ...place, fate: "lost", weight: fate.weight, why: fate.what }
    : { ...place, fate: "irrelevant", weight: undefined, why: fate.why };
}

const WEIGHTS: readonly Weight[] = ["little", "some", "much"];

/** The heaviest. */
export function worst(weights: readonly Weight[]): Weight {
  return WEIGHTS[Math.max(0, ...weights.map((weight) => WEIGHTS.indexOf(weight)))] ?? "little";
}

/** How a directive is shown. */
interface ShownForm {
  /** What stands between name and value. */
  readonly between?: string;
  /** Longest value that is shown whole; what is lost is to be seen. */
  readonly length?: number;
}

/** A directive as comments and reports show it. */
export function directiveText(
  name: string,
  value: string,
  { between = "=", length = 160 }: ShownForm = {},
): string {
  const line = value.replace(/\s+/g, " ");
  return `${name}${between}${line.length > length ? `${line.slice(0, length)}…` : line}`;
}
