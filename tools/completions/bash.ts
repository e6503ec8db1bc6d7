/** The completion file for bash. */
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

/** Complete text of the file. */
export function bashCompletion(): string {
  return [
    "# bash completion for dinit. Made by tools/generate.ts. Do not edit.\n",
    SERVICES,
    OFFER,
    ctlFunctions(),
    programFunctions("_dinit_check", CHECK),
    programFunctions("_dinit_monitor", MONITOR),
    programFunctions("_dinit_shutdown", SHUTDOWN),
    simpleFunction("_dinit_convert_from", CONVERT),
    simpleFunction("_dinit_migrate_from", MIGRATE),
    simpleFunction("_dinit_manager_from", DINIT) + managerFunction(),
    registrations(),
  ].join("\n");
}

const SERVICES = `# Names of services: those loaded and those that have a file.
_dinit_services() {
  local index word
  local -a target=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      -s | --system | -u | --user) target+=("$word") ;;
      -p | --socket-path)
        ((index++))
        target+=("$word" "\${COMP_WORDS[index]}")
        ;;
    esac
  done
  dinitctl "\${target[@]}" list --all 2>/dev/null | sed -n 's/^\\[.\\{8\\}\\] \\([^ ]*\\).*/\\1/p'
}
`;

const OFFER = `# _dinit_offer KIND-OR-WORDS: sets COMPREPLY to what fits the word at the cursor.
_dinit_offer() {
  local cur=\${COMP_WORDS[COMP_CWORD]}
  case $1 in
    :service) mapfile -t COMPREPLY < <(compgen -W "$(_dinit_services)" -- "$cur") ;;
    :file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    :directory)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
    :none) COMPREPLY=() ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur") ;;
  esac
}
`;

function ctlFunctions(): string {
  return `# _dinitctl_from FIRST: the words of dinitctl begin at index FIRST.
_dinitctl_from() {
  local index word verb= operands=0 cur=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  for ((index = $1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $verb$'\\n'$word in
${argumentCases()}
      *$'\\n'-*) ;;
      *)
        if [[ -z $verb ]]; then verb=$word; else ((operands++)); fi
        ;;
    esac
    if ((index >= COMP_CWORD)); then return; fi
  done
  if [[ $cur == -* ]]; then
    case $verb in
${CTL_VERBS.map(verbOptionCase).join("\n")}
      *) _dinit_offer '${words(CTL_GENERAL_OPTIONS)}' ;;
    esac
    return
  fi
  case $verb:$operands in
    :*) _dinit_offer '${CTL_VERBS.map((verb) => verb.name).join(" ")}' ;;
${CTL_VERBS.flatMap(operandCases).join("\n")}
  esac
}

_dinitctl() { _dinitctl_from 1; }
`;
}

/** A program without verbs. */
function programFunctions(name: string, program: CompletedProgram): string {
  return `${simpleFunction(`${name}_from`, program)}
${name}() { ${name}_from 1; }
`;
}

function managerFunction(): string {
  return `
_dinit() {
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in
      ctl) _dinitctl_from 2; return ;;
      check) _dinit_check_from 2; return ;;
      monitor) _dinit_monitor_from 2; return ;;
      convert) _dinit_convert_from 2; return ;;
      migrate) _dinit_migrate_from 2; return ;;
    esac
  elif [[ \${COMP_WORDS[1]} != -* ]]; then
    _dinit_offer '${DINIT_SUBCOMMANDS.map(({ name }) => name).join(" ")}'
    return
  fi
  _dinit_manager_from 1
}
`;
}

function registrations(): string {
  return `complete -F _dinit dinit
complete -F _dinitctl dinitctl
complete -F _dinit_check dinit-check
complete -F _dinit_monitor dinit-monitor
complete -F _dinit_shutdown ${SHUTDOWN.names.join(" ")}
`;
}

/** Options with an argument: what follows the option is completed, or skipped. */
function argumentCases(): string {
  const general = CTL_GENERAL_OPTIONS.map((option) => argumentCase(option, "*"));
  const own = CTL_VERBS.flatMap((verb) =>
    verb.options.map((option) => argumentCase(option, verb.name))
  );
  return [...general, ...own].filter((line) => line !== "").join("\n");
}

function argumentCase({ names, argument }: CompletedOption, verb: string): string {
  if (argument === undefined) return "";
  const patterns = names.map((name) => `${verb}$'\\n'${name}`).join(" | ");
  return `      ${patterns})
        ((index++))
        if ((index == COMP_CWORD)); then _dinit_offer '${offer(argument)}'; fi
        ;;`;
}

function verbOptionCase(verb: (typeof CTL_VERBS)[number]): string {
  const all = [...verb.options, ...CTL_GENERAL_OPTIONS];
  return `      ${verb.name}) _dinit_offer '${words(all)}' ;;`;
}

function operandCases(verb: (typeof CTL_VERBS)[number]): string[] {
  return verb.operands.map((operand, index) => {
    const isLast = index === verb.operands.length - 1;
    return `    ${verb.name}:${isLast ? "*" : index}) _dinit_offer '${offer(operand)}' ;;`;
  });
}

/** A program without verbs whose words begin at index `$1`. */
function simpleFunction(name: string, program: CompletedProgram): string {
  const cases = program.options.filter((option) => option.argument !== undefined).map((option) =>
    `    ${option.names.join(" | ")})
      _dinit_offer '${offer(option.argument ?? "none")}'
      return
      ;;`
  );
  const previous = cases.length === 0 ? "" : `  if ((COMP_CWORD > $1)); then
    case \${COMP_WORDS[COMP_CWORD - 1]} in
${cases.map((text) => text.replaceAll(/^/gm, "  ")).join("\n")}
    esac
  fi
`;
  return `${name}() {
  COMPREPLY=()
${previous}  if [[ \${COMP_WORDS[COMP_CWORD]} == -* ]]; then
    _dinit_offer '${words(program.options)}'
  else
    _dinit_offer '${offer(program.operand)}'
  fi
}
`;
}

function words(options: readonly CompletedOption[]): string {
  return options.flatMap((option) => option.names).join(" ");
}

function offer(completion: Completion): string {
  return typeof completion === "string" ? `:${completion}` : completion.join(" ");
}
