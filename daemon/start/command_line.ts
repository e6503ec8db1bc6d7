/**
 * The manager's own command line: what may be on it, for people and for the kernel.
 *
 * As PID 1 the words come from the kernel, which passes on whatever it does not know itself: there,
 * unknown words are ignored, faulty ones too (to end would be the kernel's panic), and only
 * `single` is taken as a service; FreeBSD's says `-s` for it.
 */
import {
  type Grammar,
  optionIn,
  type OptionRow,
  optionUsage,
  readWords,
  type WordFault,
} from "../../core/program/command_line.ts";
import { nameFault } from "../../core/description/mod.ts";
import type { System } from "../../core/types.ts";
import {
  DAEMON_OPTIONS,
  type DaemonDraft,
  type DaemonEnd,
  type DaemonOptions,
  faulty,
} from "./options.ts";
import { USUAL_LOG_STORE } from "./log_store_options.ts";
import { USUAL_RECOVERY } from "./recovery_options.ts";

export type ParsedOptions = { readonly kind: "run"; readonly options: DaemonOptions } | DaemonEnd;

/** Who runs us: decides the defaults and how strange words are taken. */
export interface Caller {
  readonly isFirstProcess: boolean;
  readonly isRoot: boolean;
  /** Kernels differ in what they pass on. */
  readonly os: System;
}

/**
 * Letters for its own init are all that FreeBSD's kernel passes on: `-s` for `boot -s` at the
 * loader's prompt, perhaps with others in the same word (sys/kern/init_main.c, start_init). Nobody
 * asks for a system instance there: process 1 is one.
 */
const FREEBSD_SINGLE = /^-[Cf]*s[Cf]*$/;

/** The one service that the kernel's words can name. */
const SINGLE = "single";

/** What a word of {@link FREEBSD_SINGLE} does. */
const FREEBSD_SINGLE_OPTION: OptionRow<DaemonDraft, DaemonEnd> = {
  names: ["-s"],
  help: `start ${SINGLE}`,
  take: (draft) => takeService(draft, SINGLE),
};

/** The words that follow the program's name → what to do. Pure. */
export function parseDaemonOptions(words: readonly string[], caller: Caller): ParsedOptions {
  const draft: DaemonDraft = {
    serviceDirectories: [],
    environmentFile: undefined,
    socketPath: undefined,
    accessGroups: [],
    readyDescriptor: undefined,
    logFile: undefined,
    isSystem: caller.isRoot,
    isSystemManager: caller.isFirstProcess,
    isContainer: false,
    graceMs: undefined,
    autoRecovery: false,
    isQuiet: false,
    cgroupPath: undefined,
    areCgroupsForAll: false,
    oomScore: undefined,
    consoleLevel: "warn",
    logLevel: "info",
    services: [],
    ...USUAL_LOG_STORE,
    ...USUAL_RECOVERY,
    isFromKernel: caller.isFirstProcess && caller.isRoot,
  };
  const end = readWords(words, draft, caller.os === "freebsd" ? FREEBSD_GRAMMAR : GRAMMAR);
  if (end !== undefined) return end;
  if (draft.services.length === 0) draft.services.push("boot");
  const { isFromKernel: _, ...options } = draft;
  return { kind: "run", options };
}

const GRAMMAR: Grammar<DaemonDraft, DaemonEnd> = {
  option: optionIn(DAEMON_OPTIONS),
  operand: takeService,
  fault: (fault) => faulty(faultText(fault)),
  // The first process cannot print and go: its end is the kernel's panic.
  passesOver: ({ isFromKernel }) => isFromKernel,
};

const FREEBSD_GRAMMAR: Grammar<DaemonDraft, DaemonEnd> = {
  ...GRAMMAR,
  option: (word, draft) =>
    draft.isFromKernel && FREEBSD_SINGLE.test(word)
      ? FREEBSD_SINGLE_OPTION
      : GRAMMAR.option(word, draft),
};

function takeService(draft: DaemonDraft, word: string): DaemonEnd | undefined {
  if (draft.isFromKernel && word !== SINGLE) return undefined;
  const fault = nameFault(word);
  if (fault !== undefined) return faulty(`"${word}" is not a service name: ${fault}`);
  draft.services.push(word);
  return undefined;
}

function faultText(fault: WordFault): string {
  switch (fault.kind) {
    case "empty":
      return "An empty word is not a service name";
    case "unknown-option":
      return `Unknown option "${fault.word}": --help lists the options`;
    case "no-argument":
      return `Option "${fault.word}" needs an argument: ${fault.argument}`;
  }
}

/** The text of `--help`. */
export function daemonHelp(): string {
  const rows = DAEMON_OPTIONS.map((option) => {
    return `  ${optionUsage(option).padEnd(30)} ${option.help}`;
  });
  return [
    "dinit: init system and service manager",
    "",
    "Usage: dinit [options] [SERVICE...]    start services (default: boot) and supervise them",
    "       dinit ctl COMMAND ...           control a running manager (dinit ctl --help)",
    "       dinit check [SERVICE...]        check service descriptions",
    "       dinit monitor ...               run a command on service events",
    "       dinit convert FILE|DIR          turn upstream's descriptions into TOML",
    "       dinit migrate plan|apply        move a machine from another init",
    "       dinit schema                    print the JSON schema of descriptions",
    "",
    "Options:",
    ...rows,
    "",
  ].join("\n");
}
