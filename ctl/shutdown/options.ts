/** The options of `shutdown` and its other names as a table, and their command line. */
import type { ShutdownType } from "../../core/types.ts";
import {
  type Draft,
  ends,
  optionIn,
  type OptionRow,
  readWords,
  sets,
} from "../../core/program/command_line.ts";
import type { FaultyEnd, HelpEnd } from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

/** Types of shutdown that can be asked for here. */
export type WantedShutdown = Exclude<ShutdownType, "remain">;

/** How it is asked for. */
interface WantedRun {
  readonly type: WantedShutdown;
  /** Without the manager. */
  readonly isDirect: boolean;
  readonly usesPassedConnection: boolean;
}

type ShutdownEnd = HelpEnd | FaultyEnd;

export type ParsedShutdownLine = { readonly kind: "run" } & WantedRun | ShutdownEnd;

/** In the order of the help. */
export const SHUTDOWN_OPTIONS: readonly OptionRow<Draft<WantedRun>, ShutdownEnd>[] = [
  { names: ["-p"], help: "power off", take: sets("type", "poweroff") },
  { names: ["-r"], help: "reboot", take: sets("type", "reboot") },
  {
    names: ["-s"],
    help: "start the manager anew without restarting the machine",
    take: sets("type", "soft-reboot"),
  },
  { names: ["-h"], help: "halt, and leave the power on", take: sets("type", "halt") },
  {
    names: ["-k"],
    help: "start the kernel that was loaded with kexec",
    take: sets("type", "kexec"),
  },
  {
    names: ["--system"],
    help: "do it now and without the manager: end all processes, unmount, and go down",
    take: sets("isDirect", true),
  },
  {
    names: ["--use-passed-cfd"],
    help: "use the connection that the variable DINIT_CS_FD names",
    take: sets("usesPassedConnection", true),
  },
  { names: ["--help"], help: "print this help", take: ends({ kind: "help" }) },
];

/** Reads the words that follow the program's name; the name decides the default. Pure. */
export function parseShutdownLine(
  words: readonly string[],
  programName: string,
): ParsedShutdownLine {
  const draft: Draft<WantedRun> = {
    type: defaultType(programName),
    isDirect: false,
    usesPassedConnection: false,
  };
  const end = readWords<Draft<WantedRun>, ShutdownEnd>(words, draft, {
    option: optionIn(SHUTDOWN_OPTIONS),
    operand: () => ({ kind: "help" }),
    fault: (fault) =>
      fault.kind === "empty" ? { kind: "help" } : {
        kind: "faulty",
        lines: [`unknown option '${fault.word}'; see '${programName} --help'.`],
      },
  });
  return end ?? { kind: "run", ...draft };
}

/** `halt` powers off too, as everywhere; a build may put a prefix before the names. */
function defaultType(programName: string): WantedShutdown {
  if (programName.endsWith("soft-reboot")) return "soft-reboot";
  return programName.endsWith("reboot") ? "reboot" : "poweroff";
}

/** Help of the program under the name that it was called by. */
export function shutdownHelp(programName: string): string {
  let text = `Usage: ${programName} [options]\n\n` +
    "Stops all services and ends the run of the machine.\n\nOptions:\n";
  text += optionColumns(SHUTDOWN_OPTIONS, 20);
  return `${text}\nWithout an option: ${DEFAULT_WORDS[defaultType(programName)]}.\n`;
}

const DEFAULT_WORDS: Readonly<Record<WantedShutdown, string>> = {
  halt: "halt",
  poweroff: "power off",
  reboot: "reboot",
  "soft-reboot": "soft reboot",
  kexec: "kexec",
};
