/** The receiving side of sd_notify(3), over a socket that holds what a test puts there. */
import { NO_LAST_RESORT } from "../../../platform/posix/processes/no_last_resort.ts";
import type { Event } from "../../../core/event.ts";
import { fd, type Instant, instant, pid, type ServiceId } from "../../../core/types.ts";
import { Notifications } from "../../../daemon/processes/notifications.ts";
import type { Platform, ReceivedMessage } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildDescription } from "../../builders.ts";

const SERVICE = 1 as ServiceId;
const MAIN = pid(500);
const SOCKET = fd(9);
const STRANGER = 800;

interface Message {
  readonly text: string;
  readonly sender?: number;
  readonly uid?: number;
}

interface Scene {
  readonly notifications: Notifications;
  readonly queue: Message[];
  readonly events: Event[];
  readonly complaints: string[];
  /** Another is sent for each that is read. */
  readonly flood: { message: Message | undefined };
  received: number;
  judged: number;
  now: Instant;
}

/** @param watchdogMs `watchdog-timeout`. */
function scene(watchdogMs = 0): Scene {
  const encoder = new TextEncoder();
  const parts: Partial<Platform> = {
    now: () => scene.now,
    userId: () => 0,
    poller: { watch: () => undefined, unwatch: () => {} } as unknown as Platform["poller"],
    close: () => {},
    lastResort: NO_LAST_RESORT,
    kinship: (one) => {
      scene.judged++;
      return one === MAIN ? "related" : "stranger";
    },
    processFacts: () => ({ kind: "unknown" }),
    readFile: () => ({ kind: "failure", call: "open", errno: 2, message: "" }),
    receiveMessage: (_, target, stays = false): ReceivedMessage | "again" => {
      const next = stays ? scene.queue[0] : scene.queue.shift();
      const message = next ?? scene.flood.message;
      if (message === undefined) return "again";
      if (!stays) scene.received++;
      const { written } = encoder.encodeInto(message.text, target);
      const { sender = MAIN, uid = 0 } = message;
      const credentials = { pid: sender, uid, gid: 0 };
      return { kind: "message", length: written, isTruncated: false, sender: credentials };
    },
  };
  const scene: Scene = {
    notifications: new Notifications(parts as Platform, {
      report: (event) => scene.events.push(event),
      changeMainPid: () => undefined,
      isThere: () => true,
      isInCgroup: () => false,
      complain: (_, why) => scene.complaints.push(why),
    }),
    queue: [],
    events: [],
    complaints: [],
    flood: { message: undefined },
    received: 0,
    judged: 0,
    now: instant(1000),
  };
  const description = buildDescription("srv", { watchdogTimeoutMs: watchdogMs });
  scene.notifications.add(SERVICE, description, { fd: SOCKET, address: "@a" }, MAIN);
  return scene;
}

function statuses(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => ({ text: `STATUS=${index + 1}` }));
}

Deno.test("Notifications reads some messages at a time, and at the end of the process all", () => {
  const { notifications, queue } = scene();
  queue.push(...statuses(600));
  notifications.handleDescriptor(SOCKET);
  assertEquals(notifications.statusText(SERVICE), "32");
  notifications.processEnded(SERVICE, MAIN);
  assertEquals(notifications.statusText(SERVICE), "600");
});

Deno.test("Notifications is not held up at an end by somebody who goes on sending, nor judges him anew", () => {
  const flooded = scene();
  flooded.queue.push({ text: "STATUS=Done" });
  flooded.flood.message = { text: "STATUS=Nonsense", sender: STRANGER };
  flooded.notifications.processEnded(SERVICE, MAIN);
  assertEquals(flooded.notifications.statusText(SERVICE), "Done");
  assert(flooded.received <= 4096, `${flooded.received} messages`);
  assertEquals(flooded.judged, 2);
  assertEquals(flooded.complaints, [
    `Ignored a notification of process ${STRANGER}: it is not of the service`,
  ]);
});

Deno.test("Notifications hears a process that has given up its rights", () => {
  const { notifications, queue, events } = scene();
  queue.push({ text: "READY=1", uid: 65_534 });
  notifications.handleDescriptor(SOCKET);
  assertEquals(events, [{ kind: "ready", service: SERVICE }]);
});

Deno.test("WATCHDOG_USEC arms the watchdog at once, without a setting and before READY", () => {
  const { notifications, queue, events } = scene();
  queue.push({ text: "WATCHDOG_USEC=2000000" });
  notifications.handleDescriptor(SOCKET);
  assertEquals(notifications.next(), instant(3000));
  notifications.runDue(instant(3000));
  assertEquals(events, [{ kind: "watchdog-expired", service: SERVICE }]);
});

Deno.test("WATCHDOG_USEC=0 and its largest value turn the watchdog off", () => {
  for (const value of ["0", "18446744073709551615"]) {
    const { notifications, queue } = scene(500);
    // One message that lasts a turn; the socket can be read until all have been heard.
    const hearAll = () => queue.slice().forEach(() => notifications.handleDescriptor(SOCKET));
    queue.push({ text: "READY=1" });
    notifications.handleDescriptor(SOCKET);
    assertEquals(notifications.next(), instant(1500));
    queue.push({ text: `WATCHDOG_USEC=${value}` }, { text: "WATCHDOG=1" }, { text: "READY=1" });
    hearAll();
    assertEquals(notifications.next(), undefined, value);
    // … until it is set again.
    queue.push({ text: "WATCHDOG_USEC=1000" });
    hearAll();
    assertEquals(notifications.next(), instant(1001));
  }
});
