import { type Pid, type ServiceId, serviceId } from "../../../core/types.ts";
import {
  type Ownership,
  parseStat,
  type ProcessEntry,
  processesByService,
} from "../../../daemon/processes/process_table.ts";
import { assertEquals } from "../../assert.ts";

const MANAGER = 10;

/** `session`: also the group. */
function entry(pid: number, parent: number, session = pid): ProcessEntry {
  return { pid: pid as Pid, parent, group: session, session, madeAt: `t${pid}` };
}

interface Known {
  readonly mains?: Record<number, number>;
  readonly members?: Record<number, number>;
  readonly leaders?: Record<number, number>;
  readonly marks?: Record<number, number>;
}

/** PIDs by service. */
function owners(entries: readonly ProcessEntry[], known: Known): Record<number, number[]> {
  const look = (map: Record<number, number> | undefined, pid: number): ServiceId | undefined => {
    const found = map?.[pid];
    return found === undefined ? undefined : serviceId(found);
  };
  const ownership: Ownership = {
    manager: MANAGER as Pid,
    mainOf: (pid) => look(known.mains, pid),
    knownOf: ({ pid, madeAt }) => madeAt === `t${pid}` ? look(known.members, pid) : undefined,
    leaderOf: (number) => look(known.leaders, number),
    markedFor: ({ pid }) => look(known.marks, pid),
  };
  const table = new Map(entries.map((each) => [each.pid as number, each]));
  const found = processesByService(table, ownership);
  return Object.fromEntries([...found].map(([id, list]) => [id, list.map(({ pid }) => pid)]));
}

Deno.test("parseStat() reads a line whose name holds blanks and parentheses", () => {
  const rest = "0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0";
  assertEquals(parseStat(`42 (a) b (c) S 7 40 41 ${rest}\n`), {
    pid: 42 as Pid,
    parent: 7,
    group: 40,
    session: 41,
    madeAt: "987654",
  });
});

Deno.test("parseStat() leaves out processes that have ended, and nonsense", () => {
  const rest = "0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0";
  assertEquals(parseStat(`42 (a) Z 7 40 41 ${rest}`), undefined);
  assertEquals(parseStat("42 (a) S 7"), undefined);
  assertEquals(parseStat(""), undefined);
});

Deno.test("processesByService() follows children of children", () => {
  const entries = [entry(20, MANAGER), entry(21, 20), entry(22, 21)];
  assertEquals(owners(entries, { mains: { 20: 1 } }), { 1: [20, 21, 22] });
});

Deno.test("processesByService() tells orphans by session, earlier sight and environment", () => {
  const entries = [entry(30, MANAGER, 20), entry(31, MANAGER), entry(32, MANAGER), entry(33, 32)];
  const known = { leaders: { 20: 1 }, members: { 31: 1 }, marks: { 32: 1 } };
  assertEquals(owners(entries, known), { 1: [30, 31, 32, 33] });
});

Deno.test("processesByService() takes nothing from other services or from nobody", () => {
  const entries = [
    // Main process of service 2, whose number a group of service 1 once had.
    entry(20, MANAGER),
    entry(21, 20, 20),
    entry(40, MANAGER),
    // Not below the manager at all.
    entry(50, 1, 20),
    entry(1, 0),
  ];
  const known = { mains: { 20: 2 }, leaders: { 20: 1 }, marks: { 50: 1 } };
  assertEquals(owners(entries, known), { 2: [20, 21] });
});

Deno.test("processesByService() survives a table with a circle", () => {
  assertEquals(owners([entry(20, 21), entry(21, 20)], { leaders: { 20: 1 } }), {});
});
