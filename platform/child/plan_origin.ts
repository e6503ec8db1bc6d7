/**
 * What a child's plan was made from, to see whether the next child's would be the same: a service
 * that is started again and again. Planning and laying out are a fifth of what the manager does
 * between the end of a process and the start of the next one.
 */
import type { Fd } from "../../core/types.ts";
import type { ChildSettings } from "../interface/child_settings.ts";
import type { ChildContext } from "./call.ts";

export interface PlanOrigin {
  readonly settings: ChildSettings;
  /** The same object as long as nothing has changed. */
  readonly context: ChildContext;
  readonly report: Fd;
  /** Whether launches go before all else: see `LaunchPriority`. */
  readonly isRaised: boolean;
}

/**
 * Whether the plans are the same. Settings that are made anew for each launch count as different,
 * but for streams: those are what every launch has.
 */
export function isSameOrigin(one: PlanOrigin, other: PlanOrigin): boolean {
  return one.report === other.report && one.context === other.context &&
    one.isRaised === other.isRaised && areSameSettings(one.settings, other.settings);
}

/** Goes by what is there, so that a setting that is added is never overlooked. */
function areSameSettings(one: ChildSettings, other: ChildSettings): boolean {
  // Nearly always what tells two services apart.
  if (one.command !== other.command) return false;
  const names = Object.keys(one) as (keyof ChildSettings)[];
  return names.length === Object.keys(other).length &&
    names.every((name) => isSameValue(one[name], other[name]));
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === 0 && other.length === 0;
  return isStream(one) && isStream(other) && one.kind === other.kind && one.fd === other.fd;
}

function isStream(value: unknown): value is { readonly kind: string; readonly fd?: number } {
  return typeof value === "object" && value !== null && "kind" in value &&
    Object.keys(value).every((name) => name === "kind" || name === "fd");
}
