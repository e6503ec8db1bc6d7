/**
 * Programs of this host that build or run machines: where they are, and what to do when one is not.
 */

/** Why no machine can be started here: what is missing and what to do. */
export interface Missing {
  readonly kind: "missing";
  readonly message: string;
}

/** Debian keeps programs for file systems outside an ordinary user's PATH. */
const FURTHER_FOLDERS = ["/usr/sbin", "/sbin"];

/** Absolute path of a program; undefined when it is not installed. */
export function hostProgram(name: string): string | undefined {
  const folders = [...(Deno.env.get("PATH") ?? "").split(":"), ...FURTHER_FOLDERS];
  return folders.map((folder) => `${folder}/${name}`).find(isFile);
}

/**
 * The first of several programs that is not installed, as a message that names Debian's package.
 *
 * @param programs Name of the program → name of the package.
 */
export function missingProgram(programs: Readonly<Record<string, string>>): Missing | undefined {
  for (const [program, debianPackage] of Object.entries(programs)) {
    if (hostProgram(program) !== undefined) continue;
    return {
      kind: "missing",
      message: `Cannot find "${program}". Run: apt-get install ${debianPackage}`,
    };
  }
  return undefined;
}

/** Whether the path leads to a regular file. */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
