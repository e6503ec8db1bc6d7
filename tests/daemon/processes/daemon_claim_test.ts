import { pid, type ServiceId } from "../../../core/types.ts";
import {
  type FileAuthor,
  judgeClaim,
  type KnownServices,
  type Verdict,
} from "../../../daemon/processes/daemon_claim.ts";
import type { ProcessFacts } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const MANAGER = 100;
const LAUNCHER = 200;
const OWN = 1 as ServiceId;
const OTHER = 2 as ServiceId;
const OTHERS_PROCESS = 300;
/** The one that the file names. */
const NAMED = 700;
const BY_MANAGER: FileAuthor = { kind: "manager" };
const BY_USER: FileAuthor = { kind: "user", uid: 33 };
const BY_WRITER: FileAuthor = { kind: "writer", uid: 33 };

type Process = Partial<Extract<ProcessFacts, { kind: "process" }>>;

interface Facts {
  readonly author?: FileAuthor;
  readonly named?: number;
  readonly process?: Process;
  readonly facts?: ProcessFacts;
  /** Of others than the one that is named. */
  readonly others?: Readonly<Record<number, Process>>;
  readonly state?: "running" | "ended" | "foreign" | "none";
  readonly grouped?: ServiceId;
  readonly marked?: ServiceId;
}

function processFacts(process: Process | undefined): ProcessFacts {
  const plain = { parent: 1, group: 1, session: 1, realUid: 0, savedUid: 0, madeAt: "5" };
  return process === undefined ? { kind: "gone" } : { kind: "process", ...plain, ...process };
}

/** A stranger of root unless told; the other service has one process, 300. */
function judge(facts: Facts): Verdict {
  const { author = BY_MANAGER, named = NAMED, process = {}, state = "foreign", others = {} } =
    facts;
  const around: KnownServices = {
    platform: {
      processId: () => pid(MANAGER),
      processFacts: (one) =>
        one === named ? facts.facts ?? processFacts(process) : processFacts(others[one]),
      childState: () => state,
    },
    serviceOf: (number) => number === OTHERS_PROCESS ? OTHER : undefined,
    cgroupOwnerOf: () => facts.grouped,
    markedFor: () => facts.marked,
    nameOf: (service) => service === OTHER ? "other" : "own",
  };
  return judgeClaim({ pid: pid(named), service: OWN, launcher: pid(LAUNCHER), author }, around);
}

function why(facts: Facts): string {
  const verdict = judge(facts);
  return verdict.kind === "refused" ? verdict.why : "accepted";
}

Deno.test("judgeClaim() never takes the manager, the first process or a thread", () => {
  assertEquals(why({ named: MANAGER, state: "foreign" }), "which is the manager itself");
  assertEquals(why({ named: 1 }), "which is the first of the system");
  const thread = { kind: "thread", process: MANAGER } as const;
  assertEquals(why({ facts: thread }), `a thread of process ${MANAGER}`);
});

Deno.test("judgeClaim() takes no process that has ended", () => {
  assertEquals(why({ state: "none" }), "which has ended");
  assertEquals(why({ state: "ended" }), "which has ended");
  assertEquals(why({ facts: { kind: "gone" } }), "which has ended");
});

Deno.test("judgeClaim() never takes what belongs to another service", () => {
  const belongs = "which belongs to the service other";
  assertEquals(why({ named: OTHERS_PROCESS }), belongs);
  assertEquals(why({ process: { session: OTHERS_PROCESS } }), belongs);
  assertEquals(why({ process: { group: OTHERS_PROCESS } }), belongs);
  assertEquals(
    why({ process: { parent: 500 }, others: { 500: { parent: OTHERS_PROCESS } } }),
    belongs,
  );
  assertEquals(why({ grouped: OTHER }), belongs);
  assertEquals(why({ marked: OTHER, state: "running" }), belongs);
});

Deno.test("judgeClaim() takes any other process from a file of the manager's, and knows strangers", () => {
  const accepted = { kind: "accepted", madeAt: "5" } as const;
  assertEquals(judge({}), { ...accepted, isChild: false, isStranger: true });
  const adopted = judge({ state: "running", process: { parent: MANAGER } });
  assertEquals(adopted, { ...accepted, isChild: true, isStranger: false });
  const inSession = judge({ process: { session: LAUNCHER } });
  assertEquals(inSession, { ...accepted, isChild: false, isStranger: false });
  const unknown = {
    kind: "accepted",
    isChild: false,
    isStranger: true,
    madeAt: undefined,
  } as const;
  assertEquals(judge({ facts: { kind: "unknown" } }), unknown);
});

Deno.test("judgeClaim() takes from a user's file what he may signal, or is proven the service's", () => {
  const refusal = "which is of user 0 and not of user 33, who could have written the file";
  assertEquals(why({ author: BY_USER }), refusal);
  assertEquals(why({ author: BY_USER, state: "running" }), refusal);
  assertEquals(
    why({ author: BY_USER, facts: { kind: "unknown" } }),
    "which is not known to be of user 33",
  );
  assertEquals(why({ author: BY_USER, marked: OWN }), refusal);
  assertEquals(why({ author: BY_USER, process: { realUid: 33 } }), "accepted");
  assertEquals(why({ author: BY_USER, process: { savedUid: 33 } }), "accepted");
  assertEquals(why({ author: BY_USER, process: { session: LAUNCHER } }), "accepted");
  assertEquals(why({ author: BY_USER, grouped: OWN }), "accepted");
});

Deno.test("judgeClaim() takes from another writer's file a child of the manager, too", () => {
  assertEquals(why({ author: BY_WRITER, state: "running" }), "accepted");
  const refusal = "which is of user 0 and not of user 33, who could have written the file";
  assertEquals(why({ author: BY_WRITER }), refusal);
  const bySeveral = { kind: "writer", uid: undefined } as const;
  assertEquals(
    why({ author: bySeveral, process: { realUid: 33, savedUid: 33 } }),
    "which is not known to be the service's, and others can write the file",
  );
  assertEquals(why({ author: bySeveral, state: "running" }), "accepted");
});
