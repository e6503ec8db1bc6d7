/** Lists of links: short ones for most services, as long as the manager has services for a few. */
import type { Link } from "./record.ts";

/** So many links have an array without spare room, made anew for each. */
const EXACT = 4;

/**
 * Adds a link at the end. An array that grows by `push` gets room for seventeen, and most services
 * have one dependent.
 *
 * @returns The list to go on with; the old one may have been changed.
 */
export function withLink(links: Link[], link: Link): Link[] {
  if (links.length < EXACT) return [...links, link];
  links.push(link);
  return links;
}
