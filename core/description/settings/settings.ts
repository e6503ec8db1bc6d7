/**
 * The table of all settings: the one source of the reader, `dinit check`, the JSON schema and the
 * manual page `docs/settings.md`. A new setting is a new row in `rows/`; the types of its value
 * follow from the row.
 */
import type { Setting } from "./row.ts";
import { ACTIVATION } from "./rows/activation.ts";
import { ATTRIBUTES } from "./rows/attributes.ts";
import { CONDITIONS } from "./rows/conditions.ts";
import { DEPENDENCIES } from "./rows/dependencies.ts";
import { HEALTH } from "./rows/health.ts";
import { OTHERS } from "./rows/options.ts";
import { OUTPUTS } from "./rows/outputs.ts";
import { RESTARTS } from "./rows/restarts.ts";
import { RUNS } from "./rows/runs.ts";

/** Every setting by its TOML key. */
export const SETTINGS = {
  ...RUNS,
  ...RESTARTS,
  ...HEALTH,
  ...DEPENDENCIES,
  ...CONDITIONS,
  ...OUTPUTS,
  ...ACTIVATION,
  ...OTHERS,
  ...ATTRIBUTES,
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof SETTINGS;

/** What a reader gives for each setting that was set. */
export type SettingValues = {
  [K in SettingKey]?: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

const BY_KEY: ReadonlyMap<string, Setting> = new Map(Object.entries(SETTINGS));

/** The row of a TOML key. */
export function findSetting(key: string): Setting | undefined {
  return BY_KEY.get(key);
}

/** All keys, in the order of the table. */
export function settingKeys(): readonly SettingKey[] {
  return Object.keys(SETTINGS) as SettingKey[];
}

/** Upstream's key → ours where they differ. */
export const NATIVE_NAMES: ReadonlyMap<string, SettingKey> = new Map([
  ["depends-on.d", "depends-on-d"],
  ["depends-ms.d", "depends-ms-d"],
  ["waits-for.d", "waits-for-d"],
  ["termsignal", "term-signal"],
]);
