/** Which known word a mistyped one was probably meant to be. */
import { atOnce, type InTurns } from "../../in_turns.ts";

/**
 * The candidate with the smallest edit distance (insert, delete, replace, swap of neighbours), if
 * it is small against the word's length; case does not count.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  // Far longer than any word known: not a slip of the finger.
  if (word.length > LONGEST_SLIP) return undefined;
  const search = new Search(word);
  for (const candidate of candidates) search.look(candidate);
  return search.best;
}

const LONGEST_SLIP = 64;

/** Looks at candidates one after the other. */
class Search {
  readonly #wanted: string;
  #limit: number;
  best: string | undefined;

  constructor(word: string) {
    this.#wanted = word.toLowerCase();
    this.#limit = Math.max(1, Math.floor(word.length / 3)) + 1;
  }

  look(candidate: string): void {
    const distance = editDistance(this.#wanted, candidate.toLowerCase(), this.#limit);
    if (distance >= this.#limit) return;
    this.#limit = distance;
    this.best = candidate;
  }
}

/** Shorter words begin too many names to mean anything. */
const SHORTEST_BEGINNING = 3;

/** The candidate that differs by a slip of the finger, else the first that begins with the word. */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  return atOnce(nearestNameInTurns(word, candidates));
}

/** A distance takes up to 0.2 ms. */
const LOOKS_IN_TURN = 4;

/** The same for many candidates: it yields where others may have their turn. */
export function* nearestNameInTurns(
  word: string,
  candidates: Iterable<string>,
): InTurns<string | undefined> {
  const search = word.length > LONGEST_SLIP ? undefined : new Search(word);
  let beginning: string | undefined;
  let looks = 0;
  for (const candidate of candidates) {
    looks += 1;
    if (looks % LOOKS_IN_TURN === 0) yield;
    search?.look(candidate);
    if (word.length >= SHORTEST_BEGINNING && candidate.startsWith(word)) beginning ??= candidate;
  }
  return search?.best ?? beginning;
}

/** `Did you mean "x"?` when a candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(word, candidates);
  return candidate === undefined ? undefined : `Did you mean "${candidate}"?`;
}

/** Optimal string alignment distance; stops early and answers `limit` when it is not below that. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest >= limit) return limit;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
