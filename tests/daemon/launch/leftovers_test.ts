/** Processes that nobody has asked for since a manager died. */
import { type Instant, instant, type Pid, pid, serviceId } from "../../../core/types.ts";
import { Leftovers } from "../../../daemon/launch/leftovers.ts";
import type { SpawnCommand } from "../../../daemon/launch/queue.ts";
import type { Poller } from "../../../platform/mod.ts";
import { assertEquals } from "../../assert.ts";

const [WEB, MAIL] = [serviceId(1), serviceId(2)];
/** No child. */
const STRANGER = pid(80);
const NUMBERS: Readonly<Record<string, number>> = { TERM: 15, CONT: 18, KILL: 9 };

function scene() {
  const sent: string[] = [];
  const launched: SpawnCommand[] = [];
  const leftovers = new Leftovers({
    platform: {
      now: () => instant(1000),
      processClockMs: () => 5,
      childState: (one) => one === STRANGER ? "foreign" : "running",
      poller: { watchProcess: (one: Pid) => void sent.push(`watch ${one}`) } as unknown as Poller,
      signalNumber: (name) => NUMBERS[name],
      signal: (to, signal) => void sent.push(`${to} ${signal}`),
    },
    launch: (command) => launched.push(command),
  });
  return { leftovers, sent, launched };
}

function command(service: typeof WEB): SpawnCommand {
  return { kind: "spawn", service, role: "start", onConsole: false, watchReadiness: false };
}

Deno.test("what nobody has asked for is ended, by KILL when its time is over", () => {
  const { leftovers, sent } = scene();
  assertEquals(leftovers.next(), undefined);
  leftovers.end(pid(70), WEB, 300);
  assertEquals([sent, leftovers.next()], [["70 15", "70 18"], instant(1300)]);
  leftovers.runDue(instant(1299));
  leftovers.runDue(instant(1300));
  leftovers.runDue(instant(9000));
  assertEquals([sent, leftovers.next()], [["70 15", "70 18", "70 9"], undefined]);
  // Without a limit of its service's there is one all the same.
  leftovers.end(pid(71), MAIL, 0);
  assertEquals(leftovers.next(), 11_000 as Instant);
});

Deno.test("the end of one that is no child is watched for", () => {
  const { leftovers, sent } = scene();
  leftovers.end(STRANGER, WEB, 300);
  assertEquals(sent, ["watch 80", "80 15", "80 18"]);
});

Deno.test("launches of its service wait until all of them are gone, those of others do not", () => {
  const { leftovers, launched } = scene();
  leftovers.end(pid(70), WEB, 300);
  leftovers.end(pid(71), WEB, 300);
  assertEquals(leftovers.holdsBack(command(MAIL)), false);
  assertEquals(leftovers.holdsBack(command(WEB)), true);
  leftovers.ended(pid(99));
  leftovers.ended(pid(70));
  assertEquals(launched, []);
  leftovers.ended(pid(71));
  assertEquals(launched, [command(WEB)]);
  assertEquals(leftovers.holdsBack(command(WEB)), false);
});

Deno.test("a launch that waits is forgotten with its record", () => {
  const { leftovers, launched } = scene();
  leftovers.end(pid(70), WEB, 300);
  leftovers.holdsBack(command(WEB));
  leftovers.forget(WEB);
  leftovers.ended(pid(70));
  assertEquals(launched, []);
});
