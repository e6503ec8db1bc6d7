/**
 * The commands that ask for a service's processes, as its record has them: told when they are first
 * asked for, and again when a manager died before it had made them.
 */
import type { Command } from "../../command.ts";
import type { ServiceRecord } from "../record/record.ts";

type SpawnCommand = Extract<Command, { readonly kind: "spawn" }>;

/** Asks for the main process. @param hasConsole The console is the service's. */
export function spawnCommand(service: Readonly<ServiceRecord>, hasConsole: boolean): SpawnCommand {
  return {
    kind: "spawn",
    service: service.id,
    role: "start",
    onConsole: hasConsole || service.description.console === "shares",
    watchReadiness: service.awaitsReadiness && service.description.readiness === undefined,
    ...service.cause !== undefined && { cause: service.cause },
  };
}

/** Asks for the stop command's, or that of a command before or after. */
export function stopCommandSpawn(
  { id, side, cause }: Readonly<ServiceRecord>,
): SpawnCommand {
  return {
    kind: "spawn",
    service: id,
    role: "stop",
    onConsole: false,
    watchReadiness: false,
    ...side !== undefined && { side },
    ...cause !== undefined && { cause },
  };
}
