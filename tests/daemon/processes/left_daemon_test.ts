/** Which of the processes that a launcher left is taken for its daemon. */
import { type Instant, type Pid, pid, type ServiceId } from "../../../core/types.ts";
import {
  findLeftDaemon,
  FIRST_SEARCH,
  isStillSearched,
  nextSearch,
} from "../../../daemon/processes/left_daemon.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const [SERVICE, OTHER] = [1 as ServiceId, 2 as ServiceId];
const [MANAGER, LAUNCHER] = [pid(100), pid(200)];

interface Process {
  readonly parent?: number;
  readonly session?: number;
  readonly madeAt?: number;
  /** Whose it is by its control group. */
  readonly group?: ServiceId;
  /** Whose it is by its mark. */
  readonly mark?: ServiceId;
}

/** @param later The table from the second look on. */
function found(
  first: { readonly [pid: number]: Process },
  known: readonly number[] = [],
  later = first,
) {
  let processes = first;
  let looks = 0;
  const stat = (number: string): string => {
    const { parent = MANAGER, session = number, madeAt = 1 } = processes[Number(number)] ?? {};
    return `${number} (d (x)) S ${parent} ${session} ${session} ${"0 ".repeat(15)}${madeAt} 0`;
  };
  const platform: Partial<Platform> = {
    os: "linux",
    processId: () => MANAGER,
    readDirectory: () => {
      if (++looks > 1) processes = later;
      return { kind: "names", names: ["self", ...Object.keys(processes)] };
    },
    readFile: (path) => ({
      kind: "contents",
      bytes: new TextEncoder().encode(stat(path.split("/")[2] ?? "")),
      modifiedSeconds: 0,
      modifiedNanoseconds: 0,
    }),
  };
  return findLeftDaemon(platform as Platform, { service: SERVICE, launcher: LAUNCHER }, {
    serviceOf: (number) => known.includes(number) ? OTHER : undefined,
    cgroupOwnerOf: (one: Pid) => processes[one]?.group,
    markedFor: (one: Pid) => processes[one]?.mark,
  });
}

Deno.test("findLeftDaemon() takes a child of the manager that is the service's", () => {
  assertEquals(found({ 201: { group: SERVICE } }), pid(201));
  assertEquals(found({ 201: { mark: SERVICE } }), pid(201));
  assertEquals(found({ 201: { session: LAUNCHER } }), pid(201));
  assertEquals(found({}), undefined);
});

Deno.test("findLeftDaemon() leaves what is another's, known, or a daemon's own child", () => {
  assertEquals(found({ 201: {} }), undefined, "an orphan of nobody");
  assertEquals(found({ 201: { group: OTHER, mark: SERVICE } }), undefined, "the group is proof");
  assertEquals(found({ 201: { group: SERVICE } }, [201]), undefined, "a process of a service");
  assertEquals(found({ 202: { group: SERVICE, parent: 201 } }), undefined, "no child of ours");
});

Deno.test("findLeftDaemon() looks again when a parent ended while it looked", () => {
  assertEquals(found({}, [], { 202: { group: SERVICE } }), pid(202));
  const orphan = { 202: { group: SERVICE, parent: 201 } };
  assertEquals(found(orphan, [], { 202: { group: SERVICE } }), pid(202));
  assertEquals(found(orphan, [], {}), undefined);
});

Deno.test("findLeftDaemon() takes the oldest of several", () => {
  const several = { 201: { group: SERVICE, madeAt: 30 }, 300: { group: SERVICE, madeAt: 4 } };
  assertEquals(found(several), pid(300));
  assertEquals(found({ 300: { mark: SERVICE }, 201: { mark: SERVICE } }), pid(201));
});

Deno.test("what is found may be a process between for two seconds", () => {
  const at = (ms: number) => ms as Instant;
  assertEquals(isStillSearched(FIRST_SEARCH, at(1e9)), true);
  const first = nextSearch(FIRST_SEARCH, at(1000));
  assertEquals(isStillSearched(first, at(2999)), true);
  assertEquals(isStillSearched(nextSearch(first, at(2500)), at(3000)), false, "not from anew");
});
