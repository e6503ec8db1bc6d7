/** What the manager is at, and who is to blame, as the next one reads it. */
import { type ServiceId, serviceId } from "../../../core/types.ts";
import { WorkNotes } from "../../../daemon/kept/work_notes.ts";
import type { LastCrash } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const WEB = serviceId(3);
const MAIL = serviceId(4);
const OWN = 1;

function crash(sender?: number): LastCrash {
  const cause = { kind: "signal", signal: 11, sender, address: 0n, programCounter: 0n } as const;
  return { cause, crashes: 1 };
}

/** The manager crashes at it. @returns Who is to be set aside. */
function crashAt(words: Int32Array, service: ServiceId, sender?: number) {
  const notes = new WorkNotes(words);
  notes.note(service, "launch");
  const next = new WorkNotes(words);
  return next.judge(crash(sender), OWN).setAside;
}

Deno.test("the same work at two crashes is to blame, and other work is not", () => {
  const words = new Int32Array(768);
  assertEquals(crashAt(words, WEB), undefined);
  assertEquals(crashAt(words, MAIL), undefined);
  assertEquals(crashAt(words, WEB), { service: WEB, what: "launch", crashes: 2 });
  // It begins anew.
  assertEquals(crashAt(words, WEB), undefined);
});

Deno.test("what was handled well since is not to blame", () => {
  const words = new Int32Array(768);
  crashAt(words, WEB);
  const notes = new WorkNotes(words);
  notes.note(WEB, "launch");
  notes.note(MAIL, "exited");
  assertEquals(crashAt(words, WEB), undefined);
});

Deno.test("a signal that another process sends is nobody's fault, an abort of its own is", () => {
  const words = new Int32Array(768);
  for (let count = 0; count < 3; count++) assertEquals(crashAt(words, WEB, 77), undefined);
  crashAt(words, WEB, OWN);
  assertEquals(crashAt(words, WEB, OWN)?.crashes, 2);
});

Deno.test("a signal is noted until it counts, and a crash between two turns blames nobody", () => {
  const words = new Int32Array(768);
  const notes = new WorkNotes(words);
  notes.signal = 15;
  assertEquals(new WorkNotes(words).signal, 15);
  notes.note(WEB, "stop");
  notes.clear();
  assertEquals(new WorkNotes(words).signal, 0);
  assertEquals(new WorkNotes(words).judge(crash(), OWN).blames, []);
});

Deno.test("whatever the words are, they are understood as something", () => {
  const words = new Int32Array(768);
  for (let round = 0; round < 500; round++) {
    crypto.getRandomValues(words.subarray(0, 300));
    words[2] = round % 70;
    const notes = new WorkNotes(words);
    notes.judge(crash(), OWN);
    notes.note(WEB, "start");
    notes.clear();
  }
  new WorkNotes(words).forgetAll();
  assertEquals(crashAt(words, WEB), undefined);
});
