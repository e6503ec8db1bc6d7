/** Which tests run side by side and which one after the other. */

/**
 * Folders whose tests have the process and the machine to themselves: they count descriptors and
 * children (tests that run side by side are threads of one process), measure time, or start a
 * virtual machine.
 */
export const SERIAL_FOLDERS: readonly string[] = ["tests/platform", "tests/system", "tests/vm"];

/**
 * What a run of all tests does once more with kqueue as the event interface: what starts, stops,
 * watches and reads. All of `tests/system` on it: `npm test -- --kqueue`.
 */
export const KQUEUE_FILES: readonly string[] = [
  "control/control_socket",
  "control/transcripts",
  "machine/console",
  "machine/shortage",
  "output/output",
  "processes/activation",
  "processes/readiness/notify",
  "processes/readiness/readiness",
  "processes/supervision",
  "reexec/reexec",
  "safety/stranger_daemon",
].map((name) => `tests/system/${name}_test.ts`);

/** Paths relative to the repository, for two runs of `deno test`; an empty list means no run. */
export interface Selection {
  readonly parallel: readonly string[];
  readonly serial: readonly string[];
}

/**
 * Sorts the paths that were asked for.
 *
 * @param paths Files and folders relative to the repository, without `./` and a slash at the end;
 *   none means all tests. A folder that holds serial folders stands in both lists, so the parallel
 *   run must leave {@linkcode SERIAL_FOLDERS} out.
 */
export function selectTests(paths: readonly string[]): Selection {
  const asked = paths.length === 0 ? ["tests"] : paths;
  const isWithin = (path: string, folder: string) =>
    path === folder || path.startsWith(`${folder}/`);
  return {
    parallel: asked.filter((path) => !SERIAL_FOLDERS.some((folder) => isWithin(path, folder))),
    serial: asked.flatMap((path) =>
      SERIAL_FOLDERS.some((folder) => isWithin(path, folder))
        ? [path]
        : SERIAL_FOLDERS.filter((folder) => isWithin(folder, path))
    ),
  };
}
