/**
 * Making children: the plan of `calls.ts`, encoded, run in a child by the stub
 * (`native/programs/child_launch.ts`).
 *
 * Nobody waits for a child to execute its program: its user could stop it before, and the file
 * system of the program may stand still. Each has a pipe of its own, close-on-exec, that ends when
 * the program runs and carries a report when it cannot.
 */
import { ENTRY_BYTES, REPORT_BYTES } from "../../native/programs/child_list.ts";
import { EXEC_STAGE, type Fd, pid as asPid } from "../../core/types.ts";
import type { ChildCall, ChildContext, ChildSystem } from "./call.ts";
import { childCalls, type ChildPlan } from "./calls.ts";
import { forcedNumbers } from "./descriptors.ts";
import type {
  ChildSettings,
  ExecFailed,
  Launch,
  LaunchOutcome,
  LaunchResult,
  NumberNote,
} from "../interface/child_settings.ts";
import type { Failure } from "../interface/failure.ts";
import type { ChildStub } from "../ffi/code_page.ts";
import type { LaunchMemory } from "../ffi/launch_memory.ts";
import type { Platform } from "../interface/platform.ts";
import type { Inheritance } from "../posix/processes/inheritance.ts";
import { CallList, type CallListHost, EncodedBlocks, type EncodedCalls } from "./call_list.ts";
import { isSameOrigin, type PlanOrigin } from "./plan_origin.ts";

const EINVAL = 22;
/**
 * The manager's memory grows; what came since the last time is hidden again after so many forks.
 */
const HIDE_EVERY = 16;

/** How launches are put before all else while many of them wait. */
export interface LaunchPriority {
  readonly isRaised: boolean;
  /** A child's calls while it is raised. */
  around(settings: ChildSettings, calls: readonly ChildCall[]): readonly ChildCall[];
  /** Puts a child back that has executed its program. */
  restore(pid: number): void;
}

/** What making children needs of the system. */
export interface LaunchHost extends Omit<CallListHost, "allocate" | "blocks"> {
  readonly system: ChildSystem;
  /** Where a buffer lies; undefined: the kernel notes no numbers. */
  readonly addressOf?: (buffer: ArrayBufferLike) => number;
  readonly ignoredSignals: readonly number[];
  loadStub(): ChildStub | Failure;
  /** @param stub Address of the stub, which children need. */
  launchMemory(stub: number): LaunchMemory;
  /**
   * Whether nobody gains by it, and nothing of the manager changes, if a child uses the manager's
   * own memory until its program runs; that is quicker than a copy.
   */
  mayShareMemory(settings: ChildSettings): boolean;
  /**
   * Gives the usual OOM score to a child that could not set it itself; undefined where there is no
   * such thing.
   */
  readonly setOomScore?: (pid: number, score: number) => void;
  /** The same object as long as nothing has changed. */
  inheritance(): Inheritance;
  /**
   * Open on /dev/null for reading and writing, at least 3, close-on-exec; undefined when there is
   * none.
   */
  openNullDevice(): Fd | undefined;
  /** As {@linkcode ChildContext} has it. */
  readonly lastCapability?: () => number;
  /** Whether descriptor 0 is the manager's controlling terminal. */
  hasControllingTerminal(): boolean;
  /** The machine's console, where children that are to have it must open it themselves. */
  ownConsole?(): string | undefined;
  /** Undefined where there is no such thing. */
  readonly launchPriority?: LaunchPriority;
  withSignalsBlocked<T>(action: () => T): T;
  pipe: Platform["pipe"];
  read: Platform["read"];
  close: Platform["close"];
  /** A copy with the lowest free number that is not below this one, close-on-exec. */
  duplicateAbove(fd: Fd, lowest: number): Fd | Failure;
  failure(call: string, errno: number): Failure;
}

/** Makes children. */
export interface Launcher {
  /** As `Platform.launch`. */
  launch(settings: ChildSettings, note?: NumberNote): LaunchResult;
  /** As `Platform.expectManyLaunches`. */
  expectMany(): void;
}

/** What is there after the first child. */
interface Loaded {
  readonly kind: "loaded";
  readonly stub: ChildStub;
  readonly memory: LaunchMemory;
  /** Mostly one; and one more for each child that shares it and does not get on. */
  readonly lists: PlannedList[];
}

