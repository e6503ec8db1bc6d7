/** How much each checked service leaves open, by `core/sandbox/exposure.ts`. */
import { type Exposure, exposureOf } from "../../sandbox/exposure.ts";
import type { Body } from "../assemble/assemble.ts";
import type { CheckedService } from "./check.ts";

/** A service that has processes, with its grade. */
export interface GradedService {
  readonly name: string;
  readonly file: string | undefined;
  readonly exposure: Exposure;
}

/**
 * Grades services, in their order; those that run nothing, or of which nothing can be told, are
 * left out.
 *
 * @param managerUid User of the manager that would run them.
 */
export function gradeServices(
  services: readonly CheckedService[],
  managerUid: number,
): readonly GradedService[] {
  return services.flatMap(({ name, file, body }) =>
    body === undefined || body.type === "internal" || body.type === "triggered"
      ? []
      : [{ name, file, exposure: bodyExposure(body, managerUid) }]
  );
}

function bodyExposure({ attributes, sandbox }: Body, managerUid: number): Exposure {
  const { runAs, capabilities, noNewPrivileges } = attributes;
  return exposureOf({
    sandbox: sandbox ?? {},
    isRoots: (runAs.kind === "manager" ? managerUid : runAs.uid) === 0,
    noNewPrivileges,
    hasCapabilities: capabilities?.some(({ ambient }) => ambient) === true,
  });
}
