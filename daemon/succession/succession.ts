/**
 * Another program, or a newer file of the same one, takes this manager's place: upgrade in place.
 *
 * It is asked first whether it can (`trial.ts`); launches that are under way come to their end
 * meanwhile, and none is begun. Then the state is written to a file of memory, and the program is
 * executed with it: same process, same children, same descriptors. Until that call nothing has
 * changed, and whatever goes wrong before it, or in it, only ends the attempt.
 */
import type { Fd, Instant } from "../../core/types.ts";
import type { Failure, Platform, ProgramFile } from "../../platform/mod.ts";
import { encodeKept } from "../kept/encoding.ts";
import { handoverText, type Predecessor } from "../kept/handover.ts";
import { DescriptorList, type Keeper } from "../kept/keeper.ts";
import type { Log } from "../output/log.ts";
import type { Timed } from "../time/timed.ts";
import { Trial, type TrialOutcome } from "./trial.ts";

/** Launches get so long to come to their end: most take less than a millisecond. */
const REST_LIMIT_MS = 5000;

/** What it works with. */
export interface SuccessionParts {
  readonly platform: Platform;
  readonly log: Pick<Log, "info" | "error">;
  /** The words that this manager was started with, without the program's name. */
  readonly words: readonly string[];
  /** `NAME=VALUE` each: what this manager was started with. */
  readonly environment: readonly string[];
  /** Writes down what all parts of the manager know, for one of both. */
  readonly keep: (keeper: Keeper, whose: "successor" | "asked") => unknown;
  /** Why nothing can be handed on at the moment, as the end of a sentence; undefined: it can. */
  readonly unrest: () => string | undefined;
  /** While it is set nothing is launched. */
  readonly pauseLaunches: (isPaused: boolean) => void;
  /** Tells who asked for it that it did not come to that. @param why A sentence. */
  readonly refuse: (why: string) => void;
}

/** Of the present program's copy, beside it, while its own file is gone. */
const COPY_ENDING = ".before";

type Stage =
  | { readonly kind: "none" }
  | { readonly kind: "asked"; readonly program: string }
  | { readonly kind: "trial"; readonly program: string; readonly trial: Trial }
  | {
    readonly kind: "due";
    readonly program: string;
    readonly wayBack: WayBack;
    readonly deadline: Instant;
  };

/** Who comes back if the other program fails. */
interface WayBack {
  readonly predecessor: Predecessor;
  /** A copy was made for it now. */
  readonly isNew: boolean;
}

const NONE: Stage = { kind: "none" };

export class Succession implements Timed {
  readonly #parts: SuccessionParts;
  #stage: Stage = NONE;

  constructor(parts: SuccessionParts) {
    this.#parts = parts;
  }

