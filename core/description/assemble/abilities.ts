/**
 * What the manager that loads a description can do for its processes: a setting that it is known
 * not to serve is an error when the description is loaded, at its line, and not only when the
 * service starts.
 *
 * Whoever reads descriptions for no certain manager or system gives no abilities: then every
 * setting is taken.
 */
import { conditionText } from "../../conditions/condition.ts";
import type { SandboxLine } from "../../sandbox/sandbox.ts";
import type { ServiceType } from "../contract/description.ts";
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import { settingOf } from "../settings/settings.ts";
import type { UnservedSettings } from "../settings/unserved_settings.ts";
import type { Reading } from "../settings/validate.ts";

/** Why a control group cannot be had, and what to do about it. */
export interface CgroupFault {
  readonly why: string;
  readonly hint: string;
}

/** What the manager knows of itself. */
export interface Abilities {
  /** Services that say nothing of `kill-tree` have it: each has a control group of its own. */
  readonly endsTrees?: boolean;
  /** What can never be served. */
  readonly unserved: UnservedSettings;
  /**
   * Why no group can be made for a service, or none with the controller.
   *
   * @param controller Such as "memory"; undefined: a group without limits.
   * @returns undefined when it can, or when only the start will show.
   */
  cgroupFault(controller: string | undefined): CgroupFault | undefined;
  /** Why a line of `[sandbox]` cannot be served, a sentence without its end; undefined: it can. */
  sandboxFault?(line: SandboxLine): string | undefined;
}

/** Reports what a description asks for and the manager cannot do. */
export function checkAbilities(
  reading: Reading,
  reporter: SettingReporter,
  abilities: Abilities,
): void {
  const { values } = reading;
  const type: ServiceType = values.type ?? "internal";
  checkConditions(reading, reporter, abilities.unserved);
  checkUnserved(reading, reporter, { type, unserved: abilities.unserved });
  if (type === "internal" || type === "triggered") return;
  const { unserved } = abilities;
  for (const { key, form } of unserved.forms) {
    const { types } = settingOf(key);
    if (!types.includes(type) || kindOf(values[key]) !== form.kind) continue;
    reporter.fail(key, `Cannot serve ${form.text}: ${form.why}`, { hint: form.hint });
  }
  if (!unserved.settings.has("cgroup")) checkCgroup(reading, reporter, abilities);
}

function checkConditions(
  { values }: Reading,
  reporter: SettingReporter,
  { conditions }: UnservedSettings,
): void {
  for (const key of ["conditions", "assertions"] as const) {
    for (const [part, group] of (values[key] ?? []).entries()) {
      for (const condition of group) {
        if (!conditions.has(condition.kind)) continue;
        const message = `Cannot tell ${quote(conditionText(condition))} of ${key} on this system`;
        const hint = "Leave it out there";
        reporter.report(reporter.position(key, [part]), message, { hint });
      }
    }
  }
}

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

function checkUnserved(
  { values }: Reading,
  reporter: SettingReporter,
  { type, unserved: { settings, options } }: {
    readonly type: ServiceType;
    readonly unserved: UnservedSettings;
  },
): void {
  const has = (types: readonly ServiceType[]) => types.includes(type);
  for (const [key, hint] of settings) {
    const { types } = settingOf(key);
    if (values[key] === undefined || !has(types)) continue;
    reporter.fail(key, `Cannot serve ${key}: this manager has no means to set it`, { hint });
  }
  for (const option of values.options ?? []) {
    const hint = options.get(option);
    if (hint === undefined || type === "internal" || type === "triggered") continue;
    const message = `Cannot serve the option ${quote(option)}: this manager has no means to set it`;
    reporter.fail("options", message, { hint });
  }
}

function checkCgroup(
  { values }: Reading,
  reporter: SettingReporter,
  abilities: Abilities,
): void {
  const settings = values.cgroup ?? [];
  const key = (["cgroup", "devices", "delegate", "oom-policy"] as const)
    .find((each) => values[each] !== undefined && values[each] !== false);
  if (key === undefined) return;
  const general = abilities.cgroupFault(undefined);
  if (general !== undefined) {
    const message = `Cannot make a control group for the service: ${general.why}`;
    return reporter.fail(key, message, { hint: general.hint });
  }
  const memory = values["oom-policy"] === undefined ? undefined : abilities.cgroupFault("memory");
  if (memory !== undefined) {
    reporter.fail("oom-policy", `Cannot serve oom-policy: ${memory.why}`, { hint: memory.hint });
  }
  const reported = new Set<string>();
  for (const { file } of settings) {
    const controller = file.slice(0, file.indexOf("."));
    if (reported.has(controller)) continue;
    const fault = abilities.cgroupFault(controller);
    if (fault === undefined) continue;
    reported.add(controller);
    // The keys are the files' names with dashes.
    const key = file.replaceAll(".", "-");
    const where = reporter.position("cgroup", [key]);
    reporter.report(where, `Cannot serve ${key}: ${fault.why}`, { hint: fault.hint });
  }
}
