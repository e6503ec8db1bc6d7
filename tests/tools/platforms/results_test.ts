import { essence, type PlatformRun, withEntry } from "../../../tools/platforms/results.ts";
import { assertEquals } from "../../assert.ts";

const RUN: PlatformRun = {
  id: "old on x86-64",
  system: "Debian old",
  processor: "x86-64",
  kernel: "5.10.0-35-cloud-amd64 (5.10.237-1)",
  cLibrary: "glibc 2.31 (2.31-13+deb11u11)",
  machine: "QEMU 7.2, emulated",
  ran: ["boots"],
  date: "2026-01-31",
};

Deno.test("essence() leaves out what corrected packages change, and keeps the rest", () => {
  const corrected: PlatformRun = {
    ...RUN,
    kernel: "5.10.0-36-cloud-amd64 (5.10.244-1)",
    cLibrary: "glibc 2.31 (2.31-13+deb11u13)",
    machine: "QEMU 10.0, emulated",
    date: "2026-02-28",
  };
  assertEquals(essence(corrected), essence(RUN));
  const differs = (change: Partial<PlatformRun>) =>
    JSON.stringify(essence({ ...RUN, ...change })) !== JSON.stringify(essence(RUN));
  assertEquals(differs({ kernel: "5.1.0-35-cloud-amd64 (5.1.237-1)" }), true);
  assertEquals(differs({ cLibrary: "glibc 2.36 (2.36-9)" }), true);
  assertEquals(differs({ processor: "arm64" }), true);
  assertEquals(differs({ ran: ["boots", "powers off"] }), true);
});

Deno.test("withEntry() replaces the entry of the id, adds others, and sorts", () => {
  const [a, b] = [{ id: "a", date: "1" }, { id: "b", date: "1" }];
  assertEquals(withEntry([b], a), [a, b]);
  assertEquals(withEntry([a, b], { id: "a", date: "2" }), [{ id: "a", date: "2" }, b]);
});