/** A list, and the plan that was laid out in it last. */
interface PlannedList {
  readonly list: CallList;
  last: { readonly origin: PlanOrigin; readonly calls: readonly ChildCall[] } | undefined;
}

/** What a child carries out. */
interface LaidOut extends EncodedCalls {
  readonly calls: readonly ChildCall[];
  readonly list: CallList;
}

/** Loads the stub at the first child. */
export class StubLauncher implements Launcher {
  readonly #host: LaunchHost;
  readonly #report = new Uint8Array(REPORT_BYTES);
  readonly #reportWords = new DataView(this.#report.buffer);
  readonly #blocks = new EncodedBlocks();
  #loaded: Loaded | undefined;
  #nullDevice: Fd | undefined;
  #known: Inheritance | undefined;
  #context: ChildContext | undefined;
  #noteBuffer: ArrayBufferLike | undefined;
  #noteAddress = 0;
  #hidesMemory = false;
  #forks = 0;

  constructor(host: LaunchHost) {
    this.#host = host;
  }

  expectMany(): void {
    this.#hidesMemory = true;
  }

  launch(settings: ChildSettings, note?: NumberNote): LaunchResult {
    const parts = this.#load();
    if (parts.kind === "failure") return parts;
    const pipe = this.#makeReportPipe(settings);
    if (pipe.kind === "failure") return pipe;
    const result = this.#launchWith(parts, settings, pipe, note);
    this.#host.close(pipe.writeEnd);
    if (result.kind !== "launched") this.#host.close(pipe.readEnd);
    return result;
  }

