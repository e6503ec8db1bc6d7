/** The options of `shutdown` and its other names as a table, and their command line. */
import type { ShutdownType } from "../../core/types.ts";
import { type OptionRow, optionUsage, takeOption } from "../options.ts";

export type ShutdownOptionId =
  | "poweroff"
  | "reboot"
  | "soft-reboot"
  | "halt"
  | "kexec"
  | "system"
  | "use-passed-cfd"
  | "help";

/** In the order of the help. */
export const SHUTDOWN_OPTIONS: readonly OptionRow<ShutdownOptionId>[] = [
  { id: "poweroff", names: ["-p"], help: "power off" },
  { id: "reboot", names: ["-r"], help: "reboot" },
  {
    id: "soft-reboot",
    names: ["-s"],
    help: "start the manager anew without restarting the machine",
  },
  { id: "halt", names: ["-h"], help: "halt, and leave the power on" },
  { id: "kexec", names: ["-k"], help: "start the kernel that was loaded with kexec" },
  {
    id: "system",
    names: ["--system"],
    help: "do it now and without the manager: end all processes, unmount, and go down",
  },
  {
    id: "use-passed-cfd",
    names: ["--use-passed-cfd"],
    help: "use the connection that the variable DINIT_CS_FD names",
  },
  { id: "help", names: ["--help"], help: "print this help" },
];

/** Types of shutdown that can be asked for here. */
export type WantedShutdown = Exclude<ShutdownType, "remain">;

export type ParsedShutdownLine =
  | {
    readonly kind: "run";
    readonly type: WantedShutdown;
    /** Without the manager. */
    readonly isDirect: boolean;
    readonly usesPassedConnection: boolean;
  }
  | { readonly kind: "help" }
  | { readonly kind: "faulty"; readonly lines: readonly string[] };

/** Reads the words that follow the program's name; the name decides the default. Pure. */
export function parseShutdownLine(
  words: readonly string[],
  programName: string,
): ParsedShutdownLine {
  let type = defaultType(programName);
  let isDirect = false;
  let usesPassedConnection = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) return { kind: "help" };
    const taken = takeOption(SHUTDOWN_OPTIONS, words, index);
    if (taken.kind !== "option") {
      return { kind: "faulty", lines: [`unknown option '${word}'; see '${programName} --help'.`] };
    }
    switch (taken.row.id) {
      case "help":
        return { kind: "help" };
      case "system":
        isDirect = true;
        break;
      case "use-passed-cfd":
        usesPassedConnection = true;
        break;
      default:
        type = taken.row.id;
    }
  }
  return { kind: "run", type, isDirect, usesPassedConnection };
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
  for (const row of SHUTDOWN_OPTIONS) text += `  ${optionUsage(row).padEnd(20)}${row.help}\n`;
  return `${text}\nWithout an option: ${DEFAULT_WORDS[defaultType(programName)]}.\n`;
}

const DEFAULT_WORDS: Readonly<Record<WantedShutdown, string>> = {
  halt: "halt",
  poweroff: "power off",
  reboot: "reboot",
  "soft-reboot": "soft reboot",
  kexec: "kexec",
};
