/** Orders of clients that are only a pipe, through the control server, with sockets in memory. */
import { FRAME } from "../../../core/program/client_pipe.ts";
import { encodeRequest } from "../../../core/protocol/mod.ts";
import { instant } from "../../../core/types.ts";
import { RUN_LIMIT } from "../../../daemon/control/client_runs/client_runs.ts";
import { HIGH_WATER_BYTES } from "../../../daemon/control/output.ts";
import { encodeOrder } from "../../pipe_client.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { FROM_HOME, heard, lostOutput, Manager, OWN_UID, started } from "./piped_manager.ts";

Deno.test("an order is carried out, and the connection stays until the client closes it", () => {
  const manager = new Manager();
  manager.host.add("a");
  assertEquals(manager.loads, 0);
  const client = manager.order(["is-started", "a"]);
  const { output, errors, statuses } = heard(client);
  assertEquals([output, errors, statuses], ["STOPPED\n", "", [1]]);
  assertEquals([client.isOpen, manager.loads], [true, 1]);
  client.socket.hasEnded = true;
  manager.settle();
  assertEquals([client.isOpen, manager.server.connectionCount], [false, 0]);
  assertEquals(heard(manager.order(["is-started", "a"])).statuses, [1]);
  assertEquals(manager.loads, 1);
});

Deno.test("an order in pieces is carried out, too", () => {
  const manager = new Manager();
  const client = manager.connected();
  for (const byte of encodeOrder(["dinitctl", "--version"], FROM_HOME)) {
    client.send(Uint8Array.of(byte));
    manager.settle();
  }
  assertEquals(heard(client).statuses, [0]);
});

Deno.test("an order that has come before the connection was accepted is carried out at once", () => {
  const manager = new Manager();
  assertEquals(heard(manager.order(["--version"])).statuses, [0]);
  const [listener] = manager.sockets.watched.keys();
  assert(listener !== undefined);
  const client = manager.sockets.connect(OWN_UID);
  client.send(encodeOrder(["dinitctl", "--version"], FROM_HOME));
  manager.server.handleDescriptor(listener, true, false);
  assertEquals(heard(client).statuses, [0]);
});

Deno.test("the order of another build, and one behind a request, is not carried out", () => {
  const manager = new Manager();
  const stranger = manager.connected();
  stranger.send(encodeOrder(["dinitctl", "shutdown"], { ...FROM_HOME, identity: "0".repeat(16) }));
  manager.settle();
  assertEquals([stranger.received(), stranger.isOpen, manager.host.orders], [[], false, []]);
  const client = manager.connected();
  const order = encodeOrder(["dinitctl", "shutdown"], FROM_HOME);
  client.send(Uint8Array.of(...encodeRequest({ kind: "list-environment" }), ...order));
  manager.settle();
  assertMatch(client.received().join(""), /^4e.*34$/);
  assertEquals([client.isOpen, manager.host.orders], [false, []]);
});

Deno.test("connections that were passed to services, and managers without the programs, take no orders", () => {
  const manager = new Manager();
  const passed = manager.sockets.connect(0, true);
  assertEquals(manager.server.admitPassed(passed.fd, undefined), undefined);
  const poor = new Manager(false);
  const stranger = poor.sockets.connect(OWN_UID);
  for (const [client, server] of [[passed, manager], [stranger, poor]] as const) {
    server.settle();
    client.send(encodeOrder(["dinitctl", "list"], { userId: 0 }));
    server.settle();
    assertEquals([client.received(), client.isOpen], [["34"], false]);
  }
});

