/**
 * What the entry program has to know to serve a client: put together from the control protocol and
 * the clients' own tables.
 */
import type { DescribedOption } from "../../core/program/command_line.ts";
import { ANSWER_LIMIT_MS, unanswered } from "../../ctl/connection/patience.ts";
import { closedEarly } from "../../ctl/connection/protocol_error.ts";
import { SHUTDOWN_OPTIONS } from "../../ctl/shutdown/options.ts";
import { CTL_OPTIONS } from "../../ctl/words/options.ts";
import type { ClientParts } from "../../native/programs/client/client.ts";

/** @param identity Of the build; a manager of another one is not served by. */
export function clientParts(identity: string): ClientParts {
  const socketPath = namesOf(CTL_OPTIONS, "--socket-path");
  return {
    identity,
    closedEarly: closedEarly().lines,
    unanswered: unanswered(ANSWER_LIMIT_MS).lines,
    answerLimitSeconds: ANSWER_LIMIT_MS / 1000,
    ctl: {
      socketPath,
      system: namesOf(CTL_OPTIONS, "--system"),
      user: namesOf(CTL_OPTIONS, "--user"),
      withArgument: CTL_OPTIONS.filter(({ argument }) => argument !== undefined)
        .flatMap(({ names }) => names).filter((name) => !socketPath.includes(name)),
      longWay: [
        ...namesOf(CTL_OPTIONS, "--use-passed-cfd"),
        ...namesOf(CTL_OPTIONS, "--other-user"),
      ],
    },
    shutdown: {
      socketPath: [],
      system: [],
      user: [],
      withArgument: SHUTDOWN_OPTIONS.filter(({ argument }) => argument !== undefined)
        .flatMap(({ names }) => names),
      longWay: [
        ...namesOf(SHUTDOWN_OPTIONS, "--system"),
        ...namesOf(SHUTDOWN_OPTIONS, "--use-passed-cfd"),
      ],
    },
  };
}

/** All names of the option that has this one. */
function namesOf(options: readonly DescribedOption[], name: string): readonly string[] {
  const option = options.find(({ names }) => names.includes(name));
  if (option === undefined) throw new Error(`There is no option ${name} any more`);
  return option.names;
}
