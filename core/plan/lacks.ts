/** What services that stay up would have to do without. */
import type { PlannedLack } from "../planned.ts";
import type { ServiceRecord } from "../service/record/record.ts";
import { isLastingLink, isOrderLink } from "../service/record/terms.ts";
import type { ServiceId } from "../types.ts";

/**
 * @param records Services as they are in the end.
 * @param wasUp Whether a service was started before.
 */
export function lacksOf(
  records: Iterable<Readonly<ServiceRecord>>,
  wasUp: (service: ServiceId) => boolean,
): readonly PlannedLack[] {
  const lacks: PlannedLack[] = [];
  for (const { id, name, state, links } of records) {
    if (state !== "started" || !wasUp(id)) continue;
    for (const link of links) {
      if (isOrderLink(link) || isLastingLink(link)) continue;
      const { to } = link;
      if (to.state !== "started" && wasUp(to.id)) lacks.push({ service: name, without: to.name });
    }
  }
  return lacks;
}
