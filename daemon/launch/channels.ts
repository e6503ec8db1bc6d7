/**
 * What a process is given to talk to its manager: a pipe to say that it is ready, a socket to tell
 * about itself, a control connection. Each has an end for the child, closed here once that is made,
 * and one for the manager.
 */
import type { ServiceDescription } from "../../core/description/mod.ts";
import type { ProcessRole } from "../../core/event.ts";
import type { Fd } from "../../core/types.ts";
import type { ChildSettings, Failure, Platform } from "../../platform/mod.ts";
import type { NotifySocket } from "../processes/notifications.ts";

type ChannelPlatform = Pick<Platform, "pipe" | "openNotifySocket" | "socketPair" | "close">;

/** The manager's ends; whoever has them closes them. */
export interface OwnEnds {
  /** Read end of the readiness pipe. */
  readonly readiness: Fd | undefined;
  /** Socket on which the process tells about itself, and its address. */
  readonly notify: NotifySocket | undefined;
  /** Near end of a control connection. */
  readonly control: Fd | undefined;
}

/** All ends for one process. */
export interface Channels {
  readonly own: OwnEnds;
  /** Write end of the readiness pipe. */
  readonly readiness: Fd | undefined;
  /** Far end of the control connection. */
  readonly control: Fd | undefined;
}

export const NO_ENDS: OwnEnds = { readiness: undefined, notify: undefined, control: undefined };

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

/** The process was not made, or is of no interest any more. */
export function closeOwnEnds(
  platform: ChannelPlatform,
  { readiness, notify, control }: OwnEnds,
): void {
  if (readiness !== undefined) platform.close(readiness);
  if (notify !== undefined) platform.close(notify.fd);
  if (control !== undefined) platform.close(control);
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
