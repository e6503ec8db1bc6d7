/**
 * Asks a program, in a child, whether it can go on with this manager's state: it is given the state
 * as it is now, reads it as it would in the manager's place, and says what came of it.
 *
 * So a program that cannot run on this machine, that is no manager, or that does not understand the
 * state is found out while nothing has happened yet.
 */
import { type Fd, type Instant, PLAIN_ATTRIBUTES } from "../../core/types.ts";
import type { ChildSettings, Failure, Launch, Platform } from "../../platform/mod.ts";

/** The word by which a program is asked. Its standard input is the state. */
export const TRIAL_WORD = "--try-state";
/** What it says when it can; anything else is why it cannot. */
export const TRIAL_PASSED = "This state can be taken over\n";

/** A program takes a tenth of a second to start; the rest is for slow disks. */
const TRIAL_LIMIT_MS = 30_000;
const LONGEST_ANSWER_BYTES = 4096;

type TrialPlatform = Pick<
  Platform,
  "now" | "launch" | "pipe" | "read" | "close" | "poller" | "signal" | "signalNumber" | "errnoText"
>;

/** What came of it; `why`: a sentence. */
export type TrialOutcome =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly why: string };

/** One program at a time. */
export class Trial {
  readonly #platform: TrialPlatform;
  readonly #program: string;
  readonly #launch: Launch;
  readonly #readEnd: Fd;
  readonly #buffer = new Uint8Array(LONGEST_ANSWER_BYTES);
  #length = 0;
  /** When it has had its time. */
  readonly deadline: Instant;

  private constructor(platform: TrialPlatform, program: string, launch: Launch, readEnd: Fd) {
    this.#platform = platform;
    this.#program = program;
    this.#launch = launch;
    this.#readEnd = readEnd;
    this.deadline = (platform.now() + TRIAL_LIMIT_MS) as Instant;
  }

  /** @param environment `NAME=VALUE` each. @param state Stays the caller's. */
  static begin(
    platform: TrialPlatform,
    { program, environment, state }: {
      readonly program: string;
      readonly environment: readonly string[];
      readonly state: Fd;
    },
  ): Trial | TrialOutcome {
    const pipe = platform.pipe();
    if (pipe.kind === "failure") return cannot(program, pipe.message);
    const { readEnd, writeEnd } = pipe;
    const launch = platform.launch(settings(program, environment, { state, writeEnd }));
    platform.close(writeEnd);
    if (launch.kind === "launched") {
      const failure = platform.poller.watch(readEnd, { read: true, write: false });
      if (failure === undefined) return new Trial(platform, program, launch, readEnd);
      endChild(platform, launch);
      platform.close(readEnd);
      return cannot(program, failure.message);
    }
    platform.close(readEnd);
    return cannot(program, messageOf(platform, launch));
  }

  /** @returns What came of it; undefined: it goes on, or the descriptor is another's. */
  handleDescriptor(descriptor: Fd): TrialOutcome | "goes-on" | "not-ours" {
    if (descriptor !== this.#readEnd) return "not-ours";
    const count = this.#platform.read(descriptor, this.#buffer.subarray(this.#length));
    if (count === "again") return "goes-on";
    if (typeof count === "number" && count > 0) {
      this.#length += count;
      // What says so much is no manager; it may say the rest to nobody.
      if (this.#length < LONGEST_ANSWER_BYTES) return "goes-on";
    }
    const launched = this.#launch.outcome(false);
    this.#close();
    if (launched.kind === "exec-failed") {
      return cannot(this.#program, messageOf(this.#platform, launched));
    }
    const answer = new TextDecoder().decode(this.#buffer.subarray(0, this.#length));
    if (answer === TRIAL_PASSED) return { kind: "passed" };
    const said = answer.trim() === "" ? "it did not answer" : answer.trim().split("\n", 1)[0];
    return failed(`"${this.#program}" cannot take over: ${said}`);
  }

  /** It has had its time, or is of no interest any more. */
  abandon(): TrialOutcome {
    this.#close();
    endChild(this.#platform, this.#launch);
    const seconds = TRIAL_LIMIT_MS / 1000;
    return failed(`"${this.#program}" has not said within ${seconds} s whether it can take over`);
  }

  #close(): void {
    this.#platform.poller.unwatch(this.#readEnd);
    this.#platform.close(this.#readEnd);
    if (this.#launch.report !== undefined) this.#platform.close(this.#launch.report);
  }
}

function endChild({ signal, signalNumber }: TrialPlatform, { pid }: Launch): void {
  signal(pid, signalNumber("KILL") ?? 9, "process");
}

function failed(why: string): TrialOutcome {
  return { kind: "failed", why };
}

function cannot(program: string, why: string): TrialOutcome {
  return failed(`Cannot run "${program}": ${why}`);
}

function messageOf(
  { errnoText }: Pick<Platform, "errnoText">,
  problem: Failure | { readonly kind: "exec-failed"; readonly errno: number },
): string {
  if (problem.kind === "failure") return problem.message;
  const { name, text } = errnoText(problem.errno);
  return `${text} (${name})`;
}

function settings(
  program: string,
  environment: readonly string[],
  { state, writeEnd }: { readonly state: Fd; readonly writeEnd: Fd },
): ChildSettings {
  return {
    command: [program, TRIAL_WORD],
    environment,
    workingDirectory: "/",
    standardInput: { kind: "descriptor", fd: state },
    standardOutput: { kind: "descriptor", fd: writeEnd },
    console: "none",
    unmaskInterrupt: false,
    readiness: undefined,
    activationSockets: [],
    controlSocket: undefined,
    attributes: PLAIN_ATTRIBUTES,
    cgroupProcs: undefined,
  };
}
