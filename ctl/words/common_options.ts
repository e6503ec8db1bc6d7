/**
 * What the command lines of the client programs have in common: the options that say which manager
 * is meant, those that end the reading, and what a word does whose form is wrong.
 */
import {
  type Draft,
  ends,
  type Grammar,
  keeps,
  optionIn,
  type OptionRow,
  sets,
} from "../../core/program/command_line.ts";
import { wordFaultText } from "./word_fault_text.ts";

/** Which manager is meant, and whose may be. */
export interface ManagerChoice {
  /** undefined: by the user id. */
  readonly instance: "system" | "user" | undefined;
  readonly socketPath: string | undefined;
  readonly trustsOtherUsers: boolean;
}

export interface HelpEnd {
  readonly kind: "help";
}

export interface VersionEnd {
  readonly kind: "version";
}

export interface FaultyEnd {
  readonly kind: "faulty";
  /** For standard error, without the program's name. */
  readonly lines: readonly string[];
}

type ManagerOption = OptionRow<Draft<ManagerChoice>, never>;

export const SYSTEM_OPTION: ManagerOption = {
  names: ["-s", "--system"],
  help: "talk to the system manager (default for root)",
  take: sets("instance", "system"),
};

export const USER_OPTION: ManagerOption = {
  names: ["-u", "--user"],
  help: "talk to the user's manager (default for others)",
  take: sets("instance", "user"),
};

export const SOCKET_PATH_OPTION: ManagerOption = {
  names: ["-p", "--socket-path"],
  argument: "PATH",
  help: "control socket of the manager",
  take: keeps("socketPath"),
};

export const OTHER_USER_OPTION: ManagerOption = {
  names: ["--other-user"],
  help: "talk to a manager that neither root nor oneself runs, which is refused otherwise",
  take: sets("trustsOtherUsers", true),
};

export const HELP_OPTION: OptionRow<unknown, HelpEnd> = {
  names: ["-h", "--help"],
  help: "print this help",
  take: ends({ kind: "help" }),
};

export const VERSION_OPTION: OptionRow<unknown, VersionEnd> = {
  names: ["--version"],
  help: "print the version",
  take: ends({ kind: "version" }),
};

/** The end by a fault; where to find help is added. */
export function faulty(program: string, text: string): FaultyEnd {
  return { kind: "faulty", lines: [`${text}; see '${program} --help'.`] };
}

/** How a program reads its words whose options and operands stand anywhere. */
export function grammarOf<Draft, End>(
  program: string,
  options: readonly OptionRow<Draft, End | FaultyEnd>[],
  operand: Grammar<Draft, End | FaultyEnd>["operand"],
): Grammar<Draft, End | FaultyEnd> {
  return {
    option: optionIn(options),
    operand,
    fault: (fault) => faulty(program, wordFaultText(fault)),
  };
}
