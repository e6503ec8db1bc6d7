/**
 * What a person at a terminal sees while services are waited for: a line that tells who is to blame
 * for the wait, for how long, and how long that usually takes. It goes away when something happens.
 */
import { askManager, askUsage } from "../../connection/figures.ts";
import type { Session } from "../../connection/session.ts";
import type { Reporting } from "../../interface/report.ts";
import type { Waiting } from "../../interface/waits.ts";
import type { ServiceUsage } from "../../../core/figures/usage.ts";
import type { CommandContext } from "../lookup/context.ts";

/** What is done within this time needs no line. */
const FIRST_LINE_MS = 2000;
const NEXT_LINE_MS = 1000;
/** A chain of waits is followed so far. */
const MOST_STEPS = 16;

export class WaitProgress {
  readonly #session: Session;
  readonly #isShown: boolean;
  readonly #begunMs: number;
  readonly #nowMs: () => number;
  /** Whether the manager can tell more than that it takes time; undefined: not asked yet. */
  #isTold: boolean | undefined;
  #isDrawn = false;
  readonly #interrupted: string | undefined;

  /** @param interrupted What is told at Ctrl-C: what goes on then. undefined: nothing does. */
  constructor(
    { session, options, io }: Pick<CommandContext, "session" | "io"> & {
      readonly options: Pick<CommandContext["options"], "isQuiet">;
    },
    interrupted?: string,
  ) {
    this.#interrupted = interrupted;
    this.#session = session;
    this.#isShown = io.isOutTerminal && !options.isQuiet;
    this.#nowMs = () => io.monotonicMs();
    this.#begunMs = io.monotonicMs();
  }

  /** The wait begins. */
  *begin(): Reporting<void> {
    if (!this.#isShown || this.#interrupted === undefined) return;
    yield { kind: "interruptible", text: this.#interrupted };
  }

  /** It is over. */
  *finish(): Reporting<void> {
    yield* this.clear();
    if (!this.#isShown || this.#interrupted === undefined) return;
    yield { kind: "interruptible", text: undefined };
  }

  /** How long events are to be waited for until the next line; undefined: for ever. */
  get pauseMs(): number | undefined {
    if (!this.#isShown) return undefined;
    return this.#isDrawn ? NEXT_LINE_MS : FIRST_LINE_MS;
  }

  /** Whether a line is there that has to go before anything else is printed. */
  get isDrawn(): boolean {
    return this.#isDrawn;
  }

  /** Draws the line, or the next one over it. @param names Of those that are waited for. */
  *draw(names: readonly string[]): Reporting<void> {
    const [first] = names;
    if (first === undefined) return;
    this.#isDrawn = true;
    this.#session.renewPatience();
    this.#isTold ??= (yield* askManager(this.#session)) !== undefined;
    const many = names.length === 1 ? "" : ` and ${names.length - 1} more`;
    const lead = `Waiting for '${first}'${many}`;
    const cause = this.#isTold ? yield* this.#causeOf(first) : undefined;
    const elapsedMs = this.#nowMs() - this.#begunMs;
    yield { kind: "waiting", lead, elapsedMs, cause };
  }

  /** Takes the line away, before anything else is printed. */
  *clear(): Reporting<void> {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    yield { kind: "waiting-over" };
  }

  /** Who at the end of the chain of waits is at work. */
  *#causeOf(name: string): Waiting<WaitCause | undefined> {
    let cause: WaitCause | undefined;
    let at = name;
    for (let step = 0; step < MOST_STEPS; step++) {
      const usage: ServiceUsage | undefined = yield* askUsage(this.#session, at);
      if (usage === undefined) break;
      cause = { name: at, usage };
      const [next] = usage.waitsFor;
      if (next === undefined) break;
      at = next;
    }
    return cause;
  }
}

/** A service that others wait for, and what is known of it. */
export interface WaitCause {
  readonly name: string;
  readonly usage: ServiceUsage;
}
