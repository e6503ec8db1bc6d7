/** The completion file for fish. */
import {
  CHECK,
  type CompletedOption,
  type CompletedProgram,
  type Completion,
  CTL_GENERAL_OPTIONS,
  CTL_VERBS,
  DINIT,
  DINIT_SUBCOMMANDS,
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
    "# fish completion for dinit. Made by tools/gen_completions.ts. Do not edit.",
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
    ...ctlLines("dinitctl", "__fish_use_subcommand", undefined),
    "",
    ...ctlLines("dinit", `${SUBCOMMAND} ctl; and not ${SUBCOMMAND} $__dinit_verbs`, "ctl"),
    "",
    ...DINIT_SUBCOMMANDS.map(({ name, help }) =>
      line({ program: "dinit", condition: "__fish_use_subcommand" }, `-a ${name}`, help)
    ),
    ...programLines(DINIT, { program: "dinit", condition: "not __dinit_subcommand" }),
    ...programLines(CHECK, { program: "dinit-check", condition: undefined }),
    ...programLines(CHECK, { program: "dinit", condition: `${SUBCOMMAND} check` }),
    ...programLines(MONITOR, { program: "dinit-monitor", condition: undefined }),
    ...programLines(MONITOR, { program: "dinit", condition: `${SUBCOMMAND} monitor` }),
    ...SHUTDOWN.names.flatMap((program) =>
      programLines(SHUTDOWN, { program, condition: undefined })
    ),
    "",
  ].join("\n");
}

/** @param under The word below which verbs stand; undefined: at the top. */
function ctlLines(program: string, noVerbYet: string, under: string | undefined): string[] {
  const names = CTL_VERBS.map((verb) => verb.name).join(" ");
  const subcommands = DINIT_SUBCOMMANDS.map(({ name }) => name).join(" ");
  const below = under === undefined ? "" : `${SUBCOMMAND} ${under}; and `;
  return [
    ...under === undefined
      ? [
        `set -g __dinit_verbs ${names}`,
        "function __dinit_subcommand",
        `    ${SUBCOMMAND} ${subcommands}`,
        "end",
        `complete -c ${program} -f`,
      ]
      : [`complete -c ${program} -f`],
    ...CTL_VERBS.map((verb) =>
      line({ program, condition: noVerbYet }, `-a ${verb.name}`, verb.help)
    ),
    ...CTL_GENERAL_OPTIONS.map((option) =>
      optionLine(
        { program, condition: under === undefined ? undefined : `${SUBCOMMAND} ${under}` },
        option,
      )
    ),
    ...CTL_VERBS.flatMap((verb) => {
      const place = { program, condition: `${below}${SUBCOMMAND} ${verb.name}` };
      return [
        ...verb.options.map((option) => optionLine(place, option)),
        ...verb.operands.flatMap((operand) => operandLine(place, operand)),
      ];
    }),
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
