/**
 * A control connection that was passed to a service, as facts that outlive the manager: what was
 * said on it and what waits to be said, and under a kind of its own its handles, of which there may
 * be many and which seldom change.
 */
import type { AskedOrder, Handle } from "../../../core/protocol/mod.ts";
import type { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import type { BlockKind } from "../../../core/state/kept_form.ts";
import type { Kept } from "../../../core/state/kept_reading.ts";
import type { Fd, ServiceId } from "../../../core/types.ts";
import { FACT_KIND, type FoundFacts, putPlain, readFacts } from "../../kept/facts.ts";
import type { ControlSession, KeptSession, SessionPhase } from "../session.ts";

/**
 * Of more that waits to be written nothing is kept: it would be put anew with each event, for a
 * client that does not read. After a crash such a connection ends.
 */
const MOST_OUTPUT_BYTES = 16_384;

/** How far its manager is with it. */
export interface PassedState {
  /** undefined: an earlier version has passed it, and did not note to whom. */
  readonly service: ServiceId | undefined;
  /** So many bytes at the front of the socket the session has taken; they are still to be read. */
  unreadBytes: number;
  /** Through which it is written: what is not in it any more is in the socket. */
  readonly pipe: { readonly readEnd: Fd; readonly writeEnd: Fd };
  /** So many bytes of the output were put into the pipe, and were in it when this was noted. */
  stagedBytes: number;
  /** A manager has crashed while it was at a request that came over it. */
  wasInterrupted: boolean;
}

/** One, while its manager is there. */
export interface PassedConnection extends PassedState {
  readonly session: ControlSession;
}

/** One, as the next manager finds it. */
export interface LeftPassed extends Readonly<PassedState> {
  readonly fd: Fd;
  /** undefined: more waited to be written than is kept. */
  readonly session: KeptSession | undefined;
}

/** With bytes as text, a character each. */
interface PassedFact extends Omit<LeftPassed, "fd" | "session"> {
  readonly session:
    | {
      readonly isFresh: boolean;
      readonly input: string;
      readonly packets: string;
      readonly counts: readonly [writtenOfFirst: number, bytes: number, eventBytes: number];
      readonly phase: SessionPhase;
      readonly listensToEnvironment: boolean;
      readonly explanation: readonly string[];
      readonly awaits: boolean;
      readonly asked: readonly AskedOrder[];
    }
    | undefined;
}

type HandlesFact = readonly (readonly [ServiceId, readonly Handle[]])[];

/** Whether all of it is kept. */
export function isKeptWhole({ waitingBytes }: Pick<ControlSession, "waitingBytes">): boolean {
  return waitingBytes <= MOST_OUTPUT_BYTES;
}

/** Puts all but the handles. @returns False when there is no room left. */
export function putPassed(
  blocks: KeptBlocks,
  kind: BlockKind,
  fd: number,
  { session, ...state }: PassedConnection,
): boolean {
  const fact: PassedFact = { ...state, session: isKeptWhole(session) ? said(session) : undefined };
  return putPlain(blocks, kind, fd, fact);
}

function said(session: ControlSession): PassedFact["session"] {
  const { handles: _, input, output, asked = [], ...rest } = session.keep();
  const { packets, writtenOfFirst, bytes, eventBytes } = output;
  return {
    ...{ ...rest, asked, input: textOf(input), packets: textOf(packets) },
    counts: [writtenOfFirst, bytes, eventBytes],
  };
}

/** Puts the handles. @returns False when there is no room left. */
export function putHandles(
  blocks: KeptBlocks,
  kind: BlockKind,
  fd: number,
  { session }: PassedConnection,
): boolean {
  const fact: HandlesFact = [...session.keptHandles];
  return putPlain(blocks, kind, fd, fact);
}

/** Reads both. */
export function readPassed(kept: Kept): FoundFacts<LeftPassed> {
  const { facts, damaged } = readFacts<PassedFact>(kept, FACT_KIND.passedConnection);
  const handles = readFacts<HandlesFact>(kept, FACT_KIND.passedHandles);
  const found = new Map<number, LeftPassed>();
  for (const [number, { session, service, ...state }] of facts) {
    const own = handles.facts.get(number);
    found.set(number, {
      ...{ ...state, service, fd: number as Fd },
      session: session === undefined || own === undefined ? undefined : heard(session, own),
    });
  }
  return { facts: found, damaged: [...damaged, ...handles.damaged] };
}

function heard(
  { input, packets, counts, ...rest }: NonNullable<PassedFact["session"]>,
  handles: HandlesFact,
): KeptSession {
  const [writtenOfFirst, bytes, eventBytes] = counts;
  return {
    ...rest,
    handles: new Map(handles),
    input: bytesOf(input),
    output: { packets: bytesOf(packets), writtenOfFirst, bytes, eventBytes },
  };
}

/** Far below what a call may be given. */
const PIECE_BYTES = 4096;

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES));
  }
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
