/**
 * A set of services/ as it is installed in a machine: descriptions, scripts, and what is enabled.
 */
import { setEntries, type SetName } from "../services/composition.ts";
import { copy, type ImageFile, link } from "./images/image_file.ts";

const TARGET = "/etc/dinit.d";

/**
 * Everything in the set, below /etc/dinit.d; links stay links.
 *
 * @param without Paths in it that are left out: `boot.d/sshd` for a service that is switched off.
 */
export function serviceSet(name: SetName, without: readonly string[] = []): readonly ImageFile[] {
  return setEntries(name)
    .filter(({ path }) => !without.includes(path))
    .map((entry) =>
      entry.kind === "link"
        ? link(`${TARGET}/${entry.path}`, entry.target)
        : copy(`${TARGET}/${entry.path}`, entry.source, entry.mode)
    );
}
