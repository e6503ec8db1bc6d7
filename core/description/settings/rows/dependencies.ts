/**
 * What a service depends on, and what it only comes before or after.
 */
import { type Rest, row, type Rows, tomlOnly } from "../row.ts";
import { directories, name, names } from "../../values/names.ts";

const DEPENDENCY: Rest = {
  default: "empty",
  substitution: "pre",
  repeated: "adds",
  reload: "at once",
};
const DEPENDENCY_DIRECTORY: Rest = { ...DEPENDENCY, base: "text" };

/** Rows by their keys. */
export const DEPENDENCIES = {
  "depends-on": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "Services that must be started before this one and as long as it is up.",
    ),
  "depends-ms": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "Milestones: services that must have started before this one, and may stop afterwards.",
    ),
  "waits-for": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "Services that are started with this one and waited for; it goes on if they fail, and also if they " +
        "cannot be loaded: then they are listed as failed until they are mended.",
    ),
  "prepared-by": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "As depends-on; but when this service restarts, these are restarted too.",
    ),
  "depends-on-d": () =>
    row(
      "Dependencies and order",
      directories,
      DEPENDENCY_DIRECTORY,
      "Directories in which every entry names a service for depends-on.",
    ),
  "depends-ms-d": () =>
    row(
      "Dependencies and order",
      directories,
      DEPENDENCY_DIRECTORY,
      "Directories in which every entry names a service for depends-ms.",
    ),
  "waits-for-d": () =>
    row(
      "Dependencies and order",
      directories,
      DEPENDENCY_DIRECTORY,
      "Directories in which every entry names a service for waits-for; dinitctl enable adds one.",
    ),
  "after": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "Services that, if they are starting at the same time, are waited for. They are not started by this.",
    ),
  "before": () =>
    row(
      "Dependencies and order",
      names,
      DEPENDENCY,
      "Services that, if they are starting at the same time, wait for this one.",
    ),
  "conflicts": () =>
    row(
      "Dependencies and order",
      tomlOnly(names),
      { ...DEPENDENCY, reload: "at once; refused while both are up" },
      "Services that must not be up together with this one, whichever of the two says so: a start of one stops the other, as an " +
        "order would, and waits until nothing of it runs. Of two that one list of dependencies starts, the first stays. A start is refused, or fails, " +
        "where the other is pinned started or needed by a service that is up; nothing is changed then. They are not loaded by this.",
    ),
  "chain-to": () =>
    row(
      "Dependencies and order",
      name,
      { substitution: "pre", reload: "at once" },
      "Service that is started when this one has ended by itself with status 0, or, with the option " +
        "always-chain, whenever it has stopped.",
    ),
  "on-failure": () =>
    row(
      "Dependencies and order",
      tomlOnly(name),
      { substitution: "pre", reload: "at once" },
      "Service that is started when this one has failed and will not be restarted: its start failed by itself, or its " +
        "process failed, or the restart limit is reached. Not when a dependency failed, nor after an order. Its commands " +
        "find in their environment DINIT_FAILED_SERVICE (the name), DINIT_FAILED_REASON (failed, exec-failed, timed-out, " +
        "terminated or restart-limit), DINIT_FAILED_RESTARTS and, of the last process, DINIT_FAILED_EXIT_CODE or " +
        "DINIT_FAILED_SIGNAL. One of type scripted that is started does its start anew; a process that is up is left " +
        "alone. It is loaded when it is needed, and must not depend on this one.",
    ),
} as const satisfies Rows;
