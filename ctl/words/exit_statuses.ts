/**
 * The exit statuses of `dinitctl`, as the manual tells them and a test tries each.
 */
import type { VerbName } from "./verbs.ts";

export interface ExitStatusRow {
  /** undefined: of all commands for which there is no row of their own. */
  readonly verb: VerbName | undefined;
  readonly status: number;
  /** When a command ends with it; a phrase. */
  readonly when: string;
}

/** Those of all commands first. */
export const EXIT_STATUSES: readonly ExitStatusRow[] = [
  { verb: undefined, status: 0, when: "what was asked for was done, or was so already" },
  { verb: undefined, status: 1, when: "it was not done, be it for one of several services" },
  { verb: undefined, status: 1, when: "the command line is faulty" },
  { verb: undefined, status: 1, when: "no manager answers, or the user lacks a right" },
  {
    verb: undefined,
    status: 130,
    when: "Ctrl-C ended the command (signal 2, as a shell tells it): what it ordered goes on",
  },
  { verb: "status", status: 0, when: "the service is loaded, whatever its state is" },
  { verb: "status", status: 1, when: "the service is not loaded" },
  { verb: "is-started", status: 0, when: "the service is started" },
  { verb: "is-started", status: 1, when: "it is in another state, or not loaded" },
  { verb: "is-failed", status: 0, when: "the start of the service failed" },
  { verb: "is-failed", status: 1, when: "it did not, or the service is not loaded" },
  { verb: "is-enabled", status: 0, when: "the service is enabled, or static" },
  { verb: "is-enabled", status: 1, when: "it is disabled, masked or not there" },
  { verb: "wait", status: 1, when: "the time was over, or the start that was waited for failed" },
  { verb: "plan", status: 1, when: "an order would be refused, or something would fail" },
  { verb: "plan", status: 3, when: "all would go well, and touch services that were not named" },
];
