/**
 * Properties: claims that must hold for random input. The only module that imports a package for
 * them.
 */
import * as fastCheck from "fast-check";

export const {
  array,
  bigInt,
  boolean,
  constant,
  constantFrom,
  dictionary,
  double,
  integer,
  letrec,
  nat,
  oneof,
  option,
  record,
  string,
  tuple,
  uint8Array,
} = fastCheck;

export type Arbitrary<T> = fastCheck.Arbitrary<T>;

/** Makes a run repeatable: a failure prints the seed, and this takes it up again. */
const SEED = Deno.env.get("PROPERTY_SEED");

/**
 * Tries a claim on random values, and shrinks the first that breaks it.
 *
 * @throws {Error} With the smallest value found for which the claim fails or throws.
 */
export function holds<T>(
  values: Arbitrary<T>,
  claim: (value: T) => void,
  options: { readonly runs?: number } = {},
): void {
  fastCheck.assert(fastCheck.property(values, claim), {
    numRuns: options.runs ?? 500,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
}

/** As {@link holds}, for a claim that takes its time. */
export async function holdsAsync<T>(
  values: Arbitrary<T>,
  claim: (value: T) => Promise<void>,
  options: { readonly runs?: number } = {},
): Promise<void> {
  await fastCheck.assert(fastCheck.asyncProperty(values, claim), {
    numRuns: options.runs ?? 500,
    ...(SEED === undefined ? {} : { seed: Number(SEED) }),
  });
}

/** Random values, for a claim that is held against all of them at once. */
export function samples<T>(values: Arbitrary<T>, count: number): readonly T[] {
  const seed = SEED === undefined ? {} : { seed: Number(SEED) };
  return fastCheck.sample(values, { numRuns: count, ...seed });
}

/** Texts made of pieces that mean something to the reader under test, and of others. */
export function textOf(pieces: readonly string[], maxLength = 12): Arbitrary<string> {
  const piece = oneof({ weight: 4, arbitrary: constantFrom(...pieces) }, string({ maxLength: 3 }));
  return array(piece, { maxLength }).map((parts) => parts.join(""));
}
