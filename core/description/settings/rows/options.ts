/**
 * Yes-or-no properties, and what only tools read.
 */
import { row, type Rows } from "../row.ts";
import { words } from "../../values/basic.ts";
import { meta } from "../../values/process.ts";
import { OPTIONS } from "../options.ts";

/** Rows by their keys. */
export const OTHERS = {
  "options": () =>
    row(
      "Options",
      words(OPTIONS),
      { default: "empty", repeated: "adds", reload: "at once or at the next launch" },
      "Yes-or-no properties; the table below has them.",
    ),
  "meta": () =>
    row(
      "For tools",
      meta,
      { reload: "at once" },
      "Table for tools. enable-via names the service in which dinitctl enable adds a link when no other is " +
        "named; boot by default. Other keys are allowed and ignored.",
    ),
} as const satisfies Rows;
