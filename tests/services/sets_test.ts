/**
 * The service sets that come with the program are right in themselves; programs need not be here.
 */
import { checkServices } from "../../core/description/check/check.ts";
import { serviceOfEntry } from "../../core/description/values/names.ts";
import { formatProblem } from "../../core/description/contract/problem.ts";
import { parseUserDatabase } from "../../core/description/contract/users.ts";
import { platformFiles } from "../../daemon/descriptions/description_files.ts";
import { openPlatform } from "../../platform/mod.ts";
import { SET_NAMES } from "../../tools/services/composition.ts";
import { assert, assertEquals } from "../assert.ts";
import { composedSet } from "./composed_set.ts";

const FILES = platformFiles(openPlatform());
const USERS = parseUserDatabase(
  "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n",
  "root:x:0:\n",
);

/** Services of a set; templates with an argument, so that they can be read. */
function servicesOf(directory: string): string[] {
  const files = [...Deno.readDirSync(directory)].filter(({ name }) => name.endsWith(".toml"));
  return files.map(({ name }) => {
    const service = serviceOfEntry(name) ?? name;
    const isTemplate = Deno.readTextFileSync(`${directory}/${name}`).includes("$1");
    return isTemplate ? `${service}@tty1` : service;
  }).sort();
}

for (const name of SET_NAMES) {
  Deno.test(`services/${name} has no fault`, () => {
    const directory = composedSet(name);
    const report = checkServices(servicesOf(directory), {
      directories: [directory],
      files: FILES,
      users: USERS,
      managerUid: 0,
      environment: new Map(),
      isOnline: true,
      probe: (path) =>
        /\/s?bin\/|\/libexec\/|\/scripts\//.test(path)
          ? { kind: "file", isExecutable: true }
          : { kind: "directory" },
    });
    const found = [
      ...report.services.flatMap(({ findings }) => findings),
      ...report.secondary.map(({ finding }) => finding),
    ];
    assertEquals(found.map(({ problem }) => formatProblem(problem)), []);
    assert(report.isClean, JSON.stringify(report.cycle));
  });
}
