/** What several pages say alike. */
import type { DescribedOption } from "../../core/program/command_line.ts";
import { definitions, optionTerm, section } from "./mdoc.ts";

/** Where programs find the manager. */
export const CLIENT_ENVIRONMENT = definitions([
  {
    term: "Ev DINIT_SOCKET_PATH",
    text: "The control socket, when no --socket-path is given.",
  },
  {
    term: "Ev DINIT_CS_FD",
    text:
      "Number of the descriptor that --use-passed-cfd uses. A service with the option pass-cs-fd has it.",
  },
  {
    term: "Ev XDG_RUNTIME_DIR",
    text:
      "A user's control socket is the file dinitctl in this directory. An empty value counts as none, here and below.",
  },
  {
    term: "Ev HOME",
    text: "Without XDG_RUNTIME_DIR it is the file .dinitctl in this directory.",
  },
]);

/** How a client does without a runtime of its own. */
export const CLIENT_KIND = definitions([
  {
    term: "Ev DINIT_CLIENT",
    text:
      "If it is full, the program does its work itself. Otherwise, where it can, it hands its words to a manager of the same build and shows what that says.",
  },
]);

/** Default paths of the control socket. */
export const SOCKET_FILES = [
  { term: "Pa /run/dinitctl", text: "Control socket of the system manager." },
  {
    term: "Pa $XDG_RUNTIME_DIR/dinitctl , Pa ~/.dinitctl",
    text: "Control socket of a user's manager.",
  },
];

/** What each option does. */
export function optionList(rows: readonly DescribedOption[]): string {
  return definitions(rows.map((row) => ({ term: optionTerm(row), text: sentence(row.help) })));
}

/** Help texts are no sentences: they become one. */
export function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.)]$/.test(start) && !start.endsWith(")") ? start : `${start}.`;
}

/** Cross references, in the order that mdoc wants. */
export function seeAlso(...pages: readonly (readonly [string, number])[]): string {
  const sorted = [...pages].sort((left, right) =>
    left[1] - right[1] || left[0].localeCompare(right[0])
  );
  const lines = sorted.map(([name, number], index) =>
    `.Xr ${name} ${number}${index < sorted.length - 1 ? " ," : ""}\n`
  );
  return section("SEE ALSO", ...lines);
}
