/** The completion file for fish. */
import {
  CHECK,
  type CompletedOption,
  type CompletedProgram,
  type Completion,
  CONVERT,
  CTL_GENERAL_OPTIONS,
  CTL_VERBS,
  DINIT,
  DINIT_SUBCOMMANDS,
  MIGRATE,
  MONITOR,
  SHUTDOWN,
} from "./programs.ts";

/** Where a line holds: the program, and a test in fish. */
interface Place {
  readonly program: string;
  readonly condition: string | undefined;
}

const SUBCOMMAND = "__fish_seen_subcommand_from";

/** Complete text of the file. */
export function fishCompletion(): string {
  return [
    "# fish completion for dinit. Made by tools/generate.ts. Do not edit.",
    "",
    "# Names of services: those loaded and those that have a file.",
    "function __dinit_services",
    "    set -l words (commandline -opc)",
    "    set -l target",
    "    while set -q words[1]",
    "        switch $words[1]",
    "            case -s --system -u --user",
    "                set -a target $words[1]",
    "            case -p --socket-path",
    "                set -a target $words[1..2]",
    "                set -e words[1]",
    "        end",
    "        set -e words[1]",
    "    end",
    "    dinitctl $target list --all 2>/dev/null | string replace -rf '^\\[.{8}\\] (\\S+).*' '$1'",
    "end",
    "",
    ...PLACE_FUNCTIONS,
    "",
    ...ctlLines("dinitctl"),
    "",
    ...ctlLines("dinit"),
    "",
    ...DINIT_SUBCOMMANDS.map(({ name, help }) =>
      line({ program: "dinit", condition: "__dinit_first_word" }, `-a ${name}`, help)
    ),
    ...programLines(DINIT, { program: "dinit", condition: "not __dinit_subcommand" }),
    ...programLines(CHECK, { program: "dinit-check", condition: undefined }),
    ...programLines(CHECK, { program: "dinit", condition: `${SUBCOMMAND} check` }),
    ...programLines(CONVERT, { program: "dinit", condition: `${SUBCOMMAND} convert` }),
    ...programLines(MIGRATE, { program: "dinit", condition: `${SUBCOMMAND} migrate` }),
    ...programLines(MONITOR, { program: "dinit-monitor", condition: undefined }),
    ...programLines(MONITOR, { program: "dinit", condition: `${SUBCOMMAND} monitor` }),
    ...SHUTDOWN.names.flatMap((program) =>
      programLines(SHUTDOWN, { program, condition: undefined })
    ),
    "",
  ].join("\n");
}

/** Options of dinitctl whose argument is a word of its own. */
const OPTIONS_WITH_ARGUMENT = [
  ...CTL_GENERAL_OPTIONS,
  ...CTL_VERBS.flatMap((verb) => verb.options),
].filter(({ argument }) => argument !== undefined).flatMap(({ names }) => names);

/** Tests for conditions: where in a line the cursor is. */
const PLACE_FUNCTIONS: readonly string[] = [
  "# Words of dinitctl that are no options: the verb and its operands.",
  "function __dinit_ctl_words",
  "    set -l words (commandline -opc)",
  "    set -l program (string replace -r '.*/' '' -- $words[1])",
  "    set -e words[1]",
  "    if test $program = dinit",
  '        test "$words[1]" = ctl; or return 1',
  "        set -e words[1]",
  "    end",
  "    while set -q words[1]",
  "        switch $words[1]",
  `            case ${[...new Set(OPTIONS_WITH_ARGUMENT)].join(" ")}`,
  "                set -e words[1]",
  "            case '-*'",
  "            case '*'",
  "                echo $words[1]",
  "        end",
  "        set -e words[1]",
  "    end",
  "end",
  "",
  "# __dinit_ctl [VERB [LEAST [MOST]]]: the verb is there, if one is named, and so many operands.",
  "function __dinit_ctl",
  "    set -l words (__dinit_ctl_words); or return 1",
  "    set -l operands (math (count $words) - 1)",
  "    set -q argv[1]; or return 0",
  '    test "$words[1]" = $argv[1]; or return 1',
  "    set -q argv[2]; and test $operands -lt $argv[2]; and return 1",
  "    set -q argv[3]; and test $operands -gt $argv[3]; and return 1",
  "    return 0",
  "end",
  "",
  "function __dinit_ctl_needs_verb",
  "    set -l words (__dinit_ctl_words); and test (count $words) -eq 0",
  "end",
  "",
  "function __dinit_first_word",
  "    test (count (commandline -opc)) -eq 1",
  "end",
  "",
  "function __dinit_subcommand",
  `    ${SUBCOMMAND} ${DINIT_SUBCOMMANDS.map(({ name }) => name).join(" ")}`,
  "end",
];

/** The verbs of dinitctl, by itself or below `dinit ctl`. */
function ctlLines(program: "dinit" | "dinitctl"): string[] {
  return [
    `complete -c ${program} -f`,
    ...CTL_VERBS.map((verb) =>
      line({ program, condition: "__dinit_ctl_needs_verb" }, `-a ${verb.name}`, verb.help)
    ),
    ...CTL_GENERAL_OPTIONS.map((option) =>
      optionLine({ program, condition: "__dinit_ctl" }, option)
    ),
    ...CTL_VERBS.flatMap((verb) => [
      ...verb.options.map((option) =>
        optionLine({ program, condition: `__dinit_ctl ${verb.name}` }, option)
      ),
      ...verb.operands.flatMap((operand, index) => {
        const most = index === verb.operands.length - 1 ? "" : ` ${index}`;
        const condition = `__dinit_ctl ${verb.name} ${index}${most}`;
        return operandLine({ program, condition }, operand);
      }),
    ]),
  ];
}

function programLines(program: CompletedProgram, place: Place): string[] {
  return [
    ...place.condition === undefined ? [`complete -c ${place.program} -f`] : [],
    ...program.options.map((option) => optionLine(place, option)),
    ...operandLine(place, program.operand),
  ];
}

function optionLine(place: Place, { names, help, argument }: CompletedOption): string {
  const spellings = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  ).join(" ");
  if (argument === undefined) return line(place, spellings, help);
  return line(place, `${spellings} ${argumentFlags(argument)}`, help);
}

function argumentFlags(argument: Completion): string {
  switch (argument) {
    case "service":
      return "-x -a '(__dinit_services)'";
    case "file":
      return "-r -F";
    case "directory":
      return "-x -a '(__fish_complete_directories)'";
    case "none":
      return "-x";
    default:
      return `-x -a '${argument.join(" ")}'`;
  }
}

function operandLine(place: Place, operand: Completion): string[] {
  switch (operand) {
    case "none":
      return [];
    case "service":
      return [line(place, "-a '(__dinit_services)'", undefined)];
    case "file":
      return [line(place, "-F", undefined)];
    case "directory":
      return [line(place, "-a '(__fish_complete_directories)'", undefined)];
    default:
      return [line(place, `-a '${operand.join(" ")}'`, undefined)];
  }
}

function line({ program, condition }: Place, what: string, help: string | undefined): string {
  const test = condition === undefined ? "" : ` -n '${condition}'`;
  const description = help === undefined ? "" : ` -d '${help.replaceAll("'", "\\'")}'`;
  return `complete -c ${program}${test} ${what}${description}`;
}
