/**
 * The probes of services at work: makes the tries that `core/health` says are due, and reports the
 * verdicts. Loaded with the first service that is asked anything.
 *
 * A manager that takes this one's place asks anew: it is told what is to be asked, and counts from
 * the beginning. The verdict that was is in the scheduler's record; processes under way it ends.
 */
import type { HealthProbe, WantedAnswer } from "../../core/description/mod.ts";
import { durationText } from "../../core/text/duration.ts";
import type { Event, ProbePurpose } from "../../core/event.ts";
import { askNow, beginProbing, judge, type Probing, probingDue } from "../../core/health/mod.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ExitStatus, Fd, Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform, Reaped } from "../../platform/mod.ts";
import type { SettledLaunch } from "../launch/pending.ts";
import type { ServiceLaunches } from "../launch/service_launches.ts";
import { bad, type DescriptorAttempt, GOOD, type Outcome } from "./attempt.ts";
import { connectionAttempt, type ConnectionPlatform, type FindHost } from "./connection_attempt.ts";
import { fileAttempt, type FileTimes } from "./file_attempt.ts";
import type { KeptProbes, ProbeChildFact } from "./probe_child.ts";

export interface RunningProbesParts {
  readonly platform:
    & ConnectionPlatform
    & Pick<Platform, "now" | "signal" | "signalNumber" | "ownProgram" | "processClockMs">;
  readonly scheduler: Pick<SchedulerApi, "description" | "status">;
  readonly launches: Pick<ServiceLaunches, "runErrand">;
  readonly files: FileTimes;
  readonly findHost: FindHost;
  readonly report: (event: Event) => void;
  readonly warn: (text: string) => void;
  /** Processes that were made for this; whoever holds the map keeps them for a later manager. */
  readonly children: Map<Pid, ProbeChildFact>;
  /** A process has come or gone. */
  readonly noteChild: (pid: Pid) => void;
}

/** What is known of a service that is asked. */
export interface ProbeView {
  readonly purpose: ProbePurpose;
  /** The last answer; undefined: there is none yet. */
  readonly last: Outcome | undefined;
}

interface Asked {
  readonly service: ServiceId;
  readonly purpose: ProbePurpose;
  readonly probe: HealthProbe;
  probing: Probing;
  attempt: Attempt;
  last: Outcome | undefined;
}

type Attempt =
  | { readonly kind: "none" }
  | { readonly kind: "descriptor"; readonly at: DescriptorAttempt }
  | { readonly kind: "process"; readonly pid: Pid };

const NONE: Attempt = { kind: "none" };

/** A process that was made for a probe, or to tell of a fault. */
interface Child extends ProbeChildFact {
  /** Another manager made it: what it would find is asked anew. */
  readonly isInherited: boolean;
  /** Nobody waits for its end; it was killed, or its service is not asked any more. */
  isLeft: boolean;
  /** When it is killed; undefined: it was, or somebody else sees to it. */
  due: Instant | undefined;
}

/** A command that tells of a fault gets so long. */
const TELL_LIMIT_MS = 60_000;

export class RunningProbes {
  readonly #parts: RunningProbesParts;
  readonly #asked = new Map<ServiceId, Asked>();
  readonly #byDescriptor = new Map<Fd, Asked>();
  readonly #children = new Map<Pid, Child>();
  /** The earliest of all; null: to be found anew. */
  #due: Instant | undefined | null = undefined;

  constructor(parts: RunningProbesParts) {
    this.#parts = parts;
  }

