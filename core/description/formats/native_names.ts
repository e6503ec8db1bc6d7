/** Names of settings in upstream's format. */
import { findSetting, NATIVE_NAMES, type SettingKey, settingKeys } from "../settings/settings.ts";

/** Keys of ours for which upstream has another name only. */
const OWN_KEYS: ReadonlySet<string> = new Set(
  [...NATIVE_NAMES.values()].filter((key) => key.endsWith("-d")),
);

/** Our key for a setting of upstream's format; undefined when there is none of that name. */
export function nativeKey(name: string): SettingKey | undefined {
  const renamed = NATIVE_NAMES.get(name);
  if (renamed !== undefined) return renamed;
  const setting = findSetting(name);
  if (setting === undefined || setting.value.native === "none") return undefined;
  return OWN_KEYS.has(name) ? undefined : name as SettingKey;
}

/** All names that upstream's format has. */
export function nativeNames(): readonly string[] {
  return [...settingKeys(), ...NATIVE_NAMES.keys()].filter((name) => nativeKey(name) !== undefined);
}
