/** A set of services/ as it is installed in a machine: descriptions, scripts, and what is enabled. */
import { copy, type ImageFile, link } from "./image_file.ts";

const TARGET = "/etc/dinit.d";

/**
 * Everything in the folder, below /etc/dinit.d; links stay links.
 *
 * @param folder Of the project: `services/linux`.
 * @param without Paths in it that are left out: `boot.d/sshd` for a service that is switched off.
 */
export function serviceSet(folder: string, without: readonly string[] = []): ImageFile[] {
  return filesBelow(folder, "").filter(({ path }) =>
    !without.includes(path.slice(TARGET.length + 1))
  );
}

function filesBelow(folder: string, within: string): ImageFile[] {
  const entries = [...Deno.readDirSync(`${folder}/${within}`)].sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
  return entries.flatMap((entry): ImageFile[] => {
    const inner = `${within}${entry.name}`;
    const source = `${folder}/${inner}`;
    if (entry.isDirectory) return filesBelow(folder, `${inner}/`);
    if (entry.isSymlink) return [link(`${TARGET}/${inner}`, Deno.readLinkSync(source))];
    return [copy(`${TARGET}/${inner}`, source, 0o644)];
  });
}
