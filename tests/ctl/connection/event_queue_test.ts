import { handle, type Information } from "../../../core/protocol/mod.ts";
import type { ServiceEvent } from "../../../core/types.ts";
import { EventQueue } from "../../../ctl/connection/event_queue.ts";
import { assertEquals } from "../../assert.ts";
import { randomSource } from "../../daemon/control/random_requests.ts";

const EVENTS: readonly ServiceEvent[] = ["started", "stopped", "failed"];
const SERVICES = 5;
const STEPS = 20_000;

function event(of: number, name: ServiceEvent): Information {
  return { kind: "service-event", form: 1, handle: handle(of), event: name, status: undefined };
}

/** What the queue does, in the plainest way. */
class PlainQueue {
  #events: Information[] = [];

  push(pushed: Information): void {
    this.#events.push(pushed);
  }

  take(): Information | undefined {
    return this.#events.shift();
  }

  forget(service: number): void {
    this.#events = this.#events.filter((each) =>
      each.kind !== "service-event" || each.handle !== handle(service)
    );
  }

  has(service: number, name: ServiceEvent): boolean {
    return this.#events.some((each) =>
      each.kind === "service-event" && each.handle === handle(service) && each.event === name
    );
  }
}

Deno.test("EventQueue takes, forgets and finds events as a plain list does", () => {
  const random = randomSource(1);
  const [queue, plain] = [new EventQueue(), new PlainQueue()];
  for (let step = 0; step < STEPS; step++) {
    const [service, name] = [random(SERVICES), EVENTS[random(EVENTS.length)] ?? "started"];
    // It fills, and is emptied again.
    const isFilling = step % 5000 < 3500;
    switch (random(isFilling ? 12 : 4)) {
      case 0:
      case 1:
        assertEquals(queue.take(), plain.take());
        break;
      case 2:
        if (random(100) !== 0) break;
        queue.forget(handle(service));
        plain.forget(service);
        break;
      case 3:
        assertEquals(queue.has(handle(service), name), plain.has(service, name));
        break;
      case 4: {
        const changed: Information = { kind: "environment-event", text: "A=1", hadValue: false };
        queue.push(changed);
        plain.push(changed);
        break;
      }
      default:
        queue.push(event(service, name));
        plain.push(event(service, name));
    }
  }
});
