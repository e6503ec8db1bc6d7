/**
 * What the shells complete, as data out of the tables of options and verbs.
 */
import { CHECK_OPTIONS } from "../../ctl/check/options.ts";
import { CONVERT_OPTIONS } from "../../ctl/convert/options.ts";
import { SOURCE_KINDS } from "../../core/convert/mod.ts";
import { INIT_KINDS } from "../../core/migrate/mod.ts";
import { DEPENDENCY_TYPES } from "../../ctl/commands/enabling/dependency.ts";
import { namedSignals } from "../../ctl/commands/orders/signal.ts";
import { optionsOf } from "../../ctl/words/help.ts";
import { MIGRATE_OPTIONS, MIGRATE_ORDERS } from "../../ctl/migrate/options.ts";
import { MONITOR_OPTIONS } from "../../ctl/monitor/options.ts";
import { SHUTDOWN_OPTIONS } from "../../ctl/shutdown/options.ts";
import { ASKED_VERBS } from "../../ctl/commands/orders/plan.ts";
import { SHUTDOWN_TYPES } from "../../ctl/commands/orders/shutdown.ts";
import { CTL_OPTIONS } from "../../ctl/words/options.ts";
import { VERBS } from "../../ctl/words/verbs.ts";
import type { OperandKind } from "../../ctl/words/verbs/row.ts";
import type { DescribedOption } from "../../core/program/command_line.ts";
import { DAEMON_OPTIONS } from "../../daemon/start/options.ts";

/** What can stand in a place. */
export type Completion = "service" | "file" | "directory" | "none" | readonly string[];

export interface CompletedOption {
  readonly names: readonly string[];
  readonly help: string;
  /** undefined: it takes no argument. */
  readonly argument: Completion | undefined;
}

export interface CompletedVerb {
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletedOption[];
  /** In order; the last one stands for all that follow. */
  readonly operands: readonly Completion[];
}

/** A program without verbs. */
export interface CompletedProgram {
  readonly names: readonly string[];
  readonly options: readonly CompletedOption[];
  readonly operand: Completion;
}

/** By the word that stands for an option's argument in help texts. */
const ARGUMENTS: Readonly<Record<string, Completion>> = {
  PATH: "file",
  FILE: "file",
  DIR: "directory",
  SERVICE: "service",
  NAME: "service",
  STATE: ["started", "stopped"],
  KIND: SOURCE_KINDS,
  INIT: INIT_KINDS,
  LEVEL: ["none", "error", "warn", "info", "debug"],
};

const OPERANDS: Readonly<Record<OperandKind, Completion>> = {
  service: "service",
  pattern: "service",
  "dependency-type": Object.keys(DEPENDENCY_TYPES),
  signal: namedSignals("linux").map(({ name }) => name),
  variable: "none",
  "shutdown-type": SHUTDOWN_TYPES,
  program: "file",
  order: ASKED_VERBS,
  file: "file",
  command: VERBS.map(({ name }) => name),
};

function completed({ names, argument, help }: DescribedOption): CompletedOption {
  // One that may be left out is not waited for.
  const isNeeded = argument !== undefined && !argument.startsWith("[");
  const takes = isNeeded ? ARGUMENTS[argument] ?? "none" : undefined;
  return { names, help, argument: takes };
}

/** Options of dinitctl that stand anywhere. */
export const CTL_GENERAL_OPTIONS: readonly CompletedOption[] = CTL_OPTIONS
  .filter((row) => row.verbs === undefined).map(completed);

export const CTL_VERBS: readonly CompletedVerb[] = VERBS.map((verb) => ({
  name: verb.name,
  help: verb.summary,
  options: optionsOf(verb).map(completed),
  operands: verb.operands.map((kind) => OPERANDS[kind]),
}));

/** Words that make `dinit` another program. */
export const DINIT_SUBCOMMANDS: readonly { readonly name: string; readonly help: string }[] = [
  { name: "ctl", help: "control services of a running manager" },
  { name: "check", help: "check service descriptions" },
  { name: "monitor", help: "run a command when services change" },
  { name: "convert", help: "turn services of other init systems into descriptions" },
  { name: "migrate", help: "move a machine from another init system, and back" },
  { name: "schema", help: "print the JSON schema of descriptions" },
  { name: "calendar", help: "print the next times of a calendar expression" },
  { name: "probe", help: "ask a server over http or https once" },
];

export const DINIT: CompletedProgram = {
  names: ["dinit"],
  options: DAEMON_OPTIONS.map(completed),
  operand: "service",
};

export const CHECK: CompletedProgram = {
  names: ["dinit-check"],
  options: CHECK_OPTIONS.map(completed),
  operand: "service",
};

export const CONVERT: CompletedProgram = {
  names: [],
  options: CONVERT_OPTIONS.map(completed),
  operand: "file",
};

export const MIGRATE: CompletedProgram = {
  names: [],
  options: MIGRATE_OPTIONS.map(completed),
  operand: Object.keys(MIGRATE_ORDERS),
};

export const MONITOR: CompletedProgram = {
  names: ["dinit-monitor"],
  options: MONITOR_OPTIONS.map(completed),
  operand: "service",
};

export const SHUTDOWN: CompletedProgram = {
  names: ["shutdown", "halt", "poweroff", "reboot", "soft-reboot"],
  options: SHUTDOWN_OPTIONS.map(completed),
  operand: "none",
};
