/**
 * The likeliest of the known names that somebody meant by one that is not known.
 */
import { nearest } from "../core/description/mod.ts";

/** Shorter words begin too many names to mean anything. */
const SHORTEST_BEGINNING = 3;

/** The candidate that differs by a slip of the finger, else the first that begins with the word. */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const near = nearest(word, candidates);
  if (near !== undefined || word.length < SHORTEST_BEGINNING) return near;
  return candidates.find((candidate) => candidate.startsWith(word));
}
