import type { Pid } from "../../../core/types.ts";
import { membership, type ServiceMarks } from "../../../daemon/processes/notification_sender.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const SENDER = 700 as Pid;
const MARKS: ServiceMarks = {
  mainPid: 500 as Pid,
  leader: 400 as Pid,
  address: "@dinit/notify/one",
  isLeaderThere: () => false,
  isInCgroup: () => false,
};

interface Facts {
  readonly kinship?: "related" | "stranger" | "gone";
  readonly isGone?: boolean;
  readonly session?: number;
  readonly group?: number;
  readonly environment?: string;
}

/** What the kernel says of the sender; an orphan of nobody unless told. */
function platformWith(facts: Facts): Platform {
  const { kinship = "stranger", isGone = false, session = 1, group = 1 } = facts;
  const parts: Partial<Platform> = {
    kinship: (pid, ancestor) => pid === SENDER && ancestor === MARKS.mainPid ? kinship : "stranger",
    processFacts: () =>
      isGone
        ? { kind: "gone" }
        : { kind: "process", parent: 1, group, session, realUid: 0, savedUid: 0, madeAt: "5" },
    readFile: (path) => {
      const { environment } = facts;
      if (path !== `/proc/${SENDER}/environ` || environment === undefined) {
        return { kind: "failure", call: "open", errno: 13, message: "permission denied (EACCES)" };
      }
      const bytes = new TextEncoder().encode(environment);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    },
  };
  return parts as Platform;
}

function judge(facts: Facts, marks: Partial<ServiceMarks> = {}): string {
  return membership(platformWith(facts), SENDER, { ...MARKS, ...marks });
}

Deno.test("membership() is proven of a descendant, wherever else it may be", () => {
  assertEquals(judge({ kinship: "related" }), "proven");
  assertEquals(judge({ kinship: "gone" }), "gone");
});

Deno.test("membership() is proven by a control group, and the session or group of who is still there", () => {
  assertEquals(judge({}), "stranger");
  assertEquals(judge({ session: MARKS.mainPid }), "proven");
  assertEquals(judge({ group: MARKS.mainPid }), "proven");
  assertEquals(judge({}, { isInCgroup: (pid) => pid === SENDER }), "proven");
  assertEquals(judge({ session: MARKS.leader }, { isLeaderThere: () => true }), "proven");
});

Deno.test("membership() is likely by the number of a leader that has ended, or the socket's address", () => {
  assertEquals(judge({ session: MARKS.leader }), "likely");
  assertEquals(judge({ group: MARKS.leader }), "likely");
  const environment = (address: string) => `PATH=/bin\0NOTIFY_SOCKET=${address}\0A=b\0`;
  assertEquals(judge({ environment: environment(MARKS.address) }), "likely");
  assertEquals(judge({ environment: environment(`${MARKS.address}2`) }), "stranger");
});

Deno.test("membership() cannot be told of a process that has ended but is not collected", () => {
  assertEquals(judge({ isGone: true }), "gone");
});
