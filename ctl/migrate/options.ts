/** The words of `dinit migrate`: its orders and options as tables. */
import { adds, keeps, type OptionRow, readWords, sets } from "../../core/program/command_line.ts";
import { INIT_KINDS, type InitKind } from "../../core/migrate/mod.ts";
import { parseDuration } from "../../core/text/duration.ts";
import {
  faulty,
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
} from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

/** What is to be done, in the order in which a person does it. */
export const MIGRATE_ORDERS = {
  plan: "show what this machine's init does, and what becomes of it",
  apply: "write /etc/dinit.d, and nothing else; again: only what changed",
  test: "have the next boot, and only that one, be with dinit",
  undo: "remove what apply wrote, and give the machine its init back",
} as const;

export type MigrateOrderName = keyof typeof MIGRATE_ORDERS;

/** Asked for by the service that `test` writes, and by `dinit ctl confirm-boot`, not by people. */
const INNER_ORDERS = ["fall-back", "confirm"] as const;

export interface MigrateOrder {
  readonly name: MigrateOrderName | (typeof INNER_ORDERS)[number];
  /** Without a slash at its end; empty: this machine. */
  readonly root: string;
  /** undefined: by what is found. */
  readonly from: InitKind | undefined;
  /** Where sets of services are; undefined: beside this program. */
  readonly services: string | undefined;
  /** Units that count as enabled. */
  readonly more: readonly string[];
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  /** Time for a confirmation. */
  readonly withinMs: number;
}

type MigrateEnd = HelpEnd | FaultyEnd;

export type ParsedMigrateLine =
  | { readonly kind: "run"; readonly order: MigrateOrder }
  | MigrateEnd;

interface MigrateDraft {
  readonly words: string[];
  root: string;
  from: InitKind | undefined;
  services: string | undefined;
  readonly more: string[];
  isJson: boolean;
  isQuiet: boolean;
  withinMs: number;
}

const PROGRAM = "dinit migrate";
const DEFAULT_WITHIN_MS = 600_000;
const LEAST_WITHIN_MS = 60_000;

export const MIGRATE_OPTIONS: readonly OptionRow<MigrateDraft, MigrateEnd>[] = [
  {
    names: ["--root"],
    argument: "DIR",
    help: "the machine whose root folder DIR is (plan, apply, undo)",
    take: (draft, word) => {
      if (!word.startsWith("/")) return faulty(PROGRAM, `--root ${word} is no absolute path`);
      draft.root = word.replace(/\/+$/, "");
    },
  },
  {
    names: ["--from"],
    argument: "INIT",
    help: `the init to move from: ${INIT_KINDS.join(", ")} (default: by what is found)`,
    take: (draft, word) => {
      draft.from = INIT_KINDS.find((kind) => kind === word);
      return draft.from === undefined
        ? faulty(PROGRAM, `cannot move from '${word}': allowed are ${INIT_KINDS.join(", ")}`)
        : undefined;
    },
  },
  {
    names: ["--with"],
    argument: "UNIT",
    help: "count a unit as enabled (repeatable)",
    take: adds("more"),
  },
  {
    names: ["--services"],
    argument: "DIR",
    help: "take sets of services from DIR (default: share/dinit/services beside this program)",
    take: keeps("services"),
  },
  {
    names: ["--within"],
    argument: "TIME",
    help: "time for dinit ctl confirm-boot before test's boot ends (default: 10m)",
    take: (draft, word) => {
      const ms = parseDuration(word);
      if (ms === "faulty" || ms < LEAST_WITHIN_MS) {
        return faulty(PROGRAM, `--within ${word} is no time of at least a minute`);
      }
      draft.withinMs = ms;
    },
  },
  { names: ["--json"], help: "the plan as JSON", take: sets("isJson", true) },
  { names: ["-q", "--quiet"], help: "tell only what is wrong", take: sets("isQuiet", true) },
  HELP_OPTION,
];

const GRAMMAR = grammarOf(PROGRAM, MIGRATE_OPTIONS, adds("words"));

/** Reads the words that follow the program's name. Pure. */
export function parseMigrateLine(words: readonly string[]): ParsedMigrateLine {
  const draft: MigrateDraft = {
    words: [],
    root: "",
    from: undefined,
    services: undefined,
    more: [],
    isJson: false,
    isQuiet: false,
    withinMs: DEFAULT_WITHIN_MS,
  };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  const { words: operands, ...options } = draft;
  const [word, extra] = operands;
  const allowed = Object.keys(MIGRATE_ORDERS).join(", ");
  if (word === undefined) return faulty(PROGRAM, `say what to do: ${allowed}`);
  if (extra !== undefined) return faulty(PROGRAM, `unexpected argument '${extra}'`);
  if (!isOrder(word)) return faulty(PROGRAM, `cannot do '${word}': allowed are ${allowed}`);
  if (options.root !== "" && word !== "plan" && word !== "apply" && word !== "undo") {
    return faulty(PROGRAM, `${word} is for this machine: it takes no --root`);
  }
  return { kind: "run", order: { name: word, ...options } };
}

function isOrder(word: string): word is MigrateOrder["name"] {
  return Object.hasOwn(MIGRATE_ORDERS, word) || INNER_ORDERS.some((order) => order === word);
}

/** Help of the program. */
export function migrateHelp(): string {
  const orders = Object.entries(MIGRATE_ORDERS).map(([name, help]) =>
    `  ${name.padEnd(6)} ${help}\n`
  );
  return "Usage: dinit migrate [options] plan|apply|test|undo\n\n" +
    "Moves a machine from systemd, OpenRC or upstream's dinit, and back.\n\n" +
    `${orders.join("")}\n` +
    `Options:\n${optionColumns(MIGRATE_OPTIONS, 22)}\n` +
    "Exit status: 0 when nothing is left to do by hand, 3 when something is (plan, apply) or a file\n" +
    "that was edited stays (apply, undo), 1 when it cannot be done, 2 for a fault in the words.\n";
}
