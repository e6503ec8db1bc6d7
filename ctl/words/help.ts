/**
 * Help texts, made from the tables of verbs and options.
 */
import { optionColumns, twoColumns } from "./option_columns.ts";
import { CTL_OPTIONS, type CtlOptionRow } from "./options.ts";
import { PATTERN_RULE, VERB_GROUPS, type VerbRow, VERBS } from "./verbs.ts";
import type { VerbGroup } from "./verbs/row.ts";

/** Where the second column of the verbs begins. */
const VERB_WIDTH = 40;
const OPTION_WIDTH = 28;
const PARAGRAPH_WIDTH = 80;

/** Help of the whole program. */
export function ctlHelp(): string {
  let text = "Usage: dinitctl [options] COMMAND [arguments]\n\nControls a running dinit.\n";
  for (const group of Object.keys(VERB_GROUPS) as VerbGroup[]) {
    text += `\n${VERB_GROUPS[group]}:\n`;
    for (const verb of VERBS) {
      if (verb.group === group) text += twoColumns(usage(verb), verb.summary, VERB_WIDTH);
    }
  }
  text += "\nOptions:\n" +
    optionColumns(CTL_OPTIONS.filter((option) => option.verbs === undefined), OPTION_WIDTH);
  return text + `\n${wrapped(PATTERN_RULE.replaceAll("`", ""))}` +
    "\n'dinitctl help COMMAND' tells the options of a command.\n";
}

/** Help of one verb. */
export function verbHelp(verb: VerbRow): string {
  const own = optionsOf(verb);
  const options = own.length === 0 ? "" : "\nOptions:\n" + optionColumns(own, OPTION_WIDTH);
  const details = verb.details.map((paragraph) => `\n${wrapped(paragraph.replaceAll("`", ""))}`)
    .join("");
  return `Usage: dinitctl ${usage(verb)}\n\n${capitalised(verb.summary)}.\n${details}${options}`;
}

/** Options that mean something to a verb, those common to all aside. */
export function optionsOf(verb: VerbRow): readonly CtlOptionRow[] {
  return CTL_OPTIONS.filter((option) => option.verbs?.includes(verb.name));
}

/** `start SERVICE...` */
export function usage(verb: VerbRow): string {
  return `${verb.name} ${verb.usage}`.trimEnd();
}

/** A paragraph in lines that fit a terminal. Blanks in a row are kept. */
function wrapped(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.split(/(?<=[^ ]) (?=[^ ])/)) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= PARAGRAPH_WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n") + "\n";
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
