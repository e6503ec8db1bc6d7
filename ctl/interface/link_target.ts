/** Where a symlink leads, as it is written. @returns undefined: it is none, or is not there. */
export function linkTarget(path: string): string | undefined {
  try {
    return Deno.readLinkSync(path);
  } catch {
    // Anything but a symlink that can be read is taken as it is found.
    return undefined;
  }
}
