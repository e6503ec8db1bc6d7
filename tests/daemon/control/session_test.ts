import { handle, type Request } from "../../../core/protocol/mod.ts";
import { pid } from "../../../core/types.ts";
import { HANDLE_LIMIT } from "../../../daemon/control/answers/handles.ts";
import { ControlHub } from "../../../daemon/control/hub.ts";
import { EVENT_LIMIT_BYTES, HIGH_WATER_BYTES } from "../../../daemon/control/output.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fromHex } from "../../transcripts/transcripts.ts";
import { DETAILS, FakeHost, STARTED } from "./fake_host.ts";
import { SessionClient } from "./session_client.ts";

const H0 = handle(0);
const H1 = handle(1);
const UNKNOWN = handle(99);

function order(kind: "start" | "wake" | "release", flags: Partial<Request> = {}): Request {
  return { kind, handle: H0, pin: false, preack: false, ...flags } as Request;
}

function stop(flags: { gentle?: boolean; restart?: boolean; preack?: boolean } = {}): Request {
  return {
    kind: "stop",
    handle: H0,
    pin: false,
    gentle: false,
    restart: false,
    preack: false,
    ...flags,
  };
}

function setUp(...names: string[]) {
  const host = new FakeHost();
  const hub = new ControlHub();
  host.listeners = hub;
  const client = new SessionClient(host, hub);
  const services = names.map((name) => host.add(name));
  for (const name of names) client.ask({ kind: "find", name });
  return { host, hub, client, services };
}

Deno.test("session sends preack, then the events of an order, then its reply", () => {
  const { client } = setUp("p");
  assertEquals(client.ask(order("start", { preack: true })), [
    "preack",
    "started 0 form 5",
    "started 0 form 1",
    "already",
  ]);
});

Deno.test("session tells each event once a handle, latest handle first", () => {
  const { client, host, services } = setUp("p");
  client.ask({ kind: "find", name: "p" });
  host.tell(services[0]!, "failed");
  assertEquals(client.kinds(), [
    "failed 1 form 5",
    "failed 1 form 1",
    "failed 0 form 5",
    "failed 0 form 1",
  ]);
});

Deno.test("session tells of health only who has asked for it", () => {
  const { hub, host, client, services } = setUp("p", "q");
  const [p] = services;
  assert(p !== undefined);
  hub.notifyHealth(p, "unhealthy", "no answer");
  assertEquals(client.kinds(), []);
  host.masks.set("q", "/d/q.toml.d/masked");
  host.probed.add("p");
  client.send({ kind: "query-remarks" });
  assertEquals(client.packets(), [
    {
      kind: "reply",
      reply: {
        kind: "remarks",
        remarks: new Map([
          ["p", { health: DETAILS.health, mask: undefined }],
          ["q", { health: undefined, mask: "/d/q.toml.d/masked" }],
        ]),
      },
    },
    { kind: "reply", reply: { kind: "list-done" } },
  ]);
  hub.notifyHealth(p, "unhealthy", "no answer");
  hub.notifyHealth(p, "unknown", "");
  assertEquals(client.kinds(), ["unhealthy 0 no answer", "unknown 0"]);
  const other = new SessionClient(host, hub);
  other.session.adopt(client.session.keep());
  hub.notifyHealth(p, "healthy", "");
  assertEquals(other.kinds(), ["healthy 0"]);
});

Deno.test("session cuts what is wrong with a service to what an event can hold", () => {
  const { hub, client, services } = setUp("p");
  client.ask({ kind: "query-remarks" });
  hub.notifyHealth(services[0]!, "unhealthy", "日".repeat(300));
  assertEquals(client.kinds(), [`unhealthy 0 ${"日".repeat(81)}`]);
});

Deno.test("session gives orders as asked", () => {
  const { client, host, services } = setUp("p");
  const [service] = services;
  assert(service !== undefined);
  client.ask(
    order("start", { pin: true } as Partial<Request>),
    order("wake"),
    order("release"),
    stop(),
    stop({ gentle: true }),
    stop({ restart: true }),
    stop({ restart: true, gentle: true }),
    { kind: "unpin", handle: H0 },
    { kind: "set-trigger", handle: H0, on: true },
    { kind: "shutdown", type: "kexec" },
  );
  assertEquals(host.orders, [
    { kind: "start", service, pin: true },
    { kind: "wake", service, pin: false },
    { kind: "release", service, pin: false },
    { kind: "stop", service, pin: false, force: true },
    { kind: "stop", service, pin: false, force: false },
    { kind: "restart", service, force: true },
    { kind: "restart", service, force: false },
    { kind: "unpin", service },
    { kind: "trigger", service, on: true },
    { kind: "shutdown", type: "kexec" },
  ]);
});

