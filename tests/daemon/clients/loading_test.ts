/** Orders that come before the client programs were loaded, which takes several turns. */
import { FRAME } from "../../../core/program/client_pipe.ts";
import { CLIENT_PROGRAMS } from "../../../daemon/clients/mod.ts";
import { RUN_LIMIT } from "../../../daemon/control/client_runs/client_runs.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { encodeOrder } from "../../pipe_client.ts";
import type { FakeConnection } from "../control/fake_sockets.ts";
import { keptOf } from "../kept/handed_on.ts";
import { FROM_HOME, heard, Manager, OWN_UID } from "./piped_manager.ts";

const STEPS = 3;

/** Whose programs are loaded in so many steps. */
function slowlyLoading(): Manager {
  const manager = new Manager();
  manager.onLoad = () => manager.loads < STEPS ? undefined : CLIENT_PROGRAMS;
  return manager;
}

/** Clients whose orders were read, in one turn that does nothing else. */
function ordering(
  manager: Manager,
  lines: readonly (readonly string[])[],
): readonly FakeConnection[] {
  const clients = lines.map(() => manager.connected());
  clients.forEach((client, index) => {
    client.send(encodeOrder(["dinitctl", ...lines[index] ?? []], FROM_HOME));
    read(manager, client);
  });
  return clients;
}

function oneOrdering(manager: Manager, words: readonly string[]): FakeConnection {
  const [client] = ordering(manager, [words]);
  assert(client !== undefined);
  return client;
}

function read(manager: Manager, client: FakeConnection): void {
  assert(manager.server.handleDescriptor(client.fd, true, false));
}

/** What of a turn comes after the descriptors. */
function runDue(manager: Manager): void {
  manager.server.runDue(manager.sockets.now());
}

Deno.test("a step of the loading is a turn's, and the run is opened in one of its own", () => {
  const manager = slowlyLoading();
  const client = oneOrdering(manager, ["--version"]);
  assertEquals(manager.loads, 0);
  for (let step = 1; step <= STEPS; step++) {
    const due = manager.server.next();
    assert(due !== undefined && due <= manager.sockets.now());
    runDue(manager);
    assertEquals([manager.loads, heard(client).kinds], [step, []]);
  }
  runDue(manager);
  assertEquals([manager.loads, heard(client).statuses], [STEPS, [0]]);
  assertEquals(manager.server.next(), undefined);
});

Deno.test("orders that wait for the loading are carried out one a turn, the first one first", () => {
  const manager = slowlyLoading();
  const clients = ordering(manager, [["--version"], ["list"], ["--help"]]);
  for (let step = 1; step <= STEPS; step++) runDue(manager);
  // By client, how many answers came in a turn.
  for (const expected of [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]) {
    assertEquals(clients.map((client) => heard(client).statuses.length), expected);
    runDue(manager);
  }
});

Deno.test("an order in pieces is put together while programs are loaded, and after that", () => {
  const manager = slowlyLoading();
  const client = manager.connected();
  const order = encodeOrder(["dinitctl", "--version"], FROM_HOME);
  for (const piece of [order.slice(0, 1), order.slice(1, 40)]) {
    client.send(piece);
    read(manager, client);
    runDue(manager);
  }
  manager.settle();
  assertEquals([manager.loads, heard(client).kinds, client.isOpen], [STEPS, [], true]);
  client.send(order.slice(40));
  manager.settle();
  assertEquals(heard(client).statuses, [0]);
});

Deno.test("a client that goes away while it waits leaves nothing to be done, and the next one goes on", () => {
  const manager = slowlyLoading();
  const client = oneOrdering(manager, ["shutdown"]);
  runDue(manager);
  client.socket.hasEnded = true;
  read(manager, client);
  assertEquals([client.isOpen, manager.server.next()], [false, undefined]);
  manager.settle();
  assertEquals([manager.loads, manager.host.orders], [1, []]);
  assertEquals(heard(manager.order(["--version"])).statuses, [0]);
  assertEquals([manager.loads, manager.host.orders], [STEPS, []]);
});

Deno.test("programs that cannot be loaded are left to the clients, and the log says why once", () => {
  for (const failing of [1, 2, STEPS]) {
    const manager = new Manager();
    manager.onLoad = () => {
      if (manager.loads === failing) throw new Error("no such part");
      return undefined;
    };
    const clients = ordering(manager, [["list"], ["list"]]);
    manager.settle();
    for (const client of [...clients, manager.order(["list"])]) {
      assertEquals([heard(client).kinds, client.isOpen], [[FRAME.longWay], false]);
    }
    assertEquals([manager.loads, manager.messages.length], [failing, 1]);
    assertIncludes(manager.messages[0] ?? "", "no such part");
  }
});

Deno.test("clients that wait count among the runs", () => {
  const manager = slowlyLoading();
  const lines = Array.from({ length: RUN_LIMIT + 1 }, () => ["--version"]);
  const clients = ordering(manager, lines);
  const last = clients.at(-1);
  assert(last !== undefined);
  assertEquals([heard(last).kinds, last.isOpen], [[FRAME.longWay], false]);
  manager.settle();
  const answers = clients.slice(0, -1).map((client) => heard(client).statuses[0]);
  assertEquals(answers, lines.slice(1).map(() => 0));
});

Deno.test("the manager's end closes a client that waits, and another manager leaves the order to it", () => {
  const ending = slowlyLoading();
  const lost = oneOrdering(ending, ["list"]);
  ending.server.close();
  assertEquals([lost.received(), lost.isOpen], [[], false]);

  const manager = slowlyLoading();
  oneOrdering(manager, ["list"]);
  runDue(manager);
  assert(!manager.server.isBusy);
  const [connection] = keptOf(manager.server).kept.connections;
  assert(connection?.talk.kind === "last-words");
  const { output, isOver } = connection.talk.words;
  assertEquals([connection.peerUid, isOver], [OWN_UID, true]);
  assertEquals([output[0], ...output.subarray(-3)], [FRAME.taken, FRAME.longWay, 0, 0]);
});
