/**
 * The probes of services at work: makes the tries that `core/health` says are due, and reports the
 * verdicts. Loaded with the first service that is asked anything.
 *
 * A manager that takes this one's place asks anew: it is told what is to be asked, and counts from
 * the beginning. The verdict that was is in the scheduler's record.
 */
import type { HealthProbe, WantedAnswer } from "../../core/description/mod.ts";
import { durationText } from "../../core/duration.ts";
import type { Event, ProbePurpose } from "../../core/event.ts";
import { askNow, beginProbing, judge, type Probing, probingDue } from "../../core/health/mod.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ExitStatus, Fd, Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Platform, Reaped } from "../../platform/mod.ts";
import type { SettledLaunch } from "../launch/pending.ts";
import type { ServiceLaunches } from "../launch/service_launches.ts";
import { bad, type DescriptorAttempt, GOOD, type Outcome } from "./attempt.ts";
import { connectionAttempt, type ConnectionPlatform } from "./connection_attempt.ts";
import { fileAttempt, type FileTimes } from "./file_attempt.ts";

export interface RunningProbesParts {
  readonly platform:
    & ConnectionPlatform
    & Pick<Platform, "now" | "signal" | "signalNumber" | "ownProgram">;
  readonly scheduler: Pick<SchedulerApi, "description" | "status">;
  readonly launches: Pick<ServiceLaunches, "runErrand">;
  readonly files: FileTimes;
  readonly report: (event: Event) => void;
  readonly warn: (text: string) => void;
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
interface Child {
  readonly service: ServiceId;
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
    const made = this.#run(service, command, [`DINIT_PROBE_FAULT=${why}`], TELL_LIMIT_MS);
    if (typeof made !== "number") {
      this.#parts.warn(`${name}: Cannot run "${command[0]}" for its fault: ${made.why}`);
      return;
    }
    const child = this.#children.get(made);
    if (child !== undefined) child.isLeft = true;
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
    this.#children.delete(pid);
    this.#due = null;
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
        const at = connectionAttempt(platform, target);
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
      if (child.service === service && child.due === undefined) {
        return bad("the process of an earlier try has not ended");
      }
    }
    const made = this.#run(service, words, [], undefined);
    return typeof made === "number" ? { kind: "process", pid: made } : made;
  }

  #run(
    service: ServiceId,
    command: readonly string[],
    more: readonly string[],
    limitMs: number | undefined,
  ): Pid | Outcome {
    const { platform, scheduler, launches } = this.#parts;
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
    const due = limitMs === undefined ? undefined : platform.now() + limitMs as Instant;
    this.#children.set(made, { service, isLeft: false, due });
    this.#due = null;
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
    this.#children.delete(pid);
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
