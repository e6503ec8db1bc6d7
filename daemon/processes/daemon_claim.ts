/**
 * Whether the process that a PID file names may be taken for a service's daemon.
 *
 * What a PID file says is as good as who has written it, and the daemon will be signalled by the
 * manager with all its rights. So never the manager, process 1 or what belongs to another service;
 * and of a file that the manager's user alone could have written any other process, of one that
 * another user could have written only what is proven to be the service's or what that user could
 * signal himself.
 *
 * Proven is a process in the session or process group of the launcher, which nobody can join from
 * outside, or in the service's cgroup. A daemon that has made a session of its own (most do) and
 * whose parents have ended is a child of the manager and no more than that.
 */
import type { Pid, ServiceId } from "../../core/types.ts";
import type { Platform, ProcessFacts } from "../../platform/mod.ts";

/**
 * Who has written a PID file. `user`: the one that the service runs as. `writer`: the user who can
 * write the file or its folder; undefined: several or many.
 */
export type FileAuthor =
  | { readonly kind: "manager" }
  | { readonly kind: "user"; readonly uid: number }
  | { readonly kind: "writer"; readonly uid: number | undefined };

export interface Claim {
  readonly pid: Pid;
  readonly service: ServiceId;
  /** The process that has ended and left the PID file. */
  readonly launcher: Pid;
  readonly author: FileAuthor;
}

/** What the decision needs to know of all services. */
export interface KnownServices {
  readonly platform: Pick<Platform, "processId" | "processFacts" | "childState">;
  /** The service that has a process of this number. */
  serviceOf(number: number): ServiceId | undefined;
  /** The service in whose cgroup the process is. */
  cgroupOwnerOf(pid: Pid): ServiceId | undefined;
  /**
   * The service whose mark is in its environment. No proof: many a program sets its environment
   * itself.
   */
  markedFor(pid: Pid): ServiceId | undefined;
  nameOf(service: ServiceId): string;
}

/** `why`: the end of a sentence about the process. */
export type Verdict =
  | { readonly kind: "refused"; readonly why: string }
  | {
    readonly kind: "accepted";
    readonly isChild: boolean;
    readonly isStranger: boolean;
    readonly madeAt: string | undefined;
  };

/** A line of parents that is longer than this leads nowhere. */
const MOST_GENERATIONS = 64;

/** Decides; nothing is changed. */
export function judgeClaim(claim: Claim, known: KnownServices): Verdict {
  const { pid, service, launcher, author } = claim;
  const { platform } = known;
  if (pid === platform.processId()) return refused("which is the manager itself");
  if (pid === 1) return refused("which is the first of the system");
  const facts = platform.processFacts(pid);
  if (facts.kind === "thread") return refused(`a thread of process ${facts.process}`);
  const state = platform.childState(pid);
  if (facts.kind === "gone" || state === "ended" || state === "none") {
    return refused("which has ended");
  }
  const cgroupOwner = known.cgroupOwnerOf(pid);
  const owner = ownerByKinship(pid, facts, known) ?? cgroupOwner ?? known.markedFor(pid);
  if (owner !== undefined && owner !== service) {
    return refused(`which belongs to the service ${known.nameOf(owner)}`);
  }
  const isChild = state === "running";
  const isLed = facts.kind === "process" && [facts.session, facts.group].includes(launcher);
  const isProven = isLed || cgroupOwner === service;
  if (!isProven && author.kind !== "manager" && !(isChild && author.kind === "writer")) {
    const why = whyNotHis(facts, author.uid);
    if (why !== undefined) return refused(why);
  }
  const madeAt = facts.kind === "process" ? facts.madeAt : undefined;
  return { kind: "accepted", isChild, isStranger: !isChild && !isProven, madeAt };
}

function refused(why: string): Verdict {
  return { kind: "refused", why };
}

/**
 * The nearest of its ancestors that is a service's process, or the leader of its session or group.
 */
function ownerByKinship(
  pid: Pid,
  facts: ProcessFacts,
  { platform, serviceOf }: KnownServices,
): ServiceId | undefined {
  const manager = platform.processId();
  const own = serviceOf(pid);
  if (own !== undefined || facts.kind !== "process") return own;
  const led = serviceOf(facts.session) ?? serviceOf(facts.group);
  if (led !== undefined) return led;
  let { parent } = facts;
  for (let generation = 0; generation < MOST_GENERATIONS; generation++) {
    if (parent === manager || parent <= 1) return undefined;
    const owner = serviceOf(parent);
    if (owner !== undefined) return owner;
    const next = platform.processFacts(parent as Pid);
    if (next.kind !== "process") return undefined;
    parent = next.parent;
  }
  return undefined;
}

/** A user may signal what has his number as real or saved user: kill(2). */
function whyNotHis(facts: ProcessFacts, uid: number | undefined): string | undefined {
  if (uid === undefined) {
    return "which is not known to be the service's, and others can write the file";
  }
  if (facts.kind !== "process") return `which is not known to be of user ${uid}`;
  if (facts.realUid === uid || facts.savedUid === uid) return undefined;
  return `which is of user ${facts.realUid} and not of user ${uid}, who could have written the file`;
}
