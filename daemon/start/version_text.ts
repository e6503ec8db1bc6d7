/**
 * What `dinit --version` prints: upstream's two lines, and which build this is.
 */
import { BUILD } from "../../core/program/build_info.ts";
import { type SettingKey, unservedSettings, usualMaker } from "../../core/description/mod.ts";
import type { System } from "../../core/types.ts";

/** Upstream's names, in its order, and the setting that each stands for; utmp has none. */
const FEATURES: readonly (readonly [feature: string, setting: SettingKey | undefined])[] = [
  ["cgroups", "run-in-cgroup"],
  ["utmp", undefined],
  ["supplemental-groups", "run-as"],
  ["capabilities", "capabilities"],
  ["io-priority", "ioprio"],
  ["oom-score-adjust", "oom-score-adj"],
];

/** @returns Lines, without the end of the last one. */
export function versionText(os: System): string {
  const features = supportedFeatures(os);
  return [
    `Dinit version ${BUILD.version}.`,
    ...(features.length > 0 ? [`Supported features: ${features.join(" ")}`] : []),
    `Build: commit ${BUILD.commit}, target ${BUILD.target}${BUILD.isForTests ? ", for tests" : ""}`,
  ].join("\n");
}

/** What services can be given on a system, by the way in which processes are made there. */
export function supportedFeatures(os: System): readonly string[] {
  const unserved = unservedSettings(usualMaker(os)).settings;
  return FEATURES
    .filter(([, setting]) => setting === undefined ? os !== "darwin" : !unserved.has(setting))
    .map(([feature]) => feature);
}
