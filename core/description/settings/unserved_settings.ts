/** What a manager has no means for, by the table of settings. */
import { type ConditionKind, conditionWords, isAnswered } from "../../conditions/kinds.ts";
import { type ChildMaker, servesAll, whyUnserved } from "./served_by.ts";
import type { SettingForm } from "./row.ts";
import { type Option, OPTION_TEXTS, OPTIONS } from "./options.ts";
import { type SettingKey, settingKeys, settingOf } from "./settings.ts";

/**
 * Settings, words of `options`, and forms of values that a manager cannot serve; empty: it serves
 * all.
 */
export interface UnservedSettings {
  /** With why not: a sentence without its end. */
  readonly settings: ReadonlyMap<SettingKey, string>;
  readonly options: ReadonlyMap<Option, string>;
  /** Kinds of conditions that the system has no answer to. */
  readonly conditions: ReadonlySet<ConditionKind>;
  readonly forms: readonly { readonly key: SettingKey; readonly form: SettingForm }[];
}

/** What is impossible in any case. */
export function unservedSettings(maker: ChildMaker): UnservedSettings {
  // Nobody else's start should make all rows of the table.
  if (servesAll(maker)) {
    return { settings: new Map(), options: new Map(), conditions: new Set(), forms: [] };
  }
  const settings = new Map<SettingKey, string>();
  const options = new Map<Option, string>();
  const forms: { readonly key: SettingKey; readonly form: SettingForm }[] = [];
  for (const key of settingKeys()) {
    const { servedBy, form } = settingOf(key);
    const why = whyUnserved(servedBy, maker);
    if (why !== undefined) settings.set(key, why);
    else if (form !== undefined && whyUnserved(form.servedBy, maker) !== undefined) {
      forms.push({ key, form });
    }
  }
  for (const option of OPTIONS) {
    const why = whyUnserved(OPTION_TEXTS[option].servedBy, maker);
    if (why !== undefined) options.set(option, why);
  }
  const conditions = new Set(conditionWords().filter((kind) => !isAnswered(kind, maker.os)));
  return { settings, options, conditions, forms };
}
