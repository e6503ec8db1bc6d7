/** Sets of services/ in folders of their own, complete as they are installed. */
import { setEntries, type SetName } from "../../tools/services/composition.ts";
import { writeSet } from "../../tools/services/write_set.ts";

const folders = new Map<SetName, string>();

globalThis.addEventListener("unload", () => {
  for (const folder of folders.values()) Deno.removeSync(folder, { recursive: true });
});

/** Path of the folder, which is made at the first call and removed after the tests of this file. */
export function composedSet(name: SetName): string {
  const known = folders.get(name);
  if (known !== undefined) return known;
  const folder = Deno.makeTempDirSync({ prefix: `dinit-set-${name}-` });
  folders.set(name, folder);
  writeSet(setEntries(name), folder);
  return folder;
}
