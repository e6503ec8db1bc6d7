/**
 * The command line of `dinitctl` → verb, operands and options, or what is wrong with it.
 *
 * Words are taken in order, so `--help` wins over a fault behind it and loses against one before it.
 */
import { nearestName } from "../core/description/mod.ts";
import { addOption, type GivenOptions, takeOption } from "./options.ts";
import { parseDuration } from "../core/duration.ts";
import {
  CTL_OPTIONS,
  type CtlOptionId,
  type CtlOptionRow,
  findVerb,
  type VerbRow,
  VERBS,
  type WorkingVerb,
} from "./verbs.ts";

/** What is said about a command line whose form is wrong, as upstream says it. */
const INVALID = "Invalid command line.";

export interface CtlOptions {
  /** undefined: by the user id. */
  readonly instance: "system" | "user" | undefined;
  readonly socketPath: string | undefined;
  readonly usesPassedConnection: boolean;
  readonly trustsOtherUsers: boolean;
  readonly isQuiet: boolean;
  readonly isOffline: boolean;
  readonly serviceDirectories: readonly string[];
  readonly waits: boolean;
  readonly pin: boolean;
  readonly force: boolean;
  readonly ignoreUnstarted: boolean;
  readonly from: string | undefined;
  readonly clear: boolean;
  readonly listSignals: boolean;
  readonly json: boolean;
  readonly all: boolean;
  readonly failedOnly: boolean;
  /** Last lines of output to show; undefined: the verb's default. */
  readonly lines: number | undefined;
  readonly follow: boolean;
  readonly awaitedState: "started" | "stopped";
  readonly timeoutMs: number | undefined;
}

export type ParsedCommandLine =
  | {
    readonly kind: "run";
    readonly verb: WorkingVerb;
    readonly operands: readonly string[];
    readonly options: CtlOptions;
  }
  /** Of one verb, or of the whole program. */
  | { readonly kind: "help"; readonly verb: VerbRow | undefined }
  | { readonly kind: "version" }
  /** Lines for standard error, without the program's name. */
  | { readonly kind: "faulty"; readonly lines: readonly string[] };

/** Reads the words that follow the program's name. Pure. */
export function parseCommandLine(words: readonly string[]): ParsedCommandLine {
  if (words.length === 0) return { kind: "help", verb: undefined };
  const given = new Map<CtlOptionId, readonly string[]>();
  const operands: string[] = [];
  let verb: VerbRow | undefined;

  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "") return invalid(verb, "a word of it is empty");
    if (!word.startsWith("-")) {
      if (verb !== undefined) operands.push(word);
      else {
        verb = findVerb(word);
        if (verb === undefined) return unknownVerb(word);
      }
      continue;
    }
    const taken = takeOption(optionsAfter(verb), words, index);
    if (taken.kind === "unknown") return unknownOption(word, verb);
    if (taken.kind === "no-argument") {
      return faulty(
        `option '${word}' needs an argument: ${taken.row.argument}`,
        "see 'dinitctl --help'.",
      );
    }
    if (taken.row.id === "help") return { kind: "help", verb };
    if (taken.row.id === "version") return { kind: "version" };
    addOption(given, taken.row, taken.argument);
    if (taken.argument !== undefined) index++;
  }

  if (verb === undefined) return invalid(verb, "a command is missing");
  const { name } = verb;
  if (name === "help") return helpOf(operands);
  return checked({ ...verb, name }, operands, given);
}

/** `help COMMAND` */
function helpOf([word, ...others]: readonly string[]): ParsedCommandLine {
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

function checked(
  verb: VerbRow & { readonly name: WorkingVerb },
  operands: readonly string[],
  given: GivenOptions<CtlOptionId>,
): ParsedCommandLine {
  const listsSignals = given.has("list-signals");
  const expected = listsSignals ? { minOperands: 0, maxOperands: 0 } : verb;
  if (operands.length < expected.minOperands || operands.length > expected.maxOperands) {
    return invalid(verb, `usage: dinitctl ${verb.name} ${verb.usage}`.trimEnd());
  }
  if (given.has("offline") && verb.name !== "enable" && verb.name !== "disable") {
    return faulty("--offline works with 'enable' and 'disable' only.", "see 'dinitctl --help'.");
  }

  const lines = numberOf(given, "lines");
  if (lines === "faulty") {
    return faulty(`cannot read --lines ${last(given, "lines")}: a whole number is needed.`);
  }
  const state = last(given, "state") ?? "started";
  if (state !== "started" && state !== "stopped") {
    return faulty(`cannot wait for state '${state}': allowed are 'started', 'stopped'.`);
  }
  const timeoutText = last(given, "timeout");
  const timeoutMs = timeoutText === undefined ? undefined : parseDuration(timeoutText);
  if (timeoutMs === "faulty") {
    return faulty(`cannot read --timeout ${timeoutText}: write it as '10s', '500ms' or '2m'.`);
  }

  return {
    kind: "run",
    verb: verb.name,
    operands,
    options: {
      instance: instanceOf(given),
      socketPath: last(given, "socket-path"),
      usesPassedConnection: given.has("use-passed-cfd"),
      trustsOtherUsers: given.has("other-user"),
      isQuiet: given.has("quiet"),
      isOffline: given.has("offline"),
      serviceDirectories: given.get("services-dir") ?? [],
      waits: !given.has("no-wait"),
      pin: given.has("pin"),
      force: given.has("force"),
      ignoreUnstarted: given.has("ignore-unstarted"),
      from: last(given, "from"),
      clear: given.has("clear"),
      listSignals: listsSignals,
      json: given.has("json"),
      all: given.has("all"),
      failedOnly: given.has("failed"),
      lines,
      follow: given.has("follow"),
      awaitedState: state,
      timeoutMs,
    },
  };
}

/** The last of `-s` and `-u` wins. */
function instanceOf(given: GivenOptions<CtlOptionId>): "system" | "user" | undefined {
  let instance: "system" | "user" | undefined;
  for (const id of given.keys()) {
    if (id === "system" || id === "user") instance = id;
  }
  return instance;
}

function last(given: GivenOptions<CtlOptionId>, id: CtlOptionId): string | undefined {
  return given.get(id)?.at(-1);
}

function numberOf(
  given: GivenOptions<CtlOptionId>,
  id: CtlOptionId,
): number | undefined | "faulty" {
  const text = last(given, id);
  if (text === undefined) return undefined;
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : "faulty";
}

function unknownVerb(word: string): ParsedCommandLine {
  const near = nearestName(word, VERBS.map((row) => row.name));
  const hint = near === undefined ? "" : `; did you mean '${near}'?`;
  return faulty(`unknown command '${word}'${hint}`, "see 'dinitctl --help'.");
}

function unknownOption(word: string, verb: VerbRow | undefined): ParsedCommandLine {
  const row = CTL_OPTIONS.find((candidate) => candidate.names.includes(word));
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

function invalid(verb: VerbRow | undefined, why: string): ParsedCommandLine {
  const help = verb === undefined ? "dinitctl --help" : `dinitctl ${verb.name} --help`;
  return faulty(INVALID, `${why}; see '${help}'.`);
}

function faulty(...lines: readonly string[]): ParsedCommandLine {
  return { kind: "faulty", lines };
}