  #load(): Loaded | Failure {
    if (this.#loaded !== undefined) return this.#loaded;
    const stub = this.#host.loadStub();
    if (stub.kind === "failure") return stub;
    this.#loaded = {
      kind: "loaded",
      stub,
      memory: this.#host.launchMemory(stub.address),
      lists: [],
    };
    return this.#loaded;
  }

  #freeList({ memory, lists }: Loaded): PlannedList {
    const free = lists.find(({ list }) => list.isFree);
    if (free !== undefined) return free;
    const { calls, cloneFlags } = this.#host;
    const { allocate } = memory;
    const list = new CallList({ calls, cloneFlags, allocate, blocks: this.#blocks });
    const made = { list, last: undefined };
    lists.push(made);
    return made;
  }

  /** The plan of the last child once more where it would come out the same. */
  #layOut(planned: PlannedList, origin: PlanOrigin, sharesMemory: boolean): LaidOut | ExecFailed {
    const { list, last } = planned;
    if (last !== undefined && isSameOrigin(last.origin, origin)) {
      const encoded = list.again();
      if (encoded !== undefined) return { ...encoded, calls: last.calls, list };
    }
    planned.last = undefined;
    const plan = this.#makePlan(origin);
    if (plan.kind === "impossible") return { ...plan, kind: "exec-failed" };
    const encoded = list.encode(plan, { report: origin.report, sharesMemory });
    if (encoded.kind === "unencodable") {
      return { kind: "exec-failed", stage: encoded.stage, errno: EINVAL };
    }
    planned.last = { origin, calls: plan.calls };
    return { ...encoded, calls: plan.calls, list };
  }

  #launchWith(
    parts: Loaded,
    settings: ChildSettings,
    { readEnd, writeEnd }: { readonly readEnd: Fd; readonly writeEnd: Fd },
    note: NumberNote | undefined,
  ): LaunchResult {
    const sharesMemory = this.#host.mayShareMemory(settings);
    const { usualOomScore } = settings;
    // Written by the child it would be the manager's, too.
    const isLate = sharesMemory && usualOomScore !== undefined;
    const laidOut = this.#layOut(this.#freeList(parts), {
      settings: isLate ? { ...settings, usualOomScore: undefined } : settings,
      context: this.#makeContext(settings),
      report: writeEnd,
      isRaised: this.#host.launchPriority?.isRaised ?? false,
    }, sharesMemory);
    if (laidOut.kind === "exec-failed") return laidOut;
    if (!sharesMemory && this.#hidesMemory && this.#forks++ % HIDE_EVERY === 0) {
      parts.memory.hideRest();
    }
    laidOut.list.noteNumberAt(note === undefined ? 0 : this.#placeOf(note));
    const pid = this.#host.withSignalsBlocked(() => parts.stub.call(laidOut.endAddress));
    if (pid > 0) return this.#launched(pid, readEnd, laidOut, isLate ? usualOomScore : undefined);
    laidOut.list.release();
    return this.#host.failure("clone", -pid);
  }

  /** The notes mostly lie in one and the same buffer. */
  #placeOf({ words, at }: NumberNote): number {
    const { addressOf } = this.#host;
    const { buffer, byteOffset } = words;
    if (addressOf === undefined) return 0;
    if (buffer !== this.#noteBuffer) {
      this.#noteBuffer = buffer;
      this.#noteAddress = addressOf(buffer);
    }
    return this.#noteAddress + byteOffset + 4 * at;
  }

  #launched(
    pid: number,
    readEnd: Fd,
    laidOut: LaidOut,
    oomScore: number | undefined,
  ): Launch {
    const isRaised = this.#host.launchPriority?.isRaised ?? false;
    return {
      kind: "launched",
      pid: asPid(pid),
      report: readEnd,
      outcome: (hasEnded) => {
        const count = this.#host.read(readEnd, this.#report);
        if (count === "again") return { kind: "pending" };
        if (isRaised && !hasEnded) this.#host.launchPriority?.restore(pid);
        if (count === REPORT_BYTES) return this.#reportedFailure(laidOut);
        if (oomScore !== undefined && !hasEnded) this.#host.setOomScore?.(pid, oomScore);
        return { kind: "executed" };
      },
    };
  }

  #reportedFailure({ calls, listAddress }: LaidOut): LaunchOutcome {
    const index = (Number(this.#reportWords.getBigUint64(8, true)) - listAddress) / ENTRY_BYTES;
    const errno = this.#reportWords.getUint32(0, true);
    const failed = calls[index];
    const stage = failed?.stage ?? EXEC_STAGE.execute;
    if (failed?.purpose === undefined) return { kind: "exec-failed", stage, errno };
    const { line, object } = failed.purpose;
    const what = object === undefined ? failed.name : `${failed.name} "${object}"`;
    const { message } = this.#host.failure(failed.name, errno);
    const why = `Cannot set up the sandbox: ${line}: ${what}: ${message}`;
    return { kind: "exec-failed", stage, errno, why };
  }

  /** The child must not lose its end to a descriptor that its program is to have. */
  #makeReportPipe(settings: ChildSettings): ReturnType<Platform["pipe"]> {
    const pipe = this.#host.pipe();
    const forced = forcedNumbers(settings);
    if (pipe.kind === "failure" || !forced.includes(pipe.writeEnd)) return pipe;
    const rejected: Fd[] = [];
    let writeEnd: Fd | Failure = pipe.writeEnd;
    while (typeof writeEnd === "number" && forced.includes(writeEnd)) {
      rejected.push(writeEnd);
      writeEnd = this.#host.duplicateAbove(writeEnd, writeEnd + 1);
    }
    for (const fd of rejected) this.#host.close(fd);
    if (typeof writeEnd === "number") return { ...pipe, writeEnd };
    this.#host.close(pipe.readEnd);
    return writeEnd;
  }

  #makePlan({ settings, context, report, isRaised }: PlanOrigin): ChildPlan {
    const plan = childCalls(settings, context, report);
    const priority = this.#host.launchPriority;
    if (plan.kind === "impossible" || !isRaised || priority === undefined) return plan;
    return { ...plan, calls: priority.around(settings, plan.calls) };
  }

  /** The same object as long as nothing has changed. */
  #makeContext(settings: ChildSettings): ChildContext {
    this.#nullDevice ??= this.#host.openNullDevice();
    const present = this.#host.inheritance();
    if (
      this.#context === undefined || this.#context.nullDevice !== this.#nullDevice ||
      this.#known !== present
    ) {
      this.#known = present;
      const { lastCapability } = this.#host;
      this.#context = {
        ...present,
        ...lastCapability && { lastCapability },
        system: this.#host.system,
        nullDevice: this.#nullDevice,
        ignoredSignals: this.#host.ignoredSignals,
        consoleHasSession: false,
      };
    }
    if (settings.console === "none") return this.#context;
    const consoleHasSession = this.#host.hasControllingTerminal();
    return { ...this.#context, consoleHasSession, ownConsole: this.#host.ownConsole?.() };
  }
}