Deno.test("what is not served, and every order of another user, is left to the client", () => {
  const lines = [
    ...[["enable", "a"], ["disable", "a"], ["watch"], ["logs", "-f", "a"], ["list", "--all"]],
    ...[["setenv", "HOME"], ["--use-passed-cfd", "list"], ["--other-user", "list"]],
    ["--offline", "enable", "a"],
  ];
  for (const words of lines) {
    const manager = new Manager();
    const client = manager.order(words);
    assertEquals([heard(client).kinds, client.isOpen], [[FRAME.longWay], false], words.join(" "));
    assertEquals(manager.host.orders, []);
  }
  for (const [peer, userId] of [[0, 0], [0, OWN_UID], [OWN_UID, 0]] as const) {
    const manager = new Manager();
    const client = manager.connected(peer);
    client.send(encodeOrder(["dinitctl", "shutdown"], { userId }));
    manager.settle();
    assertEquals([heard(client).kinds, manager.host.orders], [[FRAME.longWay], []]);
  }
  for (const name of ["dinit", "dinit-monitor", "dinit-check", "sh"]) {
    const manager = new Manager();
    const client = manager.connected();
    client.send(encodeOrder([name, "-i"], FROM_HOME));
    manager.settle();
    assertEquals(heard(client).kinds, [FRAME.longWay], name);
  }
});

Deno.test("output that is in a file is left to the client, when that is seen", () => {
  const text = 'type = "process"\ncommand = "/bin/a"\nlog-type = "file"\nlogfile = "/log/a"\n';
  const manager = new Manager(true, {
    read: (path) =>
      path !== "/etc/dinit.d/a.toml" ? { kind: "missing" } : {
        kind: "contents",
        bytes: new TextEncoder().encode(text),
        modifiedSeconds: 0,
        modifiedNanoseconds: 0,
      },
    list: () => ({ kind: "names", names: [] }),
    exists: () => false,
    realDirectory: () => undefined,
  });
  manager.host.add("a");
  manager.host.add("b", new TextEncoder().encode("kept\n"));
  const client = manager.order(["logs", "a"]);
  assertEquals([heard(client).kinds, client.isOpen], [[FRAME.longWay], false]);
  assertEquals([manager.messages, manager.server.connectionCount], [[], 0]);
  assertEquals(heard(manager.order(["logs", "b"])).output, "kept\n");
  for (const words of [["a", "b"], ["--grep", "k", "b"], ["--json", "b"], []]) {
    const { kinds } = heard(manager.order(["logs", ...words]));
    assertEquals([kinds, words], [[FRAME.longWay], words]);
  }
});

Deno.test("an error of ours ends the run with status 1 and a text, and is logged", () => {
  const manager = new Manager();
  manager.host.add("a");
  manager.host.onOrder = () => {
    throw new Error("broken rule");
  };
  const { errors, statuses } = heard(manager.order(["start", "a"]));
  assertEquals([errors, statuses], ["dinit: Internal error: broken rule\n", [1]]);
  assertIncludes(manager.messages.join(), "broken rule");
  assertEquals(heard(manager.order(["is-started", "a"])).statuses, [1]);
});

Deno.test("a wait tells what the manager's end would mean, and goes on when the service has started", () => {
  const manager = new Manager();
  const service = manager.host.add("a");
  manager.host.onOrder = () => ({ kind: "accepted" });
  const client = manager.order(["start", "a"]);
  const waiting = heard(client);
  assertEquals(waiting.statuses, []);
  assertEquals(waiting.atEnd, [
    "1 2 0 0 dinitctl: read failure or protocol error: the manager closed the connection while 'a' was waited for.\n",
  ]);
  started(manager, service);
  const done = heard(client);
  assertEquals([done.output, done.statuses], ["Service 'a' started.\n", [0]]);
});

Deno.test("a client is told that it may wait for a service, and for the manager's end", () => {
  const manager = new Manager();
  const service = manager.host.add("a");
  const { atEnd, waits, output, status } = FRAME;
  assertEquals(heard(manager.order(["is-started", "a"])).kinds, [output, status]);
  manager.host.onOrder = () => ({ kind: "accepted" });
  const client = manager.order(["restart", "a"]);
  assertEquals(heard(client).kinds, [atEnd, waits]);
  manager.host.setStatus(service, { target: "started" });
  manager.host.tell(service, "stopped");
  manager.settle();
  // What the end means is the same as before.
  assertEquals(heard(client).kinds, [output, waits]);
  // That of another service is waited on.
  manager.host.tell(manager.host.add("b"), "started");
  manager.settle();
  assertEquals(heard(client).kinds, []);
  started(manager, service);
  assertEquals(heard(client).kinds, [output, status]);
  assertEquals(heard(manager.order(["wait", "--state", "stopped", "a"])).kinds, [atEnd, waits]);
  assertEquals(heard(manager.order(["shutdown"])).kinds, [output, atEnd, waits]);
});

