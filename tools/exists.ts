/** Whether a path leads to something. */

/** Links are followed. What cannot be looked up does not exist. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
