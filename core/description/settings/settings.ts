/**
 * The table of all settings: the one source of the reader, `dinit check`, the JSON schema and the
 * manual page `docs/settings.md`. A new setting is a new row in `rows/`; the types of its value
 * follow from the row.
 */
import type { Rows, Setting } from "./row.ts";
import { ACTIVATION } from "./rows/activation.ts";
import { ATTRIBUTES } from "./rows/attributes.ts";
import { CONDITIONS } from "./rows/conditions.ts";
import { DEPENDENCIES } from "./rows/dependencies.ts";
import { HEALTH } from "./rows/health.ts";
import { OTHERS } from "./rows/options.ts";
import { OUTPUTS } from "./rows/outputs.ts";
import { RESTARTS } from "./rows/restarts.ts";
import { RUNS } from "./rows/runs.ts";

/** In the order of the manual. */
const GROUPS = [
  ...[RUNS, RESTARTS, HEALTH, DEPENDENCIES, CONDITIONS],
  ...[OUTPUTS, ACTIVATION, OTHERS, ATTRIBUTES],
] as const satisfies readonly Rows[];

type AllRows =
  & typeof RUNS
  & typeof RESTARTS
  & typeof HEALTH
  & typeof DEPENDENCIES
  & typeof CONDITIONS
  & typeof OUTPUTS
  & typeof ACTIVATION
  & typeof OTHERS
  & typeof ATTRIBUTES;

export type SettingKey = keyof AllRows;

/** What a reader gives for each setting that was set. */
export type SettingValues = {
  [K in SettingKey]?: ReturnType<AllRows[K]> extends Setting<infer T> ? T : never;
};

/** Those that have been met. */
const made = new Map<string, Setting>();

/** The row of a TOML key. */
export function findSetting(key: string): Setting | undefined {
  const known = made.get(key);
  if (known !== undefined) return known;
  const group: Rows | undefined = GROUPS.find((each) => Object.hasOwn(each, key));
  const setting = group?.[key]?.();
  if (setting !== undefined) made.set(key, setting);
  return setting;
}

/** The row of a key that there is. */
export function settingOf(key: SettingKey): Setting {
  return findSetting(key) as Setting;
}

/** All keys, in the order of the table. */
export function settingKeys(): readonly SettingKey[] {
  return GROUPS.flatMap((group) => Object.keys(group)) as SettingKey[];
}

/** Upstream's key → ours where they differ. */
export const NATIVE_NAMES: ReadonlyMap<string, SettingKey> = new Map([
  ["depends-on.d", "depends-on-d"],
  ["depends-ms.d", "depends-ms-d"],
  ["waits-for.d", "waits-for-d"],
  ["termsignal", "term-signal"],
]);
