/** Random requests, the same at each run. */
import { handle, type Request } from "../../../core/protocol/mod.ts";
import { PLANNED_VERBS } from "../../../core/planned.ts";
import { REQUESTS } from "../../../core/protocol/requests.ts";

/** Mulberry32: small, and the same on every machine. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KINDS = Object.keys(REQUESTS);

const LONGEST = 1021;
const NAMES = ["a", "b", "c", "d", "gone", "a/b", "ö", "x".repeat(LONGEST)];
const TEXTS = ["A=1", "A", "B=", "LONG=" + "x".repeat(900)];

/** Some request, with handles that are mostly in use. Every field any kind needs is there. */
export function randomRequest(random: (below: number) => number): Request {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const kind = pick(KINDS);
  return {
    kind,
    name: pick(NAMES).slice(0, LONGEST - bytesBeforeName(kind)),
    text: pick(TEXTS),
    program: pick(["-", "/usr/sbin/dinit"]),
    verb: pick(PLANNED_VERBS),
    force: random(2) === 0,
    handle: handle(random(6)),
    from: handle(random(4)),
    to: handle(random(4)),
    dependency: pick(["need", "waits-for", "milestone"]),
    type: pick(["halt", "reboot"]),
    signal: random(70) - 2,
    pin: random(2) === 0,
    preack: random(2) === 0,
    gentle: random(2) === 0,
    restart: random(2) === 0,
    clear: random(2) === 0,
    on: random(2) === 0,
  } as unknown as Request;
}

/** More than there are before the names of most requests: there is no room for the longest. */
function bytesBeforeName(kind: string): number {
  if (kind === "plan-order") return 3;
  return kind === "query-usage" ? 1 : 0;
}