Deno.test("session answers a refused order with its reason", () => {
  const { client, host, services } = setUp("p", "d");
  const outcomes = [
    [{ kind: "accepted" }, "ack"],
    [{ kind: "already" }, "already"],
    [{ kind: "refused", why: "No dependent" }, "nak"],
    [{ kind: "pinned-started" }, "pinned-started"],
    [{ kind: "pinned-stopped" }, "pinned-stopped"],
    [{ kind: "shutting-down" }, "shutting-down"],
  ] as const;
  for (const [reply, kind] of outcomes) {
    host.onOrder = () => reply;
    assertEquals(client.ask(order("start")), [kind]);
  }
  host.onOrder = () => ({ kind: "dependents", services: [services[1]!, services[0]!] });
  client.ask(stop({ gentle: true }));
  assertEquals(client.ask({ kind: "query-name", handle: handle(2) }), ["service-name"]);
  assertEquals(client.exchange(fromHex("0f0003000000")), "4200010070");
});

Deno.test("session closes after an unknown handle in orders, and only refuses in queries", () => {
  const link = { dependency: "need", from: H0, to: UNKNOWN } as const;
  const fatal: readonly Request[] = [
    order("start", { handle: UNKNOWN } as Partial<Request>),
    { kind: "unpin", handle: UNKNOWN },
    { kind: "unload", handle: UNKNOWN },
    { kind: "reload", handle: UNKNOWN },
    { kind: "close-handle", handle: UNKNOWN },
    { kind: "add-dependency", ...link },
    { kind: "remove-dependency", ...link },
    { kind: "enable", ...link },
    { kind: "enable-7", ...link },
    { kind: "enable-7", dependency: "need", from: H0, to: H0 },
  ];
  for (const request of fatal) {
    const { client } = setUp("p");
    assertEquals(client.ask(request, { kind: "query-version" }), ["bad-request"]);
    assertEquals(client.session.phase, "closed");
  }
  const { client } = setUp("p");
  const harmless: readonly Request[] = [
    { kind: "query-name", handle: UNKNOWN },
    { kind: "status", handle: UNKNOWN },
    { kind: "status-5", handle: UNKNOWN },
    { kind: "status-6", handle: UNKNOWN },
    { kind: "set-trigger", handle: UNKNOWN, on: true },
    { kind: "read-log", handle: UNKNOWN, clear: false },
    { kind: "signal", handle: UNKNOWN, signal: 1 },
    { kind: "query-description-directory", handle: UNKNOWN },
  ];
  for (const request of harmless) assertEquals(client.ask(request), ["nak"]);
  assertEquals(client.ask({ kind: "query-version" }), ["version"]);
});

Deno.test("session refuses dependencies of a service on itself by two handles", () => {
  const { client } = setUp("p");
  client.ask({ kind: "find", name: "p" });
  const request: Request = { kind: "add-dependency", dependency: "need", from: H0, to: H1 };
  assertEquals(client.ask(request), ["bad-request"]);
});

Deno.test("session answers loads by their outcome", () => {
  const { client, host } = setUp();
  host.loadable.set("good", "loaded");
  host.loadable.set("wrong", "description-error");
  host.loadable.set("broken", "load-error");
  assertEquals(client.ask({ kind: "find", name: "good" }), ["no-service"]);
  assertEquals(client.ask({ kind: "load", name: "good" }), ["service-record"]);
  assertEquals(client.ask({ kind: "find", name: "good" }), ["service-record"]);
  assertEquals(client.ask({ kind: "load", name: "wrong" }), ["description-error"]);
  assertEquals(client.ask({ kind: "load", name: "broken" }), ["load-error"]);
  assertEquals(client.ask({ kind: "load", name: "absent" }), ["no-service"]);
});

Deno.test("session finds a service whose argument holds slashes", () => {
  const { client, host } = setUp();
  const name = "device@/dev/sda2";
  host.loadable.set(name, "loaded");
  assertEquals(client.ask({ kind: "find", name }), ["no-service"]);
  assertEquals(client.ask({ kind: "load", name }), ["service-record"]);
  assertEquals(client.ask({ kind: "find", name }), ["service-record"]);
});

