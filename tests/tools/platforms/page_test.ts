import { withPlatformTables } from "../../../tools/platforms/page.ts";
import type { PlatformResults, PlatformRun } from "../../../tools/platforms/results.ts";
import { assertEquals, assertMatch, assertThrows } from "../../assert.ts";

const PAGE = `# Title

<!-- Machines: written by \`npm test -- --write-platforms\`. -->
old
<!-- End of machines. -->

Between.

<!-- Memory: written by \`npm test -- --long --write-platforms\`. -->
<!-- End of memory. -->
`;

const RUN: PlatformRun = {
  id: "old on x86-64",
  system: "Debian old",
  processor: "x86-64",
  kernel: "5.10.0-1 (5.10.1-1)",
  cLibrary: "glibc 2.31 (2.31-13)",
  machine: "QEMU 7.2, emulated",
  ran: ["boots", "powers off"],
  date: "2026-01-31",
};

const RESULTS: PlatformResults = {
  runs: [RUN, { ...RUN, id: "new on arm64", system: "Debian new", processor: "arm64" }],
  memory: [{
    id: "busybox, with swap",
    processor: "x86-64",
    kernel: "6.1.0-1 (6.1.1-1)",
    swapMiB: 64,
    loginMiB: 72,
    listMiB: 76,
    date: "2026-01-31",
  }],
};

Deno.test("withPlatformTables() has a line for each machine, and tells once what was done", () => {
  const page = withPlatformTables(PAGE, RESULTS);
  assertMatch(
    page,
    /^\| Debian old \| x86-64 \| 5\.10\.0-1 \(5\.10\.1-1\) \| glibc 2\.31 \(2\.31-13\) \| QEMU 7\.2, emulated \| 2026-01-31 \|$/m,
  );
  assertMatch(page, /^- Debian old on x86-64, Debian new on arm64: boots; powers off\.$/m);
  assertMatch(
    page,
    /^\| busybox, with swap \| x86-64 \| \S+ \(6\.1\.1-1\) \| 64 MiB \| 72 MiB \| 76 MiB \| 2026-01-31 \|$/m,
  );
  assertMatch(page, /\n\nBetween\.\n\n/);
  assertEquals(page.includes("old\n<!--"), false);
});

Deno.test("withPlatformTables() replaces what it has written", () => {
  const page = withPlatformTables(PAGE, RESULTS);
  assertEquals(withPlatformTables(page, RESULTS), page);
});

Deno.test("withPlatformTables() wants its marks", () => {
  assertThrows(() => withPlatformTables("# Title\n", RESULTS), /lacks "<!-- Machines/);
});
