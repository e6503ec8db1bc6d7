/** Memory that the process has and does not need when it is at rest. */
import { trimFreeMemory } from "../../ffi/library.ts";
import { releaseProgramPages } from "./program_pages.ts";

let hasReleased = false;

/**
 * Gives back what the C library keeps of what was freed; the first time also the pages of the
 * program that its start used: 13 MB, most of them for good. They are the page cache's, but counted
 * as the manager's, and the kernel takes pages that are mapped later than others.
 */
export function giveMemoryBack(): void {
  trimFreeMemory();
  if (hasReleased) return;
  hasReleased = true;
  releaseProgramPages();
}
