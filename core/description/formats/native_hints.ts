/** What to write instead, for lines of upstream's own format that cannot be read. */
import { nativeKey, nativeNames } from "./native_names.ts";
import { didYouMean } from "../text/near_miss.ts";
import type { Setting } from "../settings/row.ts";
import { findSetting } from "../settings/settings.ts";
import { synonymHint } from "../settings/setting_synonyms.ts";

/** For a name that is no setting in upstream's format. */
export function unknownHint(name: string): string | undefined {
  if (name.startsWith("\ufeff")) return "The file begins with a byte-order mark; remove it";
  const setting = findSetting(name);
  if (setting?.value.native === "none") return `${name} exists in files with the suffix .toml only`;
  return synonymHint(name, (key) => nativeKey(key) !== undefined) ??
    didYouMean(name, nativeNames());
}

/** For `+=` where nothing can be appended. */
export function appendHint(name: string, setting: Setting): string {
  return setting.repeated === "adds"
    ? `Each line adds: write ${name}: VALUE`
    : `Write ${name} = VALUE`;
}

/** For a line that is no setting. */
export function malformedHint(text: string): string | undefined {
  if (/^\s*\[/.test(text)) return "Tables exist in files with the suffix .toml only";
  return /\+\s+=/.test(text) ? "Write += without a gap" : undefined;
}
