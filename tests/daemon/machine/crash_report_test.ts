import { crashReport } from "../../../daemon/machine/crash_report.ts";
import { assertEquals } from "../../assert.ts";

const NUMBERS: Readonly<Record<string, number>> = { ILL: 4, SEGV: 11 };
const signalNumber = (name: string) => NUMBERS[name];
const fault = {
  kind: "signal",
  signal: 11,
  sender: undefined,
  address: 16n,
  programCounter: 0x1234n,
} as const;

Deno.test("crashReport() tells a fault with its place", () => {
  assertEquals(
    crashReport({ crashes: 1, cause: fault }, signalNumber),
    "The manager has crashed, and was started again: SIGSEGV at 0x1234, for address 0x10",
  );
});

Deno.test("crashReport() tells who sent a signal, and how often it happened", () => {
  assertEquals(
    crashReport({ crashes: 3, cause: { ...fault, signal: 6, sender: 99 } }, signalNumber),
    "The manager has crashed, and was started again: signal 6 from process 99, at 0x1234; " +
      "it has crashed 3 times since it was first started",
  );
});

Deno.test("crashReport() tells that the runtime has ended by itself", () => {
  assertEquals(
    crashReport({ crashes: 1, cause: { kind: "exit", status: 70 } }, signalNumber),
    "The manager has crashed, and was started again: its runtime ended it with status 70",
  );
});

Deno.test("crashReport() tells that the manager did not go on", () => {
  assertEquals(
    crashReport({ crashes: 1, cause: { kind: "hung", programCounter: 0x1234n } }, signalNumber),
    "The manager has crashed, and was started again: its loop hung at 0x1234",
  );
});
