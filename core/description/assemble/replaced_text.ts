/**
 * Texts of settings with their variables replaced; what is doubtful or wrong is told where it is
 * written.
 */
import { unsetHint } from "./command_reporter.ts";
import type { KeyPath } from "../text/locate.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import type { SettingKey } from "../settings/settings.ts";
import { firstUnset, substituteText, unsetText, type Variables } from "../text/substitution.ts";

/** Where a text stands, and how messages about it begin, to go on with a colon. */
export interface TextPlace {
  readonly key: SettingKey;
  readonly path: KeyPath;
  /** `Cannot listen on "$X"` */
  readonly fault: string;
  /** `Doubtful listen = "$X"` */
  readonly doubt: string;
}

/** @returns undefined when a fault was reported. */
export function replacedText(
  written: string,
  { key, path, fault, doubt }: TextPlace,
  { variables, reporter }: { readonly variables: Variables; readonly reporter: SettingReporter },
): string | undefined {
  const result = substituteText(written, variables);
  if (result.kind !== "text") {
    reporter.report(reporter.position(key, path, result.offset), `${fault}: ${result.why}`);
    return undefined;
  }
  const unset = firstUnset(result.uses);
  if (unset !== undefined) {
    const position = reporter.position(key, path, unset.offset);
    const options = { severity: "warning", hint: unsetHint(unset) } as const;
    reporter.report(position, `${doubt}: ${unsetText(unset)}`, options);
  }
  return result.text;
}
