import type { Pid } from "../../core/types.ts";
import { membership, type ServiceMarks } from "../../daemon/notification_sender.ts";
import type { Platform } from "../../platform/mod.ts";
import { assertEquals } from "../assert.ts";

const SENDER = 700 as Pid;
const MARKS: ServiceMarks = {
  mainPid: 500 as Pid,
  leader: 400 as Pid,
  address: "@dinit/notify/one",
  isInGroup: () => false,
};

interface Facts {
  readonly os?: Platform["os"];
  readonly kinship?: "related" | "stranger" | "gone";
  readonly state?: string;
  readonly session?: number;
  readonly group?: number;
  readonly environment?: string;
}

/** What the kernel says of the sender; an orphan of nobody unless told. */
function platformWith(facts: Facts): Platform {
  const { os = "linux", kinship = "stranger", state = "S", session = 1, group = 1 } = facts;
  const stat = `${SENDER} (a b) ${state} 1 ${group} ${session} 0${" 0".repeat(30)}`;
  const files: Readonly<Record<string, string | undefined>> = {
    [`/proc/${SENDER}/stat`]: stat,
    [`/proc/${SENDER}/environ`]: facts.environment,
  };
  const parts: Partial<Platform> = {
    os,
    kinship: (pid, ancestor) => pid === SENDER && ancestor === MARKS.mainPid ? kinship : "stranger",
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) {
        return { kind: "failure", call: "open", errno: 13, message: "permission denied (EACCES)" };
      }
      const bytes = new TextEncoder().encode(text);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    },
  };
  return parts as Platform;
}

function judge(facts: Facts, marks: Partial<ServiceMarks> = {}): string {
  return membership(platformWith(facts), SENDER, { ...MARKS, ...marks });
}

Deno.test("membership() is a descendant's, wherever else it may be", () => {
  assertEquals(judge({ kinship: "related" }), "member");
  assertEquals(judge({ kinship: "gone" }), "gone");
});

Deno.test("membership() is an orphan's by session, group, control group or the socket's address", () => {
  assertEquals(judge({}), "stranger");
  assertEquals(judge({ session: MARKS.leader }), "member");
  assertEquals(judge({ session: MARKS.mainPid }), "member");
  assertEquals(judge({ group: MARKS.leader }), "member");
  assertEquals(judge({}, { isInGroup: (pid) => pid === SENDER }), "member");
  const environment = (address: string) => `PATH=/bin\0NOTIFY_SOCKET=${address}\0A=b\0`;
  assertEquals(judge({ environment: environment(MARKS.address) }), "member");
  assertEquals(judge({ environment: environment(`${MARKS.address}2`) }), "stranger");
});

Deno.test("membership() cannot be told of a process that has ended but is not collected", () => {
  assertEquals(judge({ state: "Z" }), "gone");
});

Deno.test("membership() is told by kinship alone where there is no /proc", () => {
  assertEquals(judge({ os: "freebsd", session: MARKS.leader }), "stranger");
  assertEquals(judge({ os: "freebsd", kinship: "related" }), "member");
});
