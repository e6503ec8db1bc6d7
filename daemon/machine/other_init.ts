/**
 * Another init in the place of this manager: for a person who finds the boot failed, the quickest
 * way to a machine that works.
 */
import { FORMER_INIT, OTHER_INITS, TRIAL_VARIABLE } from "../../core/system/other_inits.ts";
import type { Failure, Platform } from "../../platform/mod.ts";

/** What is there of it; undefined: nothing that could be executed. */
export function findOtherInit(platform: Pick<Platform, "exists">): string | undefined {
  return [...OTHER_INITS, FORMER_INIT].find((path) => platform.exists(path));
}

/**
 * Executes it, as the kernel would: no descriptor but the console's, no signal blocked, none of our
 * words. Returns only on failure.
 *
 * @param environment That this manager was started with.
 */
export function becomeOtherInit(
  path: string,
  environment: ReadonlyMap<string, string>,
  platform: Pick<Platform, "execute" | "closeInheritedOnExec" | "unblockSignals">,
): Failure {
  platform.closeInheritedOnExec();
  platform.unblockSignals();
  const variables = [...environment].filter(([name]) => name !== TRIAL_VARIABLE.name)
    .map(([name, value]) => `${name}=${value}`);
  return platform.execute(path, [path], variables);
}

/** Whether this boot is on trial: then nobody is asked, the next one is with the other init. */
export function isTrialBoot(environment: ReadonlyMap<string, string>): boolean {
  return environment.get(TRIAL_VARIABLE.name) === TRIAL_VARIABLE.value;
}
