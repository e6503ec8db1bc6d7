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

/** Settings, and values of `options`, for which a manager has no means. */
export interface UnservedSettings {
  readonly settings: ReadonlySet<SettingKey>;
  readonly options: ReadonlySet<string>;
  /** What is missing, and why; a sentence without its end. */
  readonly why: string;
}

/** What the manager knows of itself. */
export interface Abilities {
  /** What can never be served; undefined: everything can. */
  readonly unserved: UnservedSettings | undefined;
  /** Whether messages of sd_notify(3) can be received with their sender. */
  readonly notifySockets: boolean;
  /**
   * Why no group can be made for a service, or none with the controller.
   *
   * @param controller Such as "memory"; undefined: a group without limits.
   * @returns undefined when it can, or when only the start will show.
   */
  controlGroupFault(controller: string | undefined): GroupFault | undefined;
}

/** Reports what a description asks for and the manager cannot do. */
export function checkAbilities(
  reading: Reading,
  reporter: SettingReporter,
  abilities: Abilities,
): void {
  const { values } = reading;
  const type: ServiceType = values.type ?? "internal";
  if (type === "internal" || type === "triggered") return;
  const { unserved, notifySockets } = abilities;
  if (unserved !== undefined) checkUnserved(reading, reporter, unserved);
  if (type === "process" && values["ready-notification"]?.kind === "notify" && !notifySockets) {
    const message = "Cannot serve notify:socket: this system does not tell who sent a message";
    const hint = 'Programs may write to a pipe: ready-notification = "pipefd:3"';
    reporter.fail("ready-notification", message, { hint });
  }
  if (unserved?.settings.has("cgroup") !== true) checkControlGroup(reading, reporter, abilities);
}

function checkUnserved(
  { values }: Reading,
  reporter: SettingReporter,
  { settings, options, why }: UnservedSettings,
): void {
  const more = { hint: why };
  for (const key of settings) {
    if (values[key] === undefined) continue;
    reporter.fail(key, `Cannot serve ${key}: this manager has no means to set it`, more);
  }
  for (const option of values.options ?? []) {
    if (!options.has(option)) continue;
    const message = `Cannot serve the option ${quote(option)}: this manager has no means to set it`;
    reporter.fail("options", message, more);
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