Deno.test("session finds no service by a base with a slash, a NUL or bytes that are not UTF-8", () => {
  const { client, host } = setUp();
  for (const name of ["a/b", "x/../p", "a/p@a", "p\0", "p@\0", "p\udcff", "p@\udcff"]) {
    host.loadable.set(name, "loaded");
    assertEquals(client.ask({ kind: "load", name }), ["no-service"]);
    assertEquals(client.ask({ kind: "find", name }), ["no-service"]);
  }
});

Deno.test("session refuses unload and reload while another connection has a handle", () => {
  const { client, host, hub } = setUp("p");
  const other = new SessionClient(host, hub);
  other.ask({ kind: "find", name: "p" });
  assertEquals(client.ask({ kind: "unload", handle: H0 }), ["nak"]);
  assertEquals(client.ask({ kind: "reload", handle: H0 }), ["nak"]);
  assertEquals(client.ask({ kind: "status", handle: H0 }), ["status"]);
  other.disconnect();
  assertEquals(client.ask({ kind: "unload", handle: H0 }), ["ack"]);
});

Deno.test("session closes every handle of a service with its unload or reload", () => {
  for (const kind of ["unload", "reload"] as const) {
    const { client } = setUp("p");
    client.ask({ kind: "find", name: "p" });
    assertEquals(client.ask({ kind, handle: H1 }), ["ack"]);
    assertEquals(client.ask({ kind: "status", handle: H0 }), ["nak"]);
    assertEquals(client.ask({ kind: "status", handle: H1 }), ["nak"]);
  }
});

Deno.test("session closes the handles also when a reload fails", () => {
  const { client, host } = setUp("p");
  host.reloadOutcome = "refused";
  assertEquals(client.ask({ kind: "reload", handle: H0 }), ["nak"]);
  assertEquals(client.ask({ kind: "status", handle: H0 }), ["nak"]);
  assertEquals(client.ask({ kind: "find", name: "p" }), ["service-record"]);
});

Deno.test("session signals the process of the status and tells what the kernel said", () => {
  const { client, host, services } = setUp("p");
  const request: Request = { kind: "signal", handle: H0, signal: 15 };
  assertEquals(client.ask(request), ["signal-no-process"]);
  host.setStatus(services[0]!, { ...STARTED, pid: pid(77) });
  assertEquals(client.ask(request), ["ack"]);
  assertEquals(host.signals, [[pid(77), 15]]);
  host.signalOutcome = "bad-number";
  assertEquals(client.ask(request), ["signal-bad-number"]);
  host.signalOutcome = "failed";
  assertEquals(client.ask(request), ["signal-failed"]);
});

Deno.test("session tells changes of the environment to listeners before the reply", () => {
  const { client, host, hub } = setUp();
  const other = new SessionClient(host, hub);
  assertEquals(client.ask({ kind: "listen-environment" }), ["ack"]);
  assertEquals(client.ask({ kind: "set-environment", text: "A=b=c" }), [
    "environment A=b=c",
    "ack",
  ]);
  assertEquals(host.environment.get("A"), "b=c");
  assertEquals(other.ask({ kind: "set-environment", text: "A" }), ["ack"]);
  assertEquals(client.kinds(), ["environment A"]);
  assert(!host.environment.has("A"));
});

Deno.test("session stops working off requests at the high-water mark and goes on below it", () => {
  const { client, host } = setUp();
  host.environment.set("LONG", "x".repeat(HIGH_WATER_BYTES / 2));
  const { session } = client;
  session.receive(fromHex("1800".repeat(10) + "00"));
  // Two replies of more than half the mark each, and none of the third.
  const waiting = session.waitingBytes;
  assert(waiting >= HIGH_WATER_BYTES && waiting < 2 * HIGH_WATER_BYTES, `${waiting}`);
  assertEquals(session.inputRoomBytes, 0);
  const packets = client.raw();
  assertEquals(packets.length, 11);
  assertEquals(packets.at(-1), fromHex("3a01000700"));
  assert(session.inputRoomBytes > 0);
});

Deno.test("session ends when more events wait than its bound", () => {
  const { client, host, services } = setUp("p");
  const { session } = client;
  for (let count = 0; session.phase === "open"; count++) {
    assert(session.waitingBytes <= EVENT_LIMIT_BYTES);
    assert(count <= EVENT_LIMIT_BYTES, "no bound");
    host.tell(services[0]!, "started");
  }
  assertEquals(session.phase, "closed");
  assertEquals(session.waitingBytes, 0);
  assertEquals(session.inputRoomBytes, 0);
  host.tell(services[0]!, "started");
  assertEquals(session.waitingBytes, 0);
});

