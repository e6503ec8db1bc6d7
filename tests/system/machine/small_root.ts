/** What an almost empty root file system needs for the executable and a shell. */
import { sharedLibraries } from "../../../tools/vm/shared_libraries.ts";
import { BUSYBOX } from "../../busybox.ts";
import { PROGRAM } from "../manager.ts";

/**
 * Shell commands that put busybox and the executable's shared libraries into the root that is the
 * working directory and has a folder `bin`.
 *
 * @param names Programs of busybox that get a link.
 */
export function smallRoot(names: readonly string[]): string {
  const libraries = sharedLibraries(PROGRAM).map((path) =>
    `mkdir -p ".$(dirname ${path})"; cp -L ${path} ".${path}"`
  );
  return `cp ${BUSYBOX} bin/busybox
for name in ${names.join(" ")}; do ln -s busybox bin/$name; done
${libraries.join("\n")}`;
}
