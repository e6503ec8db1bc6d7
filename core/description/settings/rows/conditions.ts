/**
 * What the machine has to be like for a service to be started.
 */
import { type Rest, row, type Rows, tomlOnly } from "../row.ts";
import { ON_LINUX } from "../served_by.ts";
import { conditions } from "../../values/conditions.ts";
import { absolutePaths } from "../../values/lines.ts";

const CHECK: Rest = {
  default: "empty",
  substitution: "pre",
  repeated: "adds",
  reload: "at the next start",
};

/** Rows by their keys. */
export const CONDITIONS = {
  "conditions": () =>
    row(
      "Conditions",
      tomlOnly(conditions()),
      CHECK,
      "What has to be the case for the service to be started: a list of texts, each a word of the table below and what it asks " +
        'for; all of them have to hold. "!" before one turns it round. A list within the list is of alternatives, of which one is enough: ' +
        '["path-exists /etc/web.conf", ["!virtualization container", "environment FORCE=1"]]. They are asked at each start and automatic ' +
        "restart, after dependencies and before start-pre and the console; with a timer, at each run. If one does not hold, nothing is run, opened or made, and the service counts " +
        "as started until it is stopped, so that dependents go on: dinitctl list shows an s, status and the log say which condition it was, and dinitctl restart asks again. " +
        "What cannot be told does not hold. The manager asks by itself and waits while it does: paths should be on local disks.",
    ),
  "assertions": () =>
    row(
      "Conditions",
      tomlOnly(conditions()),
      CHECK,
      "The same, asked once all conditions hold; but where one does not, the start fails, and dependents with it. A run of a timer is left out, and that is told as an error.",
    ),
  "requires-mounts-for": () =>
    row(
      "Conditions",
      tomlOnly(absolutePaths),
      { ...CHECK, servedBy: ON_LINUX },
      "Paths that have to lead to the right file systems: every mount point of /etc/fstab that is one of them or above one, entries with " +
        "noauto aside, is waited for, until /proc/self/mountinfo has it; nothing is mounted by this. The wait comes after dependencies, conditions and " +
        "assertions, and is at most start-timeout long; then the start fails. With a timer a run is left out instead.",
    ),
} as const satisfies Rows;
