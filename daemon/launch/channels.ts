/**
 * What a process is given to talk to its manager: a pipe to say that it is ready, a socket to tell
 * about itself, a control connection. Each has an end for the child, closed here once that is made,
 * and one for the manager.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import type { Fd } from "../../core/types.ts";
import type { ChildSettings, Failure, Platform } from "../../platform/mod.ts";
import type { LaunchEnds } from "../kept/launch_journal.ts";

type ChannelPlatform = Pick<
  Platform,
  "pipe" | "openNotifySocket" | "socketPair" | "close" | "lastResort"
>;

/** The manager's ends; whoever has them closes them. */
export type OwnEnds = LaunchEnds;

/** All ends for one process. */
export interface Channels {
  readonly own: OwnEnds;
  /** Write end of the readiness pipe. */
  readonly readiness: Fd | undefined;
  /** Far end of the control connection. */
  readonly control: Fd | undefined;
}

export const NO_ENDS: OwnEnds = { readiness: undefined, notify: undefined, control: undefined };

/** For a process that talks to nobody. */
export const NO_CHANNELS: Channels = { own: NO_ENDS, readiness: undefined, control: undefined };

/**
 * Opens what the description asks for in this role: all of it or, when something fails, nothing.
 */
export function openChannels(
  platform: ChannelPlatform,
  { readyNotification, options, type }: ServiceDescription,
  role: ProcessRole,
): Channels | Failure {
  const protocol = role === "start" ? readyNotification.kind : "none";
  const wantsPipe = protocol === "descriptor" || protocol === "variable";
  const pipe = wantsPipe ? platform.pipe() : undefined;
  if (pipe?.kind === "failure") return pipe;
  const notify = protocol === "notify" ? platform.openNotifySocket() : undefined;
  if (notify?.kind === "failure") return notify;
  const passesControl = options.passControlSocket && (role === "start" || type === "scripted");
  const pair = passesControl ? platform.socketPair() : undefined;
  const own = { readiness: pipe?.readEnd, notify };
  if (pair?.kind === "failure") {
    closeOwnEnds(platform, { ...own, control: undefined });
    closeChildEnds(platform, { readiness: pipe?.writeEnd, control: undefined });
    return pair;
  }
  keepEnds(platform, { ...own, control: pair?.near }, true);
  return {
    own: { ...own, control: pair?.near },
    readiness: pipe?.writeEnd,
    control: pair?.far,
  };
}

/** The child has them, or will never be. */
export function closeChildEnds(
  platform: ChannelPlatform,
  { readiness, control }: Pick<Channels, "readiness" | "control">,
): void {
  if (readiness !== undefined) platform.close(readiness);
  if (control !== undefined) platform.close(control);
}

/** Whether those ends outlive a crash on which the process goes on to speak. */
export function keepEnds(
  { lastResort }: Pick<Platform, "lastResort">,
  { readiness, notify, control }: OwnEnds,
  isKept: boolean,
): void {
  if (readiness !== undefined) lastResort.keep(readiness, isKept);
  if (notify !== undefined) lastResort.keep(notify.fd, isKept);
  if (control !== undefined) lastResort.keep(control, isKept);
}

/** The process was not made, or is of no interest any more. */
export function closeOwnEnds(
  platform: ChannelPlatform,
  ends: OwnEnds,
  close: Platform["close"] = platform.close,
): void {
  const { readiness, notify, control } = ends;
  keepEnds(platform, ends, false);
  if (readiness !== undefined) close(readiness);
  if (notify !== undefined) close(notify.fd);
  if (control !== undefined) close(control);
}

/** How the child finds the pipe on which it says that it is ready. */
export function readinessPlacement(
  { readyNotification }: ServiceDescription,
  writeEnd: Fd | undefined,
): ChildSettings["readiness"] {
  if (writeEnd === undefined) return undefined;
  switch (readyNotification.kind) {
    case "none":
    case "notify":
      return undefined;
    case "descriptor":
      return { fd: writeEnd, number: readyNotification.number };
    case "variable":
      return { fd: writeEnd, variable: readyNotification.name };
  }
}