Deno.test("session ends with out-of-memory when a client opens handles without end", () => {
  const { client } = setUp("p");
  const find = fromHex("01010070");
  for (let count = 1; count < HANDLE_LIMIT; count++) client.exchange(find);
  assertEquals(client.exchange(find), "35");
  assertEquals(client.session.phase, "closed");
});

Deno.test("session gives out the lowest handle that is free", () => {
  const { client } = setUp("a", "b", "c");
  client.ask({ kind: "close-handle", handle: H1 }, { kind: "close-handle", handle: H0 });
  assertEquals(client.exchange(fromHex("01010063")), "3b000000000000");
  assertEquals(client.exchange(fromHex("01010063")), "3b000100000000");
  assertEquals(client.exchange(fromHex("01010063")), "3b000300000000");
});

Deno.test("session tells the search path, the directory, the log and the file's time", () => {
  const { client, host } = setUp();
  host.add("b", new TextEncoder().encode("hi\n"));
  client.ask({ kind: "find", name: "b" });
  assertEquals(client.exchange(fromHex("140000000000")), "490003000000" + "68690a");
  assertEquals(
    client.exchange(fromHex("1c00000000")).slice(-32),
    "0a000000000000001400000000000000",
  );
  assertEquals(client.ask({ kind: "query-load-mechanism" }), ["load-mechanism"]);
  assertEquals(client.exchange(fromHex("160000000000")), "4d0c000000" + "2f6574632f64696e69742e64");
  assertEquals(client.exchange(fromHex("160100000000")), "33");
});

Deno.test("session tells details, and the cause of the last refusal until the next request", () => {
  const { client, host } = setUp("p");
  assertEquals(client.ask({ kind: "query-details", handle: H0 }), ["details"]);
  host.loadable.set("wrong", "description-error");
  client.ask({ kind: "load", name: "wrong" });
  assertEquals(client.replies({ kind: "query-cause" }), [
    { kind: "cause", faults: ["wrong is at fault"] },
  ]);
  assertEquals(client.replies({ kind: "query-cause" })[0]?.kind, "cause");
  client.ask({ kind: "find", name: "p" });
  assertEquals(client.replies({ kind: "query-cause" }), [
    { kind: "cause", faults: ["wrong is at fault"] },
  ]);
  client.ask({ kind: "query-name", handle: H0 });
  assertEquals(client.replies({ kind: "query-cause" }), [{ kind: "cause", faults: [] }]);
  host.reloadOutcome = "refused";
  assertEquals(client.ask({ kind: "reload", handle: H0 }), ["nak"]);
  assertEquals(client.replies({ kind: "query-cause" }), [
    { kind: "cause", faults: ["it cannot change"] },
  ]);
});

Deno.test("session answers a refresh when it is done, and works off nothing before", () => {
  const { client, host, services } = setUp("p");
  assertEquals(client.ask({ kind: "refresh", handle: H0 }), []);
  assertEquals(client.ask({ kind: "query-version" }), []);
  const [[service, done] = []] = host.refreshed;
  assertEquals(service, services[0]);
  done?.({ kind: "done" });
  assertEquals(client.ask(), ["ack", "version"]);
  assertEquals(client.ask({ kind: "refresh", handle: H0 }), []);
  host.refreshed[1]?.[1]({ kind: "refused", why: "It said no" });
  assertEquals(client.replies({ kind: "query-cause" }), [
    { kind: "nak" },
    { kind: "cause", faults: ["It said no"] },
  ]);
});

Deno.test("session answers a refresh at once that needs no time", () => {
  const { client, host } = setUp("p");
  host.refreshOutcome = { kind: "done" };
  assertEquals(client.ask({ kind: "refresh", handle: H0 }), ["ack"]);
  host.refreshOutcome = { kind: "refused", why: "It is stopped" };
  assertEquals(client.ask({ kind: "refresh", handle: H0 }), ["nak"]);
  assertEquals(client.replies({ kind: "query-cause" }), [
    { kind: "cause", faults: ["It is stopped"] },
  ]);
  assertEquals(client.ask({ kind: "refresh", handle: UNKNOWN }), ["nak"]);
});

Deno.test("session tells what services are, of those that say it", () => {
  const { client } = setUp("p");
  assertEquals(client.replies({ kind: "query-summaries" }), [
    { kind: "summaries", summaries: new Map() },
    { kind: "list-done" },
  ]);
});
