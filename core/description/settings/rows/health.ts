/** How a service is asked whether it is well. */
import { row, type Rows } from "../row.ts";
import { livenessProbe, readinessProbe } from "../../values/probe/probe.ts";

/** Rows by their keys. */
export const HEALTH = {
  "readiness": () =>
    row(
      "Health",
      readinessProbe(),
      { types: ["process"], elsewhere: "error", substitution: "pre", reload: "at the next launch" },
      "Table of what is asked, again and again, once the process runs, until the service counts as started; the keys are in " +
        "the table below. start-timeout goes on meanwhile. It takes the place of ready-notification.",
    ),
  "liveness": () =>
    row(
      "Health",
      livenessProbe(),
      {
        types: ["process", "bgprocess"],
        elsewhere: "error",
        substitution: "pre",
        reload: "at once",
      },
      "Table of what is asked while the service is started: when it does not answer, its process is ended, so that restart or " +
        "smooth-recovery bring another; or it is only marked, or a command is run. `dinitctl status` and metrics show what was found.",
    ),
} as const satisfies Rows;