  /**
   * Begins, as soon as the manager is done with what it is at.
   *
   * @param program Absolute path; undefined: the file that this program was executed from, or what
   *   is in its place by now.
   * @returns Why not, a sentence.
   */
  begin(program: string | undefined): string | undefined {
    if (this.#stage.kind !== "none") return "The manager is being upgraded already";
    const path = program ?? this.#ownPath();
    if (typeof path !== "string") return `Cannot find the manager's own program: ${path.message}`;
    this.#stage = { kind: "asked", program: path };
    return undefined;
  }

  /**
   * To be called when the manager has done all that there was to do, before it waits. Does not
   * return when the other program is there.
   */
  atRest(): void {
    if (this.#stage.kind === "asked") this.#try(this.#stage.program);
    if (this.#stage.kind !== "due" || this.#parts.unrest() !== undefined) return;
    this.#replace(this.#stage.program, this.#stage.wayBack);
  }

  /** @returns Whether the descriptor is the answer of a program that is asked. */
  handleDescriptor(descriptor: Fd): boolean {
    if (this.#stage.kind !== "trial") return false;
    const { program, trial } = this.#stage;
    const outcome = trial.handleDescriptor(descriptor);
    if (outcome === "not-ours") return false;
    if (outcome !== "goes-on") this.#tried(program, outcome);
    return true;
  }

  next(): Instant | undefined {
    switch (this.#stage.kind) {
      case "none":
        return undefined;
      case "asked":
        return 0 as Instant;
      case "trial":
        return this.#stage.trial.deadline;
      case "due":
        return this.#stage.deadline;
    }
  }

  runDue(now: Instant): void {
    const due = this.next();
    if (due === undefined || due > now) return;
    if (this.#stage.kind === "trial") this.#refuse(whyOf(this.#stage.trial.abandon()));
    else if (this.#stage.kind === "due") {
      this.#refuse(`The manager cannot be upgraded now: ${this.#parts.unrest() ?? "it is busy"}`);
    }
  }

  #try(program: string): void {
    const { platform, environment, keep } = this.#parts;
    const state = this.#writeState(keep(new DescriptorList(), "asked"));
    if (typeof state !== "number") {
      return this.#refuse(`Cannot write the manager's state: ${state.message}`);
    }
    const trial = Trial.begin(platform, { program, environment, state });
    platform.close(state);
    if (trial instanceof Trial) this.#stage = { kind: "trial", program, trial };
    else this.#tried(program, trial);
  }

  #tried(program: string, outcome: TrialOutcome): void {
    if (outcome.kind === "failed") return this.#refuse(outcome.why);
    const own = this.#parts.platform.ownProgram();
    if ("kind" in own) {
      return this.#refuse(`Cannot find the manager's own program: ${own.message}`);
    }
    const wayBack = this.#wayBack(own);
    this.#parts.pauseLaunches(true);
    const deadline = (this.#parts.platform.now() + REST_LIMIT_MS) as Instant;
    this.#stage = { kind: "due", program, wayBack, deadline };
  }

  #replace(program: string, { predecessor }: WayBack): void {
    this.#parts.log.info(`Handing over to "${program}"`);
    const failure = this.#execute(program, predecessor);
    this.#refuse(`Cannot hand over to "${program}": ${failure.call}: ${failure.message}`);
  }

  /** Returns only on failure; then all is as before. */
  #execute(program: string, predecessor: Predecessor): Failure {
    const { platform, words, environment, keep } = this.#parts;
    const descriptors = new DescriptorList();
    const state = this.#writeState(keep(descriptors, "successor"));
    if (typeof state !== "number") return state;
    descriptors.descriptor(state);
    const failure = platform.passOn(descriptors.all, true) ?? platform.execute(
      program,
      [program, ...words],
      [...environment, handoverText({ state, predecessor })],
    );
    platform.passOn(descriptors.all, false);
    platform.close(state);
    return failure;
  }

  /** The program that comes back if the other one fails: this one, or its copy. */
  #wayBack({ path, isGone }: ProgramFile): WayBack {
    const { platform, log, words } = this.#parts;
    // One that came back runs from its copy.
    const isCopy = path.endsWith(COPY_ENDING);
    if (!isGone) return { predecessor: { path, isCopy, words }, isNew: false };
    const copy = `${path}${COPY_ENDING}`;
    const failure = platform.copyOwnProgram(copy);
    if (failure === undefined) {
      return { predecessor: { path: copy, isCopy: true, words }, isNew: true };
    }
    log.info(`There is no way back to the present version: ${copy}: ${failure.message}`);
    return { predecessor: { path, isCopy: false, words }, isNew: false };
  }

  /** @returns The file's descriptor. */
  #writeState(data: unknown): Fd | Failure {
    const { platform } = this.#parts;
    const file = platform.openScratchFile();
    if (typeof file !== "number") return file;
    const bytes = encodeKept(data);
    for (let at = 0; at < bytes.length;) {
      const written = platform.write(file, bytes.subarray(at));
      if (typeof written === "number") {
        at += written;
        continue;
      }
      platform.close(file);
      const { text, name } = platform.errnoText(ENOSPC);
      return written === "again"
        ? { kind: "failure", call: "write", errno: ENOSPC, message: `${text} (${name})` }
        : written;
    }
    return file;
  }

  #refuse(why: string): void {
    if (this.#stage.kind === "due" && this.#stage.wayBack.isNew) {
      this.#parts.platform.removeFile(this.#stage.wayBack.predecessor.path);
    }
    this.#stage = NONE;
    this.#parts.pauseLaunches(false);
    this.#parts.log.error(why);
    this.#parts.refuse(why);
  }

  #ownPath(): string | Failure {
    const { platform } = this.#parts;
    const own = platform.ownProgram();
    if ("kind" in own) return own;
    // One that came back runs from its copy; what is to come has the place of the first.
    return own.path.endsWith(COPY_ENDING) ? own.path.slice(0, -COPY_ENDING.length) : own.path;
  }
}

/** The same number on all systems: errno.h of each. */
const ENOSPC = 28;

function whyOf(outcome: TrialOutcome): string {
  return outcome.kind === "failed" ? outcome.why : "It was abandoned";
}
