/** What the clients say about a word whose form is wrong. */
import type { WordFault } from "../../core/program/command_line.ts";

/** Without the hint at the help that follows it. */
export function wordFaultText(fault: WordFault): string {
  switch (fault.kind) {
    case "empty":
      return "Invalid command line: a word of it is empty";
    case "unknown-option":
      return `unknown option '${fault.word}'`;
    case "no-argument":
      return `option '${fault.word}' needs an argument: ${fault.argument}`;
  }
}
