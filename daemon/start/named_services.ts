/** Starts the services that the command line names. */
import type { Log } from "../output/log.ts";

const BOOT_SERVICE = "boot";

/** @param start Returns false when a service cannot be loaded, and has logged why. */
export function startNamed(
  names: readonly string[],
  start: (name: string) => boolean,
  { isSystemManager, log }: { readonly isSystemManager: boolean; readonly log: Pick<Log, "error"> },
): void {
  const lost = names.filter((name) => !start(name));
  if (isSystemManager || lost.every((name) => name === BOOT_SERVICE)) return;
  // "dinit status", say: nobody who means an order understands that a service is missing.
  log.error(
    'Words of the command line are services to start; "dinit ctl" is for orders to a manager',
  );
}
