import {
  nextMatch,
  readCalendar,
  readPosixZone,
  readZoneFile,
  UTC,
  type Zone,
} from "../../../core/calendar/mod.ts";
import { localInstants } from "../../../core/calendar/zone.ts";
import { seededRandom } from "../../../tools/simulation/random.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { TIME_ZONES, zoneNamed } from "./zone_files.ts";

const NAMES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "Europe/Dublin",
];

function rule(text: string): Zone {
  const zone = readPosixZone(text);
  assert(zone !== undefined, text);
  return zone;
}

function timesOf(text: string, zone: Zone, from: string, count: number): readonly string[] {
  const expression = readCalendar(text);
  if ("kind" in expression) throw new Error(expression.why);
  const times: string[] = [];
  let after = Date.parse(from) * 1000;
  for (let at = 0; at < count; at++) {
    const next = nextMatch(expression, after, zone);
    if (next === undefined) break;
    times.push(new Date(next / 1000).toISOString().slice(5, 16));
    after = next;
  }
  return times;
}

testNeeding(
  "a zone's file says what the C library reads in it",
  [TIME_ZONES, tool("date")],
  async () => {
    const random = seededRandom(3);
    // Up to 2060: beyond the changes that the file lists.
    const instants = Array.from(
      { length: 200 },
      () => 946_684_800 + random.below(60 * 365 * 86_400),
    );
    for (const name of NAMES) {
      const zone = zoneNamed(name);
      const offsets = await offsetsByDate(name, instants);
      for (const [at, seconds] of instants.entries()) {
        assertEquals(zone.at(seconds).offsetSeconds, offsets[at], `${name} at ${seconds}`);
      }
    }
  },
);

/**
 * By the very same file: a library with rules of its own differs as soon as a government decides.
 *
 * @param instants In seconds since 1970.
 * @returns Seconds east of Greenwich, for each.
 */
async function offsetsByDate(
  name: string,
  instants: readonly number[],
): Promise<readonly number[]> {
  const child = new Deno.Command("date", {
    args: ["--file=-", "+%z"],
    env: { TZ: `:${name}` },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(instants.map((at) => `@${at}\n`).join("")));
  await writer.close();
  const lines = new TextDecoder().decode((await output).stdout).trim().split("\n");
  return lines.map((line) => {
    const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(line) ?? [];
    return (Number(hours) * 3600 + Number(minutes) * 60) * (sign === "-" ? -1 : 1);
  });
}

Deno.test("a rule for summer time holds in both halves of the world", () => {
  const berlin = rule("CET-1CEST,M3.5.0,M10.5.0/3");
  const lordHowe = rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0");
  const at = (zone: Zone, text: string) => zone.at(Date.parse(text) / 1000);
  assertEquals(at(berlin, "2026-03-29T00:59:59Z"), { abbreviation: "CET", offsetSeconds: 3600 });
  assertEquals(at(berlin, "2026-03-29T01:00:00Z"), { abbreviation: "CEST", offsetSeconds: 7200 });
  assertEquals(at(berlin, "2026-10-25T00:59:59Z").abbreviation, "CEST");
  assertEquals(at(berlin, "2026-10-25T01:00:00Z").abbreviation, "CET");
  assertEquals(at(lordHowe, "2026-01-01T00:00:00Z"), { abbreviation: "+11", offsetSeconds: 39600 });
  assertEquals(at(lordHowe, "2026-07-01T00:00:00Z").offsetSeconds, 37800);
  assertEquals(rule("EST5").at(0), { abbreviation: "EST", offsetSeconds: -18000 });
  assertEquals(at(rule("XST0XDT,J60/0,J61/0"), "2028-03-01T12:00:00Z").abbreviation, "XDT");
  for (const text of ["", "CET", "CET-1CEST,M3", "1", "CET-1CEST,M3.5.0"]) {
    assertEquals(readPosixZone(text), undefined, text);
  }
});

Deno.test("a time that clocks leave out is none, one shown twice is meant once", () => {
  const berlin = rule("CET-1CEST,M3.5.0,M10.5.0/3");
  assertEquals(timesOf("02:30", berlin, "2026-03-28T12:00Z", 2), ["03-30T00:30", "03-31T00:30"]);
  assertEquals(timesOf("*:0/30", berlin, "2026-03-29T00:10Z", 2), ["03-29T00:30", "03-29T01:00"]);
  assertEquals(timesOf("02:30", berlin, "2026-10-24T12:00Z", 2), ["10-25T00:30", "10-26T01:30"]);
  assertEquals(timesOf("02:30", berlin, "2026-10-25T01:10Z", 1), ["10-25T01:30"]);
  assertEquals(timesOf("*:0/30", berlin, "2026-10-25T00:10Z", 3), [
    "10-25T00:30",
    "10-25T02:00",
    "10-25T02:30",
  ]);
  const local = Date.UTC(2026, 2, 29, 2, 30) * 1000;
  const end = Date.UTC(2026, 2, 29, 3) * 1000;
  assertEquals(localInstants(local, berlin), { kind: "gap", endMicros: end });
});

Deno.test("what only ever falls into a gap never comes, and that is known soon", () => {
  const berlin = rule("CET-1CEST,M3.5.0,M10.5.0/3");
  assertEquals(timesOf("Sun *-03~07/1 02:30", berlin, "2026-01-01T00:00Z", 1), []);
  assertEquals(timesOf("*-02-30", UTC, "2026-01-01T00:00Z", 1), []);
  assertEquals(timesOf("2020-*-*", UTC, "2026-01-01T00:00Z", 1), []);
});

Deno.test("leap days come when they do", () => {
  assertEquals(timesOf("*-02-29 12:00", UTC, "2026-01-01T00:00Z", 2), [
    "02-29T12:00",
    "02-29T12:00",
  ]);
  assertEquals(timesOf("*-02~01", UTC, "2027-01-01T00:00Z", 2), ["02-28T00:00", "02-29T00:00"]);
  assertEquals(timesOf("2100-02-28..29", UTC, "2026-01-01T00:00Z", 2), ["02-28T00:00"]);
});

Deno.test("bytes that are no zone's file are none", () => {
  assertEquals(readZoneFile(new Uint8Array()), undefined);
  assertEquals(readZoneFile(new TextEncoder().encode("TZif2" + "\0".repeat(39))), undefined);
  const cut = new Uint8Array(44);
  cut.set(new TextEncoder().encode("TZif"));
  cut.set([255, 255, 255, 255], 32);
  assertEquals(readZoneFile(cut), undefined);
});
