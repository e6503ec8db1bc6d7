/** What the system calls an error. */

/**
 * As the C library's strings begin: with a capital letter. Our tables have its words in lower case.
 *
 * @param known What the platform calls it.
 */
export function errorText(
  errno: number,
  { name, text }: { readonly name: string; readonly text: string },
): string {
  if (name.startsWith("errno")) return `Unknown error ${errno}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
