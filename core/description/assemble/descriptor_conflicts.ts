/**
 * Descriptors and variables of a process that two settings want at once.
 *
 * Sockets are passed from descriptor 3 up, whatever else there is: sd_listen_fds(3). Control
 * connections and pipes of `pipevar` take numbers that are free, so only a number that is written
 * down can be in the way.
 */
import type { ReadyNotification, ServiceDescription } from "../contract/description.ts";
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";

/** What of a description decides about descriptors. */
type Body = Pick<
  ServiceDescription,
  "readyNotification" | "sockets" | "consumerOf" | "console" | "options"
>;

const FIRST_SOCKET = 3;

/** Reports what `ready-notification` takes away from other settings. */
export function checkDescriptorConflicts(body: Body, reporter: SettingReporter): void {
  const readiness = body.readyNotification;
  if (readiness.kind === "descriptor") checkNumber(body, readiness.number, reporter);
  if (readiness.kind === "variable") checkVariable(body, readiness, reporter);
}

function checkNumber(body: Body, number: number, reporter: SettingReporter): void {
  const owner = ownerOf(body, number);
  if (owner === undefined) return;
  const free = FIRST_SOCKET + body.sockets.length;
  const message = `Cannot use descriptor ${number} for readiness: ${owner}`;
  reporter.fail("ready-notification", message, {
    hint: `Write "pipefd:${free}", or "pipevar:NAME", which takes a number that is free`,
  });
}

/** What the descriptor is already. 1 and 2 may be taken from the output: upstream's rule. */
function ownerOf({ sockets, consumerOf, console }: Body, number: number): string | undefined {
  const last = FIRST_SOCKET + sockets.length - 1;
  if (number >= FIRST_SOCKET && number <= last) {
    const which = last === FIRST_SOCKET ? "3 is the socket" : `3 to ${last} are the sockets`;
    return `${which} that the process is passed`;
  }
  if (number !== 0) return undefined;
  if (consumerOf !== undefined) return `it is the output of ${quote(consumerOf)}, by consumer-of`;
  return console === "none" ? undefined : "it is the console";
}

function checkVariable(
  body: Body,
  { name }: Extract<ReadyNotification, { kind: "variable" }>,
  reporter: SettingReporter,
): void {
  const { sockets, options } = body;
  const setForSockets = ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"];
  const isTaken = (sockets.length > 0 && setForSockets.includes(name)) ||
    (options.passControlSocket && name === "DINIT_CS_FD");
  if (!isTaken) return;
  const message = `Cannot use the variable ${name} for readiness: the manager sets it already`;
  reporter.fail("ready-notification", message, { hint: "Choose another name" });
}
