/** Options and what they do, in the two columns of help texts. */
import { type DescribedOption, optionUsage } from "../../core/program/command_line.ts";

/** A line for each option; `width`: of the first column. */
export function optionColumns(options: readonly DescribedOption[], width: number): string {
  return options.map((option) => twoColumns(optionUsage(option), option.help, width)).join("");
}

/** A first column that is too long gets a line of its own. */
export function twoColumns(left: string, right: string, width: number): string {
  const gap = left.length < width ? " ".repeat(width - left.length) : "\n  " + " ".repeat(width);
  return `  ${left}${gap}${right}\n`;
}
