/**
 * How the client programs wait: a program is a generator that yields what it waits for, and whoever
 * drives it does the waiting. {@linkcode runToEnd} is the driver of a program of its own, which
 * stands still meanwhile; the manager has another (`daemon/clients/`), which serves others
 * meanwhile.
 */
import type { InTurns } from "../../core/in_turns.ts";
import type { ClientError } from "./client_error.ts";
import type { Connection, Received } from "./connection.ts";
import type { ClientIo } from "./io.ts";

/** What a program waits for. */
export type Wait =
  /** Bytes of the manager; answered with what came. */
  | {
    readonly kind: "receive";
    readonly connection: Connection;
    /** undefined: for ever. */
    readonly timeoutMs: number | undefined;
    /** What the program says when the connection ends now, if it is not what it says everywhere. */
    readonly lost: (() => ClientError) | undefined;
  }
  /**
   * The end of the connection, and so of the manager; whatever it says until then is skipped.
   * Answered with "end", or with "timeout" when nothing has come for so long.
   */
  | {
    readonly kind: "end";
    readonly connection: Connection;
    readonly after: AfterEnd;
    /** undefined: for ever. */
    readonly timeoutMs: number | undefined;
  }
  /** The end of a time. */
  | { readonly kind: "sleep"; readonly milliseconds: number }
  /** Nothing: a part of long work is done, and others may have their turn. */
  | { readonly kind: "pause" };

/**
 * What a program does when the manager has ended, told before it waits for that: the manager cannot
 * do it.
 */
export interface AfterEnd {
  /** For standard output. */
  readonly text: string;
  readonly sleepMs: number;
}

/**
 * Some work with waits in it. Those other than "receive" and "end" are answered with
 * {@linkcode NOTHING}.
 */
export type Waiting<Result> = Generator<Wait, Result, Received>;

/** The answer to waits that bring nothing, and to reports. */
export const NOTHING: Received = "timeout";

/** Others may have their turn. */
export const PAUSE: Wait = { kind: "pause" };

const WAITS: ReadonlySet<string> = new Set<Wait["kind"]>(["receive", "end", "sleep", "pause"]);

/** Tells a wait from what else a generator yields. */
export function isWait<Other extends object>(step: Wait | Other): step is Wait {
  return "kind" in step && WAITS.has(String(step.kind));
}

/** Does the work and all its waiting, standing still. */
export function runToEnd<Result>(work: Waiting<Result>, io: Pick<ClientIo, "sleep">): Result {
  let received = NOTHING;
  for (;;) {
    const step = work.next(received);
    if (step.done === true) return step.value;
    received = carryOut(step.value, io);
  }
}

function carryOut(wait: Wait, io: Pick<ClientIo, "sleep">): Received {
  switch (wait.kind) {
    case "receive":
      return wait.connection.receive(wait.timeoutMs);
    case "end":
      for (;;) {
        const received = wait.connection.receive(wait.timeoutMs);
        if (received === "end" || received === "timeout") return received;
      }
    case "sleep":
      io.sleep(wait.milliseconds);
      return NOTHING;
    case "pause":
      return NOTHING;
  }
}

/** How many are looked at before others may have their turn: half a millisecond. */
const LOOKS_BETWEEN_PAUSES = 128;

/** Does something with each, in turns with others. */
export function* eachInTurns<Item>(
  items: Iterable<Item>,
  act: (item: Item) => void,
): Waiting<void> {
  let count = 0;
  for (const item of items) {
    act(item);
    count += 1;
    if (count % LOOKS_BETWEEN_PAUSES === 0) yield PAUSE;
  }
}

/** As `Array.filter`, in turns with others. */
export function* filterInTurns<Item>(
  items: Iterable<Item>,
  fits: (item: Item) => boolean,
): Waiting<Item[]> {
  const fitting: Item[] = [];
  yield* eachInTurns(items, (item) => {
    if (fits(item)) fitting.push(item);
  });
  return fitting;
}

/** Long work that knows nothing of waits. */
export function* inTurns<Result>(work: InTurns<Result>): Waiting<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    yield PAUSE;
  }
}