  /** In place of what was asked of it before. */
  begin(service: ServiceId, purpose: ProbePurpose): void {
    this.end(service);
    const description = this.#parts.scheduler.description(service);
    const probe = description[purpose];
    if (probe === undefined) return;
    const probing = beginProbing(probe, this.#parts.platform.now());
    const asked = { service, purpose, probe, probing, attempt: NONE, last: undefined };
    this.#asked.set(service, asked);
    this.#due = null;
  }

  end(service: ServiceId): void {
    const asked = this.#asked.get(service);
    if (asked === undefined) return;
    this.#giveUp(asked);
    this.#asked.delete(service);
    this.#due = null;
  }

  /** It may have another probe, one where there was none, or none any more. */
  redescribe(service: ServiceId): void {
    const { scheduler } = this.#parts;
    const asked = this.#asked.get(service);
    const { liveness } = scheduler.description(service);
    // That of a start which is under way stays as it was.
    if (asked?.purpose === "readiness" || asked?.probe === liveness) return;
    const { state, pid } = scheduler.status(service);
    if (state === "started" && pid !== 0) this.begin(service, "liveness");
    else if (liveness === undefined) this.end(service);
  }

  /** Runs the command for one that is not well. */
  tell(service: ServiceId, why: string): void {
    const { liveness, name } = this.#parts.scheduler.description(service);
    if (liveness?.action.kind !== "run") return;
    const { command } = liveness.action;
    const made = this.#run(service, command, { fault: why });
    if (typeof made === "number") return;
    this.#parts.warn(`${name}: Cannot run "${command[0]}" for its fault: ${made.why}`);
  }

  /**
   * Goes on with processes of another manager: those that tell of a fault have the whole time once
   * more, tries are ended, as all is asked anew.
   */
  adoptChildren(children: KeptProbes): void {
    const due = this.#parts.platform.now() + TELL_LIMIT_MS as Instant;
    for (const [pid, fact] of children) {
      const child = { ...fact, isInherited: true, isLeft: true, due };
      this.#add(pid, child);
      if (!fact.isTelling) this.#kill(pid, child);
    }
  }

  view(service: ServiceId): ProbeView | undefined {
    return this.#asked.get(service);
  }

  next(): Instant | undefined {
    if (this.#due === null) this.#due = this.#earliest();
    return this.#due;
  }

  #earliest(): Instant | undefined {
    let due = Infinity;
    for (const { probing, probe } of this.#asked.values()) {
      due = Math.min(due, probingDue(probing, probe));
    }
    for (const child of this.#children.values()) due = Math.min(due, child.due ?? Infinity);
    return due === Infinity ? undefined : due as Instant;
  }

  runDue(now: Instant): void {
    const due = this.next();
    if (due === undefined || due > now) return;
    for (const [pid, child] of this.#children) {
      if (child.due !== undefined && child.due <= now) this.#kill(pid, child);
    }
    for (const asked of [...this.#asked.values()]) {
      if (probingDue(asked.probing, asked.probe) > now) continue;
      if (asked.probing.isAsking) this.#timedOut(asked);
      else this.#ask(asked, now);
    }
    this.#due = null;
  }

  handleDescriptor(descriptor: Fd): boolean {
    const asked = this.#byDescriptor.get(descriptor);
    if (asked === undefined) return false;
    if (asked.attempt.kind === "descriptor") {
      const outcome = asked.attempt.at.proceed();
      if (outcome !== undefined) this.#answered(asked, outcome);
    }
    return true;
  }

  /** @returns Whether it was made for a probe. */
  childEnded({ pid, status }: Reaped): boolean {
    const child = this.#children.get(pid);
    if (child === undefined) return false;
    this.#remove(pid);
    const asked = this.#asked.get(child.service);
    if (child.isLeft || asked?.attempt.kind !== "process" || asked.attempt.pid !== pid) return true;
    asked.attempt = NONE;
    this.#answered(asked, outcomeOf(asked.probe, status));
    return true;
  }

  #ask(asked: Asked, now: Instant): void {
    asked.probing = askNow(asked.probing, now);
    const attempt = this.#attempt(asked);
    if ("isGood" in attempt) {
      this.#answered(asked, attempt);
      return;
    }
    asked.attempt = attempt;
    if (attempt.kind === "descriptor") this.#byDescriptor.set(attempt.at.descriptor, asked);
  }

  #attempt({ service, probe }: Asked): Attempt | Outcome {
    const { platform, files } = this.#parts;
    const { target } = probe;
    switch (target.kind) {
      case "tcp":
      case "unix":
      case "http": {
        const at = connectionAttempt(platform, target, this.#parts.findHost);
        return "isGood" in at ? at : { kind: "descriptor", at };
      }
      case "file":
        return fileAttempt(files, target.path, target.youngerThanMs);
      case "command":
        return this.#process(service, target.command);
      case "https": {
        const program = platform.ownProgram();
        if ("kind" in program) return bad(`cannot find dinit: ${program.message}`);
        return this.#process(service, helperWords(program.path, target));
      }
    }
  }

  #process(service: ServiceId, words: readonly string[]): Attempt | Outcome {
    for (const child of this.#children.values()) {
      if (child.service === service && child.due === undefined && !child.isInherited) {
        return bad("the process of an earlier try has not ended");
      }
    }
    const made = this.#run(service, words, {});
    return typeof made === "number" ? { kind: "process", pid: made } : made;
  }

  #run(
    service: ServiceId,
    command: readonly string[],
    { fault }: { readonly fault?: string },
  ): Pid | Outcome {
    const { platform, scheduler, launches } = this.#parts;
    const more = fault === undefined ? [] : [`DINIT_PROBE_FAULT=${fault}`];
    const { pid: main } = scheduler.status(service);
    const variables = main === 0 ? more : [...more, `MAINPID=${main}`];
    const child: { pid?: Pid } = {};
    const made = launches.runErrand(service, { command, variables }, (outcome) => {
      if (outcome.kind === "exec-failed") this.#notExecuted(child.pid, command, outcome);
    });
    if (typeof made !== "number") {
      return made.kind === "failure"
        ? bad(`${made.call}: ${made.message}`)
        : bad(this.#execText(command, made));
    }
    child.pid = made;
    const isTelling = fault !== undefined;
    this.#add(made, {
      ...{ service, seenMs: platform.processClockMs(), isTelling, isInherited: false },
      isLeft: isTelling,
      due: isTelling ? platform.now() + TELL_LIMIT_MS as Instant : undefined,
    });
    return made;
  }

  #execText(
    [program]: readonly string[],
    { why, errno }: Extract<SettledLaunch, { readonly kind: "exec-failed" }>,
  ): string {
    const { name, text } = this.#parts.platform.errnoText(errno);
    return why ?? `cannot run "${program}": ${text} (${name})`;
  }

  /** Its end comes without another word. */
  #notExecuted(
    pid: Pid | undefined,
    command: readonly string[],
    outcome: Extract<SettledLaunch, { readonly kind: "exec-failed" }>,
  ): void {
    const child = pid === undefined ? undefined : this.#children.get(pid);
    if (pid === undefined || child === undefined) return;
    this.#remove(pid);
    const asked = this.#asked.get(child.service);
    if (asked?.attempt.kind !== "process" || asked.attempt.pid !== pid) return;
    asked.attempt = NONE;
    this.#answered(asked, bad(this.#execText(command, outcome)));
  }

  #timedOut(asked: Asked): void {
    this.#answered(asked, bad(`no answer within ${durationText(asked.probe.timeoutMs)}`));
  }

  #answered(asked: Asked, outcome: Outcome): void {
    this.#giveUp(asked);
    const { service, purpose, probe } = asked;
    const now = this.#parts.platform.now();
    const { probing, verdict } = judge(asked.probing, probe, { isGood: outcome.isGood, now });
    asked.probing = probing;
    asked.last = outcome;
    this.#due = null;
    if (verdict === undefined) return;
    // Of a start nothing more is asked: it is over.
    if (purpose === "readiness") this.#asked.delete(service);
    const { isGood, why } = outcome;
    this.#parts.report({ kind: "probed", service, purpose, isGood, why });
  }

  /** What is under way is ended. */
  #giveUp(asked: Asked): void {
    const { attempt } = asked;
    asked.attempt = NONE;
    if (attempt.kind === "descriptor") {
      this.#byDescriptor.delete(attempt.at.descriptor);
      attempt.at.end();
    } else if (attempt.kind === "process") {
      const child = this.#children.get(attempt.pid);
      if (child !== undefined) this.#kill(attempt.pid, child);
    }
  }

  #add(pid: Pid, child: Child): void {
    this.#children.set(pid, child);
    const { service, seenMs, isTelling } = child;
    this.#parts.children.set(pid, { service, seenMs, isTelling });
    this.#parts.noteChild(pid);
    this.#due = null;
  }

  #remove(pid: Pid): void {
    this.#children.delete(pid);
    this.#parts.children.delete(pid);
    this.#parts.noteChild(pid);
    this.#due = null;
  }

  #kill(pid: Pid, child: Child): void {
    const { platform } = this.#parts;
    child.isLeft = true;
    child.due = undefined;
    const kill = platform.signalNumber("KILL");
    if (kill !== undefined) platform.signal(pid, kill, "group");
  }
}

function outcomeOf({ target }: HealthProbe, status: ExitStatus): Outcome {
  const what = target.kind === "command" ? "the command" : "dinit probe";
  switch (status.kind) {
    case "none":
      return bad(`the end of ${what} was not seen`);
    case "exited":
      return status.code === 0 ? GOOD : bad(`${what} exited with status ${status.code}`);
    case "signalled":
      return bad(`${what} was ended by signal ${status.signal}`);
  }
}

/** The command line of the process that asks over TLS. */
export function helperWords(
  program: string,
  { url, authorities, answer }: {
    readonly url: string;
    readonly authorities?: string;
    readonly answer: WantedAnswer;
  },
): readonly string[] {
  const statuses = answer.statuses.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`);
  return [
    ...[program, "probe", "--status", statuses.join(",")],
    ...answer.contains === undefined ? [] : ["--contains", answer.contains],
    ...authorities === undefined ? [] : ["--ca-file", authorities],
    url,
  ];
}
