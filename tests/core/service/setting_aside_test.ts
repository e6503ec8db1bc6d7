import type { Event, Order } from "../../../core/event.ts";
import type { Command } from "../../../core/command.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant, pid, type ServiceId } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildDescription, buildSocket, type DescriptionParts } from "../../builders.ts";

const NOW = instant(1000);

/** A process `db`, and `web`, which needs it, both started. */
class Pair {
  readonly scheduler = new Scheduler();
  readonly db: ServiceId;
  readonly web: ServiceId;

  constructor(parts: DescriptionParts = {}) {
    const answer = this.scheduler.load({
      descriptions: [
        buildDescription("db", { type: "process", restart: "always", ...parts }),
        buildDescription("web", { links: { need: ["db"] } }),
      ],
    }, NOW);
    assert(answer.kind === "loaded", answer.kind);
    const [db, web] = answer.services;
    assert(db !== undefined && web !== undefined, "two services");
    [this.db, this.web] = [db, web];
    this.order({ kind: "start", service: web, pin: false });
    this.apply({ kind: "spawned", service: db, role: "start", pid: pid(70) });
    this.apply({ kind: "exec-succeeded", service: db, role: "start" });
  }

  order(order: Order) {
    return this.scheduler.order(order, NOW);
  }

  apply(event: Event): readonly Command[] {
    return this.scheduler.apply(event, NOW);
  }

  setAside(): readonly Command[] {
    return this.order({ kind: "set-aside", service: this.db, why: "It crashes" }).commands;
  }

  get states() {
    return [this.db, this.web].map((service) => this.scheduler.status(service).state);
  }
}

Deno.test("setAside() stops a service and its dependents without touching its process", () => {
  const pair = new Pair({ stopCommand: ["/bin/stop"] });
  assertEquals(pair.states, ["started", "started"]);
  const commands = pair.setAside();
  assertEquals(pair.states, ["stopped", "stopped"]);
  assertEquals(commands.filter(({ kind }) => kind === "spawn" || kind === "signal"), []);
  assertEquals(commands.filter(({ kind }) => kind === "log"), [
    { kind: "log", service: pair.db, level: "error", text: "It crashes" },
  ]);
  assertEquals(pair.scheduler.history(pair.db).isSetAside, true);
});

Deno.test("setAside() runs no stop command of a scripted service that waits for dependents", () => {
  const pair = new Pair({ type: "scripted", stopCommand: ["/bin/stop"] });
  const status = { kind: "exited", code: 0 } as const;
  pair.apply({ kind: "exited", service: pair.db, role: "start", status });
  assertEquals(pair.states, ["started", "started"]);
  assertEquals(pair.setAside().some(({ kind }) => kind === "spawn"), false);
  assertEquals(pair.states, ["stopped", "stopped"]);
});

Deno.test("a service that was set aside starts again when its pin was lifted", () => {
  const pair = new Pair();
  pair.setAside();
  const start: Order = { kind: "start", service: pair.db, pin: false };
  assertEquals(pair.order(start).answer, { kind: "pinned-stopped" });
  pair.order({ kind: "unpin", service: pair.db });
  assertEquals(pair.scheduler.history(pair.db).isSetAside, false);
  assertEquals(pair.order(start).answer, { kind: "accepted" });
});

Deno.test("a service that was set aside is so in a restored scheduler", () => {
  const pair = new Pair();
  pair.setAside();
  const restored = Scheduler.restored(pair.scheduler.write());
  assert(restored instanceof Scheduler, "restored");
  assertEquals(restored.history(pair.db).isSetAside, true);
});

Deno.test("a service that was set aside and is kept up by a pin is not launched on demand", () => {
  const scheduler = new Scheduler();
  const sockets = [buildSocket("/run/db")];
  const answer = scheduler.load({
    descriptions: [
      buildDescription("db", { type: "process", sockets, startsOnDemand: true }),
      buildDescription("web", { links: { need: ["db"] } }),
    ],
  }, NOW);
  assert(answer.kind === "loaded", answer.kind);
  const [db, web] = answer.services as [ServiceId, ServiceId];
  scheduler.order({ kind: "start", service: web, pin: true }, NOW);
  scheduler.apply({ kind: "listening", service: db }, NOW);
  scheduler.order({ kind: "set-aside", service: db, why: "It crashes" }, NOW);
  assertEquals(scheduler.status(db).state, "started");
  const demand = { kind: "demand", service: db, wasWaiting: false, where: "/run/db" } as const;
  assertEquals(scheduler.apply(demand, NOW), []);
  scheduler.order({ kind: "unpin", service: web }, NOW);
  assertEquals(scheduler.status(db).state, "stopped");
});
