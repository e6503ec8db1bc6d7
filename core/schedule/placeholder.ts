/**
 * The description of a placeholder: the record that stands in for a service which is only named by
 * `before`, `after` or `consumer-of` and is not loaded, or which cannot be loaded. It can be linked
 * to but never runs.
 */
import type { DescriptionSource, ServiceDescription } from "../description/contract/description.ts";
import { PLAIN_DESCRIPTION } from "../plain_values.ts";
import type { ServiceName } from "../types.ts";

/** An internal service without settings. */
export function placeholderDescription(
  name: ServiceName,
  source: DescriptionSource = PLAIN_DESCRIPTION.source,
): ServiceDescription {
  return { ...PLAIN_DESCRIPTION, name, source };
}
