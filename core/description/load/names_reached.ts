/** Which services a service leads to. */
import type { ServiceName } from "../../types.ts";
import type { ServiceDescription } from "../contract/description.ts";

/** A service, what it depends on, what that depends on, and so on. */
export function namesReached(
  first: ServiceDescription,
  descriptions: readonly ServiceDescription[],
): ReadonlySet<ServiceName> {
  const byName = new Map(descriptions.map((each) => [each.name, each]));
  const reached = new Set<ServiceName>();
  const pending: ServiceName[] = [first.name];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const dependency of byName.get(name)?.dependencies ?? []) pending.push(dependency.name);
  }
  return reached;
}
