/**
 * A boot of GRUB's that happens once: an entry of its own, which `grub-reboot` chooses for the next
 * boot. GRUB itself forgets the choice before it boots, so whatever becomes of that boot, the one
 * after it is the usual one.
 *
 * Source: GRUB manual 2.06, "Booting once-only"; /etc/grub.d/00_header and 41_custom of Debian.
 */
import { TRIAL_VARIABLE } from "../system/other_inits.ts";

/** By which `grub-reboot` names the entry. */
export const TRIAL_ENTRY = "dinit-trial";

/** Init finds it in its environment: kernel words that nobody knows become that. */
const TRIAL_WORD = `${TRIAL_VARIABLE.name}=${TRIAL_VARIABLE.value}`;

const BEGIN = "# dinit migrate test: begin";
const END = "# dinit migrate test: end";

/** Whether a configuration obeys a choice for one boot, and reads custom.cfg. */
export function servesTrial(configuration: string): boolean {
  return configuration.includes("next_entry") && configuration.includes("custom.cfg");
}

/**
 * The first entry once more, with another init.
 *
 * @returns undefined when there is no entry that boots a Linux.
 */
export function trialEntry(configuration: string, program: string): string | undefined {
  const lines = configuration.split("\n");
  const first = lines.findIndex((line) => line.startsWith("menuentry "));
  if (first < 0) return undefined;
  const length = lines.slice(first).findIndex((line) => line === "}");
  const body = length < 0 ? [] : lines.slice(first + 1, first + length);
  const isLinux = (line: string): boolean => /^\s*linux(16|efi)?\s/.test(line);
  if (!body.some(isLinux)) return undefined;
  return [
    `menuentry 'One boot with dinit' --id ${TRIAL_ENTRY} {`,
    ...body.map((line) => isLinux(line) ? `${line} init=${program} ${TRIAL_WORD}` : line),
    "}",
  ].join("\n");
}

/** custom.cfg with the entry, in the place of an earlier one. */
export function withTrial(custom: string, entry: string): string {
  const rest = withoutTrial(custom);
  const gap = rest === "" || rest.endsWith("\n") ? "" : "\n";
  return `${rest}${gap}${BEGIN}\n${entry}\n${END}\n`;
}

/** custom.cfg as it was. */
export function withoutTrial(custom: string): string {
  const begin = custom.indexOf(`${BEGIN}\n`);
  const end = custom.indexOf(`${END}\n`, begin);
  if (begin < 0 || end < 0) return custom;
  return custom.slice(0, begin) + custom.slice(end + END.length + 1);
}
