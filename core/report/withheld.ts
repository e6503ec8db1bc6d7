/**
 * What is nobody's business is taken out of descriptions before they leave the manager: values of
 * environment variables, arguments of commands (passwords are given so, too), and lines of files
 * that were wrong. No decision depends on them.
 */
import type {
  BrokenService,
  ServiceDescription,
  SideCommand,
} from "../description/contract/description.ts";
import type { Input } from "../schedule/input_watch.ts";
import type { Described } from "../state/description_block.ts";

/** In place of what was there. */
const WITHHELD = "…";

/** A description without secrets, and with all that is decided by. */
export function withoutSecrets(description: ServiceDescription): ServiceDescription {
  const { environment, command, stopCommand, startPre, startPost, stopPost, refresh } = description;
  const names = [...environment.set.keys()];
  return {
    ...description,
    command: withoutArguments(command),
    stopCommand: withoutArguments(stopCommand),
    startPre: startPre.map(sideWithoutArguments),
    startPost: startPost.map(sideWithoutArguments),
    stopPost: stopPost.map(sideWithoutArguments),
    refresh: refresh.kind === "command"
      ? { kind: "command", command: withoutArguments(refresh.command) }
      : refresh,
    environment: {
      ...environment,
      set: new Map(names.map((name) => [name, WITHHELD])),
    },
  };
}

/** The same for what a state holds of a service. */
export function describedWithoutSecrets(service: Described): Described {
  const { presence, description } = service;
  return {
    ...service,
    presence: presence.kind === "broken"
      ? { kind: "broken", fault: brokenWithoutSecrets(presence.fault) }
      : presence,
    description: withoutSecrets(description),
  };
}

/** The same for what goes into the scheduler. */
export function inputWithoutSecrets(input: Input): Input {
  if ("descriptions" in input) {
    return {
      ...input,
      descriptions: input.descriptions.map(withoutSecrets),
      ...(input.broken === undefined ? {} : { broken: input.broken.map(brokenWithoutSecrets) }),
    };
  }
  switch (input.kind) {
    case "reload":
      return { ...input, description: withoutSecrets(input.description) };
    case "reload-together":
      return {
        ...input,
        reloads: input.reloads.map(({ service, description }) => ({
          service,
          description: withoutSecrets(description),
        })),
      };
    default:
      return input;
  }
}

function withoutArguments(command: readonly string[]): readonly string[] {
  return command.map((word, index) => index === 0 ? word : WITHHELD);
}

function sideWithoutArguments({ words, mayFail }: SideCommand): SideCommand {
  return { words: withoutArguments(words), mayFail };
}

function brokenWithoutSecrets({ name, source, problems }: BrokenService): BrokenService {
  return {
    ...{ name, source },
    problems: problems.map((problem) => ({
      ...problem,
      message: WITHHELD,
      lineText: undefined,
      hint: undefined,
    })),
  };
}
