/**
 * What the manager that loads a description can do for its processes: a setting that it is known not to serve is an
 * error when the description is loaded, at its line, and not only when the service starts.
 *
 * Whoever only checks descriptions knows no manager: then every setting is taken.
 */
import type { ServiceType } from "./description.ts";
import { quote } from "./problem.ts";
import type { SettingReporter } from "./setting_reporter.ts";
import type { SettingKey } from "./settings.ts";
import type { Reading } from "./validate.ts";

/** Why a control group cannot be had, and what to do about it. */
export interface GroupFault {
  readonly why: string;
  readonly hint: string;
}

/** What the manager knows of itself. */
export interface Abilities {
  /** Why processes can only be made by posix_spawn(3), which sets next to nothing; undefined: everything can be set. */
  readonly onlyPosixSpawn: string | undefined;
  /**
   * Why no group can be made for a service, or none with the controller.
   *
   * @param controller Such as "memory"; undefined: a group without limits.
   * @returns undefined when it can, or when only the start will show.
   */
  controlGroupFault(controller: string | undefined): GroupFault | undefined;
}

/** Settings that posix_spawn(3) has no term for: `platform/posix_spawn/order.ts`. */
const BEYOND_POSIX_SPAWN: readonly SettingKey[] = [
  "run-as",
  "nice",
  "ioprio",
  "oom-score-adj",
  "rlimit-nofile",
  "rlimit-core",
  "rlimit-data",
  "rlimit-addrspace",
  "run-in-cgroup",
  "cgroup",
  "capabilities",
  "securebits",
  // LISTEN_PID must be the child's own number, which only the child knows before its program runs.
  "socket-listen",
  "socket",
];
const OPTIONS_BEYOND_POSIX_SPAWN: ReadonlySet<string> = new Set([
  "starts-on-console",
  "runs-on-console",
  "shares-console",
  "no-new-privs",
]);

/** Reports what a description asks for and the manager cannot do. */
export function checkAbilities(
  reading: Reading,
  reporter: SettingReporter,
  abilities: Abilities,
): void {
  const type: ServiceType = reading.values.type ?? "internal";
  if (type === "internal" || type === "triggered") return;
  if (abilities.onlyPosixSpawn !== undefined) {
    return checkPosixSpawn(reading, reporter, abilities.onlyPosixSpawn);
  }
  checkControlGroup(reading, reporter, abilities);
}

function checkPosixSpawn({ values }: Reading, reporter: SettingReporter, why: string): void {
  const options = { hint: `It can only use posix_spawn: ${why}` };
  for (const key of BEYOND_POSIX_SPAWN) {
    if (values[key] === undefined) continue;
    reporter.fail(key, `Cannot serve ${key}: this manager has no means to set it`, options);
  }
  for (const option of values.options ?? []) {
    if (!OPTIONS_BEYOND_POSIX_SPAWN.has(option)) continue;
    const message = `Cannot serve the option ${quote(option)}: this manager has no means to set it`;
    reporter.fail("options", message, options);
  }
}

function checkControlGroup(
  { values }: Reading,
  reporter: SettingReporter,
  abilities: Abilities,
): void {
  const settings = values.cgroup;
  if (settings === undefined) return;
  const general = abilities.controlGroupFault(undefined);
  if (general !== undefined) {
    const message = `Cannot make a control group for the service: ${general.why}`;
    return reporter.fail("cgroup", message, { hint: general.hint });
  }
  const reported = new Set<string>();
  for (const { file } of settings) {
    const controller = file.slice(0, file.indexOf("."));
    if (reported.has(controller)) continue;
    const fault = abilities.controlGroupFault(controller);
    if (fault === undefined) continue;
    reported.add(controller);
    // The keys are the files' names with dashes.
    const key = file.replaceAll(".", "-");
    const where = reporter.position("cgroup", [key]);
    reporter.report(where, `Cannot serve ${key}: ${fault.why}`, { hint: fault.hint });
  }
}
