/** Who is killed first when memory runs out. */
import type { System } from "../../../core/types.ts";
import {
  arrangeOomScores,
  type OomScoreParts,
  servicesScore,
} from "../../../daemon/processes/oom_scores.ts";
import type { Platform } from "../../../platform/mod.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";

const MB = 1024 * 1024;

interface Given extends Partial<Pick<OomScoreParts, "role" | "wish">> {
  /** As the manager was started with. */
  readonly inherited?: number;
  /** CAP_SYS_RESOURCE: may become less likely to be killed. */
  readonly mayLower?: boolean;
  readonly os?: System;
  readonly making?: "stub" | "posix_spawn";
}

interface Arranged {
  readonly services: number | undefined;
  readonly replaced: number | undefined;
  readonly own: number;
  readonly warned: readonly string[];
}

function arrange(given: Given): Arranged {
  const { inherited = 0, mayLower = true, os = "linux", making = "stub" } = given;
  const warned: string[] = [];
  let own = inherited;
  const encode = (text: string) => ({ kind: "file", bytes: new TextEncoder().encode(text) });
  const platform = {
    os,
    processMaking: { kind: making },
    readFile: (path: string) => {
      if (path === "/proc/self/oom_score_adj") return encode(`${own}\n`);
      if (path === "/proc/meminfo") return encode("MemTotal: 1024000 kB\n");
      return { kind: "failure", call: "open", errno: 2, message: "not there" };
    },
    writeFile: (_path: string, text: string) => {
      if (Number(text) < own && !mayLower) {
        return { kind: "failure", call: "write", errno: 13, message: "permission denied (EACCES)" };
      }
      own = Number(text);
      return undefined;
    },
  } as unknown as Platform;
  const { role = "container", wish } = given;
  const warn = (text: string) => void warned.push(text);
  const { services, replaced } = arrangeOomScores({ platform, role, wish, warn });
  return { services: services(), replaced, own, warned };
}

Deno.test("servicesScore() makes up for the manager's memory, and for no more", () => {
  assertEquals(servicesScore(0, 0, 48 * MB), 1000);
  assertEquals(servicesScore(0, 0, 512 * MB), 250);
  assertEquals(servicesScore(0, 0, 64 * 1024 * MB), 2);
  assertEquals(servicesScore(0, 0, undefined), 100);
});

Deno.test("servicesScore() begins at what the manager has, and leaves services what they had", () => {
  assertEquals(servicesScore(300, 300, 1280 * MB), 400);
  assertEquals(servicesScore(-999, 0, 1280 * MB), 0);
  assertEquals(servicesScore(-1000, -1000, 1280 * MB), -900);
  assertEquals(servicesScore(1000, 1000, 1280 * MB), 1000);
});

for (const role of ["machine", "container"] as const) {
  Deno.test(`the manager of a ${role} protects itself, where it may`, () => {
    assertEquals(arrange({ role }), { own: -999, services: 0, replaced: 0, warned: [] });
    assertEquals(arrange({ role, mayLower: false }), {
      own: 0,
      services: 128,
      replaced: undefined,
      warned: [],
    });
    // Somebody has protected it even more.
    assertEquals(arrange({ role, inherited: -1000 }).own, -1000);
  });
}

Deno.test("a user's manager takes nothing for itself", () => {
  const { own, services } = arrange({ role: "user", inherited: 200 });
  assertEquals([own, services], [200, 328]);
});

Deno.test("--oom-score-adj says what the manager gets, and its services are above it", () => {
  assertEquals(arrange({ wish: -500 }), { own: -500, services: 0, replaced: 0, warned: [] });
  assertEquals(arrange({ wish: 500, role: "user" }).services, 628);
  const refused = arrange({ wish: -500, mayLower: false });
  assertEquals([refused.own, refused.services], [0, 128]);
  assertIncludes(refused.warned[0] ?? "", "oom_score_adj to -500: permission denied");
});

Deno.test("--oom-score-adj inherit leaves everything as it is", () => {
  const unchanged = { services: undefined, replaced: undefined, warned: [] };
  assertEquals(arrange({ wish: "inherit", inherited: 7 }), { own: 7, ...unchanged });
});

Deno.test("children of posix_spawn would keep the manager's protection, so there is none", () => {
  assertEquals(arrange({ making: "posix_spawn" }), {
    own: 0,
    services: undefined,
    replaced: undefined,
    warned: [],
  });
});

Deno.test("on systems without oom_score_adj only the option is told of", () => {
  const { own, services, warned } = arrange({ os: "freebsd" });
  assertEquals([own, services, warned], [0, undefined, []]);
  assertIncludes(arrange({ os: "freebsd", wish: 5 }).warned[0] ?? "", "has no effect");
});

Deno.test("how much memory there is is asked when a service is launched, and once", () => {
  const read: string[] = [];
  const platform = {
    os: "linux",
    processMaking: { kind: "stub" },
    readFile: (path: string) => {
      read.push(path);
      return { kind: "file", bytes: new TextEncoder().encode("0\n") };
    },
    writeFile: () => undefined,
  } as unknown as Platform;
  const warn = () => {};
  const { services } = arrangeOomScores({ platform, role: "machine", wish: undefined, warn });
  assertEquals(read, ["/proc/self/oom_score_adj"]);
  services();
  const { length } = read;
  services();
  assertEquals([read.includes("/proc/meminfo"), read.length], [true, length]);
});
