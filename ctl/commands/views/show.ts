/** `show`: what is known of services, a line each, for scripts. */
import { nearestName } from "../../../core/description/mod.ts";
import { ClientError } from "../../interface/client_error.ts";
import { PROPERTY_NAMES } from "../../interface/properties.ts";
import type { Command } from "../lookup/context.ts";
import { namedDetails } from "./status.ts";

export const show: Command = function* (context) {
  const { properties, valuesOnly } = context.options;
  for (const name of properties) checkProperty(name);
  const { found, missing, exit } = yield* namedDetails(context, 0);
  yield { kind: "properties", services: found, names: properties, valuesOnly };
  for (const service of missing) yield { kind: "not-loaded", service };
  return missing.length === 0 ? exit : 1;
};

/** A misspelt one would be an empty value, which a script takes for an answer. */
function checkProperty(name: string): void {
  if (PROPERTY_NAMES.some((known) => known === name)) return;
  const near = nearestName(name, PROPERTY_NAMES);
  throw new ClientError(
    `there is no property '${name}'${near === undefined ? "" : `; did you mean '${near}'?`}`,
    `those that there are: ${PROPERTY_NAMES.join(", ")}.`,
  );
}
