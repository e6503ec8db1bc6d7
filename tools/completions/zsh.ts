/** The completion file for zsh. */
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

/** Complete text of the file, to be installed as `_dinit`. */
export function zshCompletion(): string {
  const programs = ["dinit", "dinitctl", "dinit-check", "dinit-monitor", ...SHUTDOWN.names];
  return [
    `#compdef ${programs.join(" ")}`,
    "# zsh completion for dinit. Made by tools/generate.ts. Do not edit.\n",
    SERVICES,
    ctlFunction(),
    simpleFunction("_dinit_check_words", CHECK),
    simpleFunction("_dinit_monitor_words", MONITOR),
    simpleFunction("_dinit_convert_words", CONVERT),
    simpleFunction("_dinit_migrate_words", MIGRATE),
    simpleFunction("_dinit_shutdown_words", SHUTDOWN),
    simpleFunction("_dinit_manager_words", DINIT),
    managerFunction(),
    CHOICE,
  ].join("\n");
}

const SERVICES =
  `# Names of services: those loaded and those that have a file. _dinit_typed has the words before the cursor:
# _arguments takes those before a verb out of $words.
_dinit_services() {
  local -a target names
  local index
  for ((index = 1; index <= $#_dinit_typed; index++)); do
    case $_dinit_typed[index] in
      -s|--system|-u|--user) target+=($_dinit_typed[index]) ;;
      -p|--socket-path) target+=("\${(@)_dinit_typed[index,index+1]}"); ((index++)) ;;
    esac
  done
  names=(\${(f)"$(dinitctl $target list --all 2>/dev/null | sed -n 's/^\\[.\\{8\\}\\] \\([^ ]*\\).*/\\1/p')"})
  compadd -a names
}
`;

function ctlFunction(): string {
  return `_dinitctl_words() {
  local curcontext=$curcontext state
  local -a line verbs
  verbs=(
${CTL_VERBS.map((verb) => `    ${quoted(`${colonEscaped(verb.name)}:${verb.help}`)}`).join("\n")}
  )
  _arguments -C -A '-*' \\
${CTL_GENERAL_OPTIONS.map(optionSpecs).join("\n")}
    ':command:->command' \\
    '*::argument:->argument'
  case $state in
    command) _describe -t commands command verbs ;;
    argument)
      case $words[1] in
${CTL_VERBS.map(verbCase).join("\n")}
      esac
      ;;
  esac
}
`;
}

function managerFunction(): string {
  return `_dinit_words() {
  local -a subcommands
  subcommands=(
${DINIT_SUBCOMMANDS.map(({ name, help }) => `    ${quoted(`${name}:${help}`)}`).join("\n")}
  )
  if ((CURRENT > 2)); then
    local name=$words[2]
    case $name in
      ctl|check|monitor|convert|migrate)
        shift words
        ((CURRENT--))
        ;|
      ctl) _dinitctl_words; return ;;
      check) _dinit_check_words; return ;;
      monitor) _dinit_monitor_words; return ;;
      convert) _dinit_convert_words; return ;;
      migrate) _dinit_migrate_words; return ;;
    esac
  elif [[ $words[2] != -* ]]; then
    _describe -t commands command subcommands
    return
  fi
  _dinit_manager_words
}
`;
}

/** By the name that the words begin with. */
const CHOICE = `local -a _dinit_typed=("\${(@)words[2,CURRENT-1]}")
case $service in
  dinit) _dinit_words ;;
  dinitctl) _dinitctl_words ;;
  dinit-check) _dinit_check_words ;;
  dinit-monitor) _dinit_monitor_words ;;
  *) _dinit_shutdown_words ;;
esac
`;

function verbCase(verb: (typeof CTL_VERBS)[number]): string {
  const options = [...verb.options, ...CTL_GENERAL_OPTIONS].map(optionSpecs);
  const operands = verb.operands.map((operand, index) => {
    const isLast = index === verb.operands.length - 1;
    return `    ${
      quoted(`${isLast ? "*" : index + 1}:${operandTitle(operand)}:${action(operand)}`)
    }`;
  });
  const specs = [...options, ...operands].map((spec) => spec.replace(/ \\$/, "")).join(" \\\n");
  return `        ${verb.name})
          _arguments \\
${specs.replaceAll(/^ {4}/gm, "            ")}
          ;;`;
}

function simpleFunction(name: string, program: CompletedProgram): string {
  const operand = program.operand === "none"
    ? []
    : [`    ${quoted(`*:${operandTitle(program.operand)}:${action(program.operand)}`)}`];
  const specs = [...program.options.map(optionSpecs), ...operand]
    .map((spec) => spec.replace(/ \\$/, "")).join(" \\\n");
  return `${name}() {
  _arguments \\
${specs}
}
`;
}

/** One specification for all spellings, which exclude each other. */
function optionSpecs({ names, help, argument }: CompletedOption): string {
  const exclusion = names.length > 1 ? `'(${names.join(" ")})'` : "";
  const spellings = names.length > 1 ? `{${names.join(",")}}` : names[0] ?? "";
  const text = `[${help.replaceAll(/[[\]:\\]/g, "\\$&")}]`;
  const takes = argument === undefined ? "" : `:argument:${action(argument)}`;
  return `    ${exclusion}${spellings}${quoted(text + takes)} \\`;
}

function action(completion: Completion): string {
  switch (completion) {
    case "service":
      return "_dinit_services";
    case "file":
      return "_files";
    case "directory":
      return "_files -/";
    case "none":
      return " ";
    default:
      return `(${completion.join(" ")})`;
  }
}

function operandTitle(completion: Completion): string {
  return completion === "service" ? "service" : "argument";
}

function colonEscaped(text: string): string {
  return text.replaceAll(":", "\\:");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
