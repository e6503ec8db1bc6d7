/** Our executable in a machine, under all the names that it is called by. */
import { copy, type ImageFile, link } from "./images/image_file.ts";

/** Where it lies in every machine. */
export const EXECUTABLE = "/usr/bin/dinit";

/**
 * The executable and links to it, `init` among them; not the C library.
 *
 * @param executable On the host, normally dist/dinit.
 * @param sbin Folder for the programs of the administrator. One that is a directory: Debian's /sbin
 *   is a link.
 */
export function programFiles(executable: string, sbin: "/sbin" | "/usr/sbin"): ImageFile[] {
  const links = [
    ...["dinitctl", "dinit-check", "dinit-monitor"].map((name) => `/usr/bin/${name}`),
    ...["init", "shutdown", "halt", "poweroff", "reboot", "soft-reboot", "telinit", "runlevel"].map(
      (name) => `${sbin}/${name}`,
    ),
  ];
  return [copy(EXECUTABLE, executable), ...links.map((path) => link(path, EXECUTABLE))];
}
