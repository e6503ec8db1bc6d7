/** A finished piece of output, and on which stream it goes. */
import { printable } from "../../../core/text/printable.ts";

export type Printed =
  | { readonly stream: "out" | "err"; readonly text: string }
  /** A message of success: left out with --quiet. */
  | { readonly stream: "success"; readonly text: string }
  | { readonly stream: "bytes"; readonly bytes: Uint8Array };

/** A plain line on standard output that --quiet leaves out. */
export function success(line: string): Printed {
  return { stream: "success", text: printable(line) + "\n" };
}

/** A plain line on standard output. */
export function told(line: string): Printed {
  return { stream: "out", text: printable(line) + "\n" };
}

/** A line on standard error, after the program's name. */
export function problem(line: string, program = "dinitctl"): Printed {
  return { stream: "err", text: problemText(line, program) };
}

/** The same as text. */
export function problemText(line: string, program = "dinitctl"): string {
  return `${program}: ${printable(line)}\n`;
}
