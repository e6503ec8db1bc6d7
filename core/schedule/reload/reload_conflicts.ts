/** Whether services that are up would conflict by new descriptions. */
import type { ServiceDescription } from "../../description/contract/description.ts";
import type { ServiceRecord } from "../../service/record/record.ts";
import { type Batch, realNames } from "../aliases.ts";
import type { Registry } from "../registry.ts";

/** Why new descriptions would leave two services up that conflict; undefined: they would not. */
export function conflictAfterReload(registry: Registry, batch: Batch): string | undefined {
  const hasNew = [...batch.values()].some(({ conflicts }) => conflicts.length > 0);
  if (!hasNew && registry.conflicts.isEmpty) return undefined;
  const real = realNames(registry, batch);
  const after = ({ name, description }: ServiceRecord): ServiceDescription =>
    batch.get(name) ?? description;
  for (const service of registry.values()) {
    if (service.state === "stopped") continue;
    for (const name of after(service).conflicts) {
      const other = registry.find(real(name));
      if (other === undefined || other === service || other.state === "stopped") continue;
      if (!batch.has(service.name) && !batch.has(other.name)) continue;
      return `"${service.name}" and "${other.name}" would conflict, and both are up; stop one first`;
    }
  }
  return undefined;
}
