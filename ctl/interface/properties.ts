/**
 * The properties of a service that `show` prints: those of `status --json`, its output excepted.
 */

/** In their order; of members of members with a dot between the names. */
export const PROPERTY_NAMES = [
  ...[
    "name",
    "loaded",
    "state",
    "target",
    "failed",
    "activation",
    "startSkipped",
    "console",
    "pid",
  ],
  ...["aliases", "description", "documentation", "dropIns", "maskedBy"],
  ...["stopReason", "exit.status", "exit.signal", "exit.dumpedCore", "launchFailure.stage"],
  ...["launchFailure.errno", "launchFailure.stageText", "file", "modifiedSinceLoaded"],
  ...["statusText", "since", "restarts", "restartLimitReached", "lastEnd.time", "lastEnd.status"],
  ...["lastEnd.signal", "lastEnd.dumpedCore", "pinnedStarted", "pinnedStopped"],
  ...[
    "unmetCondition",
    "health.purpose",
    "health.state",
    "health.since",
    "health.why",
    "nextTry",
    "startedForFailureOf",
    "failedDependency",
    "fault.text",
    "fault.time",
    "timer.times",
    "timer.next",
    "timer.last",
    "usage.cpu",
    "usage.memory",
    "usage.tasks",
  ],
  ...["usage.read", "usage.written", "usage.source", "usage.partial"],
] as const;