Deno.test("wait gives up after its time", () => {
  const manager = new Manager();
  manager.host.add("a");
  const client = manager.order(["wait", "--timeout", "5s", "a"]);
  assertEquals(heard(client).statuses, []);
  assertEquals(manager.server.next(), instant(5000));
  manager.sockets.time = 4999;
  manager.settle();
  assertEquals(heard(client).kinds, []);
  manager.sockets.time = 5000;
  manager.settle();
  assertEquals(heard(client).statuses, [1]);
});

Deno.test("a client that goes away takes its run with it, and its hold on the service", () => {
  const manager = new Manager();
  manager.host.add("a");
  manager.host.onOrder = () => ({ kind: "accepted" });
  const client = manager.order(["start", "a"]);
  const other = manager.order(["reload", "a"]);
  assertIncludes(heard(other).errors, "Another client is using it");
  client.socket.hasEnded = true;
  manager.settle();
  assertEquals(client.isOpen, false);
  assertEquals(heard(manager.order(["reload", "a"])).statuses, [0]);
  assertEquals(manager.server.next(), undefined);
});

Deno.test("shutdown waits for the manager's end, which says the rest", () => {
  const manager = new Manager();
  manager.host.onOrder = () => ({ kind: "accepted" });
  const plain = heard(manager.order(["-p", "/s", "shutdown"]));
  assertEquals([plain.output, plain.statuses], ["Shutting down dinit...\n", []]);
  assertEquals(plain.atEnd, ["0 1 0 0 Connection closed.\n"]);
  const program = manager.connected();
  program.send(encodeOrder(["/sbin/reboot"], FROM_HOME));
  manager.settle();
  assertEquals(heard(program).atEnd, ["0 1 30 0 "]);
  assertEquals(manager.host.orders.map((order) => "type" in order ? order.type : ""), [
    "halt",
    "reboot",
  ]);
});

Deno.test("lost output is heard before the status and after it, and makes it 1", () => {
  const manager = new Manager();
  manager.host.add("a");
  const after = manager.order(["list"]);
  assertEquals(heard(after).statuses, [0]);
  after.send(lostOutput(28));
  manager.settle();
  const told = heard(after);
  assertEquals(told.kinds, [FRAME.heard, FRAME.errors, FRAME.status]);
  const fault = "dinitctl: Cannot write to standard output: no space left on device\n";
  assertEquals([told.errors, told.statuses], [fault, [1]]);

  manager.host.onOrder = () => ({ kind: "accepted" });
  const before = manager.order(["start", "a"]);
  heard(before);
  before.send(lostOutput(28));
  manager.settle();
  assertEquals(heard(before).kinds, [FRAME.heard, FRAME.waits]);
  for (const service of manager.host.services.list()) started(manager, service);
  const done = heard(before);
  assertEquals([done.output, done.errors, done.statuses], ["", fault, [1]]);
});

Deno.test("anything else after an order ends the connection", () => {
  for (const said of [[2, 0, 0, 0, 0], [1, 28, 0, 0, 0, 0], [200, 0, 0]]) {
    const manager = new Manager();
    const client = manager.order(["--version"]);
    client.send(Uint8Array.from(said));
    manager.settle();
    assertEquals(client.isOpen, false);
  }
  const manager = new Manager();
  const twice = manager.order(["--version"]);
  for (let turn = 0; turn < 2; turn++) {
    assert(twice.isOpen);
    twice.send(lostOutput(28));
    manager.settle();
  }
  assertEquals(twice.isOpen, false);
});

