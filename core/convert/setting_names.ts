/** The names of all settings that descriptions can have, for rows that wait for one. */
import { settingKeys } from "../description/mod.ts";

/** Keys at the top level of a description. */
export const SETTING_NAMES: ReadonlySet<string> = new Set<string>(settingKeys());
