/**
 * What a client's program has of the outside, as a run of its program inside the manager has them:
 * what it prints becomes frames, what it asks of its environment is in its order. Nothing here
 * touches the client's files, terminal or processes.
 */
import { encodeText } from "../../core/protocol/mod.ts";
import { systemNamed } from "../../core/types.ts";
import {
  type ClientIo,
  type Connection,
  errorText,
  unserved,
  wantsColour,
} from "../../ctl/served.ts";
import type { RunContext } from "../control/client_runs/client_programs.ts";
import type { Frames } from "./frames.ts";
import type { ClientOrder } from "./order.ts";

export interface RunIoParts {
  readonly programName: string;
  readonly order: ClientOrder;
  readonly context: RunContext;
  readonly frames: Frames;
  readonly connect: () => Connection;
  /** Why output was lost, once the client has said so. */
  readonly outFault: () => string | undefined;
}

export function runIo(parts: RunIoParts): ClientIo {
  const { order, context, frames } = parts;
  const env = (name: string) => order.variables.get(name);
  const outBytes = (bytes: Uint8Array) => {
    // The client's own program writes nothing more then, either.
    if (parts.outFault() === undefined) frames.print("output", bytes);
  };
  return {
    ...unserved,
    programName: parts.programName,
    os: systemNamed(Deno.build.os),
    out: (text) => outBytes(encodeText(text)),
    outBytes,
    err: (text) => frames.print("errors", encodeText(text)),
    atInterrupt: (text) => frames.interrupted(text ?? ""),
    isOutClosed: () => parts.outFault() !== undefined,
    outFault: parts.outFault,
    isOutTerminal: order.isOutTerminal,
    hasColour: order.isOutTerminal && wantsColour(env),
    env,
    userId: () => order.userId,
    monotonicMs: () => context.now(),
    wallClockMs: () => Date.now(),
    errorText: (errno) => errorText(errno, context.errnoText(errno)),
    connect: parts.connect,
    files: { ...unserved.files, ...context.files },
  };
}