Deno.test("a run stops while its client takes nothing, and gives all when it does", () => {
  const manager = new Manager();
  for (let index = 0; index < 1000; index++) {
    manager.host.add(`a-service-with-a-long-name-${index}`);
  }
  manager.host.onOrder = () => ({ kind: "already" });
  const client = manager.connected();
  client.socket.roomBytes = 0;
  const starts = ["start", "a-*", "--no-wait"];
  client.send(encodeOrder(["dinitctl", ...starts, "a-*"], FROM_HOME));
  manager.settle();
  const held = manager.host.orders.length;
  assert(held < 1000, `${held} orders were given`);
  // Each of our sockets takes so much, and the client nothing.
  client.socket.roomBytes = HIGH_WATER_BYTES;
  manager.settle();
  assert(manager.host.orders.length > held);
  client.socket.roomBytes = Infinity;
  manager.settle();
  const { output, statuses } = heard(client);
  assertEquals([output.split("\n").length, statuses], [1001, [0]]);
});

Deno.test("the manager's end finds a program that had given way to others where it would wait", () => {
  const manager = new Manager();
  manager.order(["--version"]);
  manager.host.onOrder = () => ({ kind: "accepted" });
  // Each look at the clock is worth a slice.
  const now = () => instant(manager.sockets.time += 10);
  Object.assign(manager.sockets, { now });
  for (const turns of [0, 1, 2, 3, 4]) {
    const client = manager.connected();
    client.send(encodeOrder(["dinitctl", "-p", "/s", "shutdown"], FROM_HOME));
    for (let turn = 0; turn <= turns; turn++) manager.turn();
    manager.server.close();
    const { output, errors, atEnd } = heard(client);
    assertEquals([output, errors], ["Shutting down dinit...\n", ""], `after ${turns} turns`);
    assertEquals(atEnd.at(-1), "0 1 0 0 Connection closed.\n");
    assertEquals(manager.server.open(), undefined);
  }
});

Deno.test("long work goes on in turns with others", () => {
  const manager = new Manager();
  for (let index = 0; index < 2000; index++) manager.host.add(`service-${index}`);
  // Each look at the clock takes a millisecond.
  const now = () => instant(manager.sockets.time++);
  Object.assign(manager.sockets, { now });
  const wanted = [
    // Of plain lines, a hundred take less than a tenth of a millisecond.
    { words: ["list"], turns: 10 },
    { words: ["list", "--json"], turns: 80 },
    { words: ["status", "*"], turns: 100 },
  ];
  for (const { words, turns } of wanted) {
    manager.turns = 0;
    const { output, statuses } = heard(manager.order(words));
    assertEquals([statuses, output.split("service-").length > 2000], [[0], true]);
    assert(manager.turns > turns, `${words.join(" ")}: ${manager.turns} turns`);
  }
});

Deno.test("a service that is unloaded while it is listed is left out", () => {
  const manager = new Manager();
  const services = Array.from({ length: 1000 }, (_, index) => manager.host.add(`s${index}`));
  const now = () => instant(manager.sockets.time++);
  Object.assign(manager.sockets, { now });
  const client = manager.connected();
  client.send(encodeOrder(["dinitctl", "list"], FROM_HOME));
  for (let turn = 0; turn < 3; turn++) manager.turn();
  const last = services.at(-1);
  assert(last !== undefined);
  manager.host.obey({ kind: "unload", service: last });
  manager.settle();
  const { output, statuses } = heard(client);
  assertEquals([statuses, output.includes("s998\n"), output.includes("s999\n")], [
    [0],
    true,
    false,
  ]);
});

Deno.test("their number is bounded: more are left to the clients", () => {
  const manager = new Manager();
  manager.host.add("a");
  manager.host.onOrder = () => ({ kind: "accepted" });
  const clients = Array.from({ length: RUN_LIMIT }, () => manager.order(["start", "a"]));
  assertEquals(heard(manager.order(["list"])).kinds, [FRAME.longWay]);
  const [first] = clients;
  if (first !== undefined) first.socket.hasEnded = true;
  manager.settle();
  assertEquals(heard(manager.order(["list"])).statuses, [0]);
});

Deno.test("the manager's end writes what waits and closes all", () => {
  const manager = new Manager();
  manager.host.add("a");
  manager.host.onOrder = () => ({ kind: "accepted" });
  const client = manager.order(["start", "a"]);
  manager.server.close();
  assertEquals([client.isOpen, manager.server.connectionCount], [false, 0]);
  assertEquals(heard(client).atEnd.length, 1);
});
