/**
 * The command line of `dinitctl` → verb, operands and options, or what is wrong with it.
 */
import { METRICS_FORMATS, USAGE_ORDERS } from "../../core/figures/usage.ts";
import { type Grammar, optionIn, readWords } from "../../core/program/command_line.ts";
import { nearestName } from "../../core/description/mod.ts";
import { parseDuration } from "../../core/text/duration.ts";
import {
  CTL_OPTIONS,
  type CtlDraft,
  type CtlEnd,
  type CtlOptionRow,
  type CtlOptions,
} from "./options.ts";
import { findVerb, type VerbRow, VERBS, type WorkingVerb } from "./verbs.ts";
import { wordFaultText } from "./word_fault_text.ts";

const WORKS_OFFLINE: readonly string[] = ["enable", "disable", "mask", "unmask"];

/** What is said about a command line whose form is wrong, as upstream says it. */
const INVALID = "Invalid command line.";

export type ParsedCommandLine =
  | {
    readonly kind: "run";
    readonly verb: WorkingVerb;
    readonly operands: readonly string[];
    readonly options: CtlOptions;
  }
  | CtlEnd;

const GRAMMAR: Grammar<CtlDraft, CtlEnd> = {
  option: (word, { verb }) => optionIn(optionsAfter(verb))(word),
  operand: (draft, word) => {
    if (draft.verb !== undefined) {
      draft.operands.push(word);
      return undefined;
    }
    draft.verb = findVerb(word);
    return draft.verb === undefined ? unknownVerb(word) : undefined;
  },
  fault: (fault, { verb }) => {
    switch (fault.kind) {
      case "empty":
        return invalid(verb, "a word of it is empty");
      case "unknown-option":
        return unknownOption(fault.word, verb);
      case "no-argument":
        return faulty(wordFaultText(fault), "see 'dinitctl --help'.");
    }
  },
};

/** Reads the words that follow the program's name. Pure. */
export function parseCommandLine(words: readonly string[]): ParsedCommandLine {
  if (words.length === 0) return { kind: "help", verb: undefined };
  const draft = emptyDraft();
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  const { verb, operands } = draft;
  if (verb === undefined) return invalid(verb, "a command is missing");
  const { name } = verb;
  return name === "help" ? helpOf(operands) : checked({ ...verb, name }, draft);
}

function emptyDraft(): CtlDraft {
  return {
    verb: undefined,
    operands: [],
    instance: undefined,
    socketPath: undefined,
    usesPassedConnection: false,
    trustsOtherUsers: false,
    isQuiet: false,
    isOffline: false,
    dropIn: false,
    changed: false,
    serviceDirectories: [],
    waits: true,
    pin: false,
    force: false,
    ignoreUnstarted: false,
    from: undefined,
    clear: false,
    listSignals: false,
    json: false,
    all: false,
    failedOnly: false,
    linesText: undefined,
    follow: false,
    state: "started",
    timeoutText: undefined,
    once: false,
    sortText: "cpu",
    formatText: undefined,
    outputFile: undefined,
    sinceText: undefined,
    untilText: undefined,
    grep: undefined,
    boot: undefined,
    listsBoots: false,
    storeDirectory: undefined,
    usesPager: true,
    isReverse: false,
    properties: [],
    valuesOnly: false,
  };
}

/** `help COMMAND` */
function helpOf([word, ...others]: readonly string[]): CtlEnd {
  if (word === undefined) return { kind: "help", verb: undefined };
  const verb = findVerb(word);
  if (verb === undefined) return unknownVerb(word);
  return others.length === 0
    ? { kind: "help", verb }
    : invalid(undefined, "help takes one command");
}

/** Options known at a place: those that stand anywhere, and those of the verb that came before. */
function optionsAfter(verb: VerbRow | undefined): readonly CtlOptionRow[] {
  return CTL_OPTIONS.filter((row) =>
    !row.afterVerb || (verb !== undefined && row.verbs?.includes(verb.name))
  );
}

/** What the words mean together. */
function checked(
  verb: VerbRow & { readonly name: WorkingVerb },
  { verb: _, operands, linesText, state, timeoutText, sortText, formatText, ...options }: CtlDraft,
): ParsedCommandLine {
  const isWithout = options.listSignals || options.changed;
  const expected = isWithout ? { minOperands: 0, maxOperands: 0 } : verb;
  if (operands.length < expected.minOperands || operands.length > expected.maxOperands) {
    return invalid(verb, `usage: dinitctl ${verb.name} ${verb.usage}`.trimEnd());
  }
  if (options.isOffline && !WORKS_OFFLINE.includes(verb.name)) {
    const lead = "--offline works with 'enable', 'disable', 'mask' and 'unmask' only.";
    return faulty(lead, "see 'dinitctl --help'.");
  }

  if (linesText !== undefined && !/^[0-9]{1,9}$/.test(linesText)) {
    return faulty(`cannot read --lines ${linesText}: a whole number is needed.`);
  }
  const lines = linesText === undefined ? undefined : Number(linesText);
  if (state !== "started" && state !== "stopped") {
    return faulty(`cannot wait for state '${state}': allowed are 'started', 'stopped'.`);
  }
  const timeoutMs = timeoutText === undefined ? undefined : parseDuration(timeoutText);
  if (timeoutMs === "faulty") {
    return faulty(`cannot read --timeout ${timeoutText}: write it as '10s', '500ms' or '2m'.`);
  }
  const sort = USAGE_ORDERS.find((each) => each === sortText);
  if (sort === undefined) {
    return faulty(`cannot sort by '${sortText}': allowed are ${USAGE_ORDERS.join(", ")}.`);
  }
  const format = METRICS_FORMATS.find((each) => each === formatText);
  if (formatText !== undefined && format === undefined) {
    return faulty(`unknown format '${formatText}': allowed are ${METRICS_FORMATS.join(", ")}.`);
  }
  return {
    kind: "run",
    verb: verb.name,
    operands,
    options: { ...options, lines, awaitedState: state, timeoutMs, sort, format },
  };
}

function unknownVerb(word: string): CtlEnd {
  const near = nearestName(word, VERBS.map((row) => row.name));
  const hint = near === undefined ? "" : `; did you mean '${near}'?`;
  return faulty(`unknown command '${word}'${hint}`, "see 'dinitctl --help'.");
}

function unknownOption(word: string, verb: VerbRow | undefined): CtlEnd {
  const row = optionIn(CTL_OPTIONS)(word);
  if (row?.verbs !== undefined && verb === undefined) {
    const verbs = row.verbs.map((name) => `'${name}'`).join(", ");
    return faulty(`option '${word}' is only taken after its command: ${verbs}`);
  }
  if (row?.verbs !== undefined && verb !== undefined) {
    return faulty(`option '${word}' does not belong to '${verb.name}'`, "see 'dinitctl --help'.");
  }
  // Every letter is near every other.
  const names = optionsAfter(verb).flatMap((candidate) => candidate.names)
    .filter((name) => name.startsWith("--"));
  const near = word.length <= "-x".length ? undefined : nearestName(word, names);
  const hint = near === undefined ? "" : `; did you mean '${near}'?`;
  return faulty(`unknown option '${word}'${hint}`, "see 'dinitctl --help'.");
}

function invalid(verb: VerbRow | undefined, why: string): CtlEnd {
  const help = verb === undefined ? "dinitctl --help" : `dinitctl ${verb.name} --help`;
  return faulty(INVALID, `${why}; see '${help}'.`);
}

function faulty(...lines: readonly string[]): CtlEnd {
  return { kind: "faulty", lines };
}
