import { encodeRequest, handle, ReplyReader, type Request } from "../../../core/protocol/mod.ts";
import { EVENT_LIMIT_BYTES } from "../../../daemon/control/output.ts";
import { ControlAccess } from "../../../daemon/control/access.ts";
import { CONNECTION_LIMIT, GUEST_LIMIT, ONE_GUEST_LIMIT } from "../../../daemon/control/room.ts";
import { ControlServer } from "../../../daemon/control/server.ts";
import type { AccessGroup } from "../../../daemon/start/access_options.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fromHex } from "../../transcripts/transcripts.ts";
import { FakeHost } from "./fake_host.ts";
import { EMFILE, type FakeConnection, FakeSockets } from "./fake_sockets.ts";

const PATH = "/run/dinitctl";
const LIST: Request = { kind: "list-5" };
const VERSION = "3a01000700";

function setUp(isOpen = true, groups: readonly AccessGroup[] = []) {
  const host = new FakeHost();
  const sockets = new FakeSockets();
  const messages: string[] = [];
  const server = new ControlServer({
    platform: sockets,
    host,
    socketPath: PATH,
    access: new ControlAccess({
      ...{ platform: sockets, groups, groupByName: () => undefined },
      warn: (message) => messages.push(message),
    }),
    log: (_level, message) => messages.push(message),
  });
  host.listeners = server;
  if (isOpen) assertEquals(server.open(), undefined);

  /** Tells the server about everything that is ready, until nothing is. */
  function settle(): void {
    for (let rounds = 0; tellReady(); rounds++) assert(rounds < 10_000, "never at rest");
  }

  function tellReady(): boolean {
    let isBusy = false;
    for (const [fd, interest] of [...sockets.watched]) {
      const socket = sockets.sockets.get(fd);
      const isListener = socket === undefined;
      const isReadable = isListener
        ? sockets.backlog.length > 0 || sockets.acceptFailure !== undefined
        : socket.inbox.length > 0 || socket.hasEnded;
      const readable = (interest.read && isReadable) || socket?.isGone === true;
      const writable = (interest.write && (socket?.roomBytes ?? 0) > 0) || socket?.isGone === true;
      if (!readable && !writable) continue;
      if (!sockets.watched.has(fd)) continue;
      assert(server.handleDescriptor(fd, readable, writable));
      isBusy = true;
    }
    return isBusy;
  }

  function connect(uid = 0): FakeConnection {
    const connection = sockets.connect(uid);
    settle();
    return connection;
  }

  return { host, sockets, server, messages, settle, connect };
}

Deno.test("ControlServer makes its socket private before anyone can connect", () => {
  const { sockets } = setUp();
  assertEquals(sockets.listens, [{
    path: PATH,
    options: {
      mode: 0o1600,
      uid: undefined,
      gid: undefined,
      backlog: 128,
    },
  }]);
});

Deno.test("ControlServer reports a socket that another manager answers on", () => {
  const { server, sockets } = setUp(false);
  sockets.listenFailure = { kind: "in-use", errno: 98 };
  assertEquals(server.open(), { kind: "in-use", errno: 98 });
  assert(!server.isListening);
});

Deno.test("ControlServer answers at once, each packet in a write of its own", () => {
  const { connect, settle } = setUp();
  const client = connect();
  client.send(fromHex("000d00"));
  settle();
  const received = client.received();
  assertEquals(received.length, 3);
  assertEquals([received[0], received[2]], [VERSION, VERSION]);
});

Deno.test("ControlServer does not know descriptors of others", () => {
  const { server, sockets } = setUp();
  assertEquals(server.handleDescriptor(sockets.connect().fd, true, false), false);
});

Deno.test("ControlServer lets in root and its own user only", () => {
  const { connect, messages, server } = setUp();
  assert(connect(0).isOpen);
  assert(connect(1000).isOpen);
  assert(!connect(1001).isOpen);
  assertEquals(messages, [
    "Refused a control connection: process 1 is of user 1001; allowed are root and user 1000",
  ]);
  assertEquals(server.connectionCount, 2);
});

Deno.test("ControlServer writes the last answer of a bad request, then closes", () => {
  const { connect, settle } = setUp();
  const client = connect();
  client.socket.roomBytes = 5;
  client.send(fromHex("00ff00"));
  settle();
  assertEquals(client.received(), [VERSION]);
  assert(client.isOpen);
  assertEquals(client.interest, { read: false, write: true });
  client.socket.roomBytes = 1;
  settle();
  assertEquals(client.received(), ["34"]);
  assert(!client.isOpen);
});

Deno.test("ControlServer answers a client that has shut its sending side, then closes", () => {
  const { connect, settle } = setUp();
  const client = connect();
  client.send(fromHex("00"));
  client.socket.hasEnded = true;
  settle();
  assertEquals(client.received(), [VERSION]);
  assert(!client.isOpen);
});

Deno.test("ControlServer does not read from a client that takes no answers, and goes on later", () => {
  const { connect, host, settle } = setUp();
  host.environment.set("LONG", "x".repeat(5000));
  const client = connect();
  client.socket.roomBytes = 0;
  client.send(fromHex("1800".repeat(512)));
  client.send(fromHex("00"));
  settle();
  assertEquals(client.interest, { read: false, write: true });
  assertEquals(client.socket.inbox.length, 1);
  client.socket.roomBytes = Infinity;
  settle();
  const received = client.received();
  assertEquals(received.length, 513);
  assertEquals(received.at(-1), VERSION);
  assertEquals(client.interest, { read: true, write: false });
});

Deno.test("ControlServer writes only so much to one client before others have their turn", () => {
  const { connect, host, server } = setUp();
  host.environment.set("LONG", "x".repeat(20_000));
  const client = connect();
  client.send(fromHex("1800".repeat(512)));
  server.handleDescriptor(client.fd, true, false);
  assertEquals(client.received().length, 4);
  assertEquals(client.interest, { read: false, write: true });
});

Deno.test("ControlServer writes a long list in blocks of whole packets", () => {
  const { connect, host, settle } = setUp();
  const names = Array.from({ length: 1000 }, (_, index) => `service-${index}`);
  for (const name of names) host.add(name);
  const client = connect();
  client.send(encodeRequest(LIST));
  settle();
  const writes = client.received().map(fromHex);
  const listed: string[] = [];
  for (const written of writes) {
    // A reader of its own for each: it would find a packet that was divided.
    const reader = new ReplyReader();
    reader.expect(LIST);
    reader.push(written);
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
      assert(packet.kind === "reply");
      if (packet.reply.kind === "service-info") listed.push(packet.reply.name);
      else assertEquals(packet.reply.kind, "list-done");
    }
  }
  assertEquals(listed, names);
  assertEquals([writes.length, writes.every(({ length }) => length < 4400)], [7, true]);
});

Deno.test("ControlServer writes only so many long lists to one client before others have their turn", () => {
  const { connect, host, server } = setUp();
  for (let index = 0; index < 1000; index++) host.add(`service-${index}`);
  const client = connect();
  const request = encodeRequest(LIST);
  const requests = new Uint8Array(request.length * 500);
  for (let at = 0; at < requests.length; at += request.length) requests.set(request, at);
  client.send(requests);
  server.handleDescriptor(client.fd, true, false);
  const bytes = client.received().reduce((sum, written) => sum + written.length / 2, 0);
  assert(bytes > 65_536 && bytes < 3 * 65_536, `${bytes} bytes`);
  assertEquals(client.interest, { read: false, write: true });
});

Deno.test("ControlServer finishes a packet that was half written", () => {
  const { connect, settle } = setUp();
  const client = connect();
  client.socket.roomBytes = 2;
  client.send(fromHex("00"));
  settle();
  assertEquals(client.received(), ["3a01"]);
  client.socket.roomBytes = 100;
  settle();
  assertEquals(client.received(), ["000700"]);
});

Deno.test("ControlServer ends a connection whose client is gone while output waits", () => {
  const { connect, settle, server } = setUp();
  const client = connect();
  client.socket.roomBytes = 0;
  client.send(fromHex("00"));
  settle();
  client.socket.isGone = true;
  settle();
  assert(!client.isOpen);
  assertEquals(server.connectionCount, 0);
});

Deno.test("ControlServer tells events to other connections as soon as they can take them", () => {
  const { connect, host, settle } = setUp();
  host.add("p");
  const [listener, starter] = [connect(), connect()];
  listener.send(fromHex("01010070"));
  starter.send(fromHex("01010070" + "030000000000"));
  settle();
  assertEquals(listener.received().map((packet) => packet.slice(0, 2)), ["3b", "65", "64"]);
  assertEquals(starter.received().map((packet) => packet.slice(0, 2)), ["3b", "65", "64", "3d"]);
});

Deno.test("ControlServer drops a listener that does not read, while it tells an event", () => {
  const { connect, host, server, settle } = setUp();
  const service = host.add("p");
  const listener = connect();
  listener.send(fromHex("01010070"));
  settle();
  listener.socket.roomBytes = 0;
  for (let bytes = 0; bytes <= EVENT_LIMIT_BYTES; bytes += 38) host.tell(service, "stopped");
  assert(!listener.isOpen);
  assertEquals(server.connectionCount, 0);
});

Deno.test("ControlServer closes a connection of which an answer failed, and lives on", () => {
  const { connect, host, sockets, server } = setUp();
  host.add("p");
  host.onOrder = () => {
    throw new Error("broken");
  };
  const client = connect();
  client.send(fromHex("01010070" + "030000000000"));
  let message = "";
  try {
    server.handleDescriptor(client.fd, true, false);
  } catch (error) {
    message = error instanceof Error ? error.message : "";
  }
  assertEquals(message, "broken");
  assert(!client.isOpen);
  assert(!sockets.watched.has(client.fd));
});

Deno.test("ControlServer pauses when it cannot accept, and tries again by its deadline", () => {
  const { sockets, server, messages, settle } = setUp();
  sockets.acceptFailure = EMFILE;
  const client = sockets.connect();
  settle();
  assertEquals(messages, [
    "Cannot accept a control connection: too many open files (EMFILE). Trying again in a second",
  ]);
  assertEquals(server.next(), 1000);
  sockets.acceptFailure = undefined;
  sockets.time = 999;
  server.runDue(sockets.now());
  settle();
  assertEquals(server.connectionCount, 0);
  sockets.time = 1000;
  server.runDue(sockets.now());
  settle();
  assertEquals(server.connectionCount, 1);
  assertEquals(server.next(), undefined);
  assert(client.isOpen);
});

Deno.test("ControlServer accepts again as soon as a connection ends", () => {
  const { sockets, server, connect, settle } = setUp();
  const first = connect();
  sockets.acceptFailure = EMFILE;
  sockets.connect();
  settle();
  sockets.acceptFailure = undefined;
  first.socket.hasEnded = true;
  settle();
  assert(!first.isOpen);
  assertEquals(server.connectionCount, 1);
});

Deno.test("ControlServer closes connections beyond its limit at once, passed ones excepted", () => {
  const { connect, messages, server, settle, sockets } = setUp();
  const clients = Array.from({ length: CONNECTION_LIMIT }, () => connect());
  assert(!connect().isOpen);
  assert(!connect().isOpen);
  assertEquals(messages, [`Refused a control connection: ${CONNECTION_LIMIT} are open`]);
  const passed = sockets.connect(0, true);
  server.admitPassed(passed.fd, undefined);
  passed.send(fromHex("00"));
  settle();
  assertEquals(passed.received(), [VERSION]);
  clients[0]!.socket.hasEnded = true;
  settle();
  assert(connect().isOpen);
});

Deno.test("ControlServer makes a new socket when its file is gone, and keeps connections", () => {
  const { connect, server, settle, sockets } = setUp();
  const client = connect();
  assertEquals(server.recreate(), undefined);
  assertEquals(sockets.listens.length, 1);
  sockets.files.delete(PATH);
  assertEquals(server.recreate(), undefined);
  assertEquals(sockets.listens.length, 2);
  client.send(fromHex("00"));
  settle();
  assertEquals(client.received(), [VERSION]);
  assert(connect().isOpen);
});

Deno.test("ControlServer lets in who waits at a socket whose file is gone before it makes a new one", () => {
  const { server, settle, sockets } = setUp();
  const clients = Array.from({ length: 100 }, () => sockets.connect());
  sockets.files.delete(PATH);
  assertEquals(server.recreate(), undefined);
  for (const client of clients) client.send(fromHex("00"));
  settle();
  assertEquals(clients.map((client) => client.received()), clients.map(() => [VERSION]));
});

Deno.test("ControlServer opens the socket later when it could not at first", () => {
  const { server, sockets } = setUp(false);
  sockets.listenFailure = { ...EMFILE, call: "bind", errno: 30, message: "read-only (EROFS)" };
  assertEquals(server.open(), sockets.listenFailure);
  sockets.listenFailure = undefined;
  assertEquals(server.recreate(), undefined);
  assert(server.isListening);
});

Deno.test("ControlServer ends handles with their connection, so that others may unload", () => {
  const { connect, host, settle } = setUp();
  host.add("p");
  const [first, second] = [connect(), connect()];
  first.send(fromHex("01010070"));
  second.send(fromHex("01010070" + "0900000000"));
  settle();
  assertEquals(second.received().at(-1), "33");
  first.socket.hasEnded = true;
  settle();
  second.send(fromHex("0900000000"));
  settle();
  assertEquals(second.received(), ["32"]);
});

Deno.test("ControlServer writes what waits before it closes, and works off nothing more", () => {
  const { connect, host, server, settle } = setUp();
  const service = host.add("p");
  host.environment.set("LONG", "x".repeat(20_000));
  const client = connect();
  client.send(fromHex("01010070"));
  settle();
  client.received();
  client.socket.roomBytes = 0;
  client.send(fromHex("1800" + "00"));
  settle();
  host.tell(service, "stopped");
  client.socket.roomBytes = Infinity;
  server.close();
  assertEquals(client.received().map((packet) => packet.slice(0, 2)), ["4e", "65", "64"]);
  assert(!client.isOpen);
});

Deno.test("ControlServer lets others unload what a closing connection had a handle for", () => {
  const { connect, host, settle } = setUp();
  host.add("p");
  const [closing, other] = [connect(), connect()];
  closing.socket.roomBytes = 0;
  closing.send(fromHex("01010070" + "ff"));
  other.send(fromHex("01010070" + "0900000000"));
  settle();
  assert(closing.isOpen);
  assertEquals(other.received().at(-1), "32");
});

Deno.test("ControlServer closes everything and removes its file", () => {
  const { connect, server, sockets } = setUp();
  const client = connect();
  server.close();
  assert(!client.isOpen);
  assertEquals(sockets.watched.size, 0);
  assert(!sockets.files.has(PATH));
  assert(!server.isListening);
  assertEquals(server.handleDescriptor(client.fd, true, false), false);
});

Deno.test("ControlServer tells of refused connections at once, then every ten seconds at most", () => {
  const { connect, messages, server, sockets } = setUp();
  for (let count = 0; count < 1000; count++) connect(1001);
  assertEquals(messages.length, 1);
  const due = server.next();
  assert(due !== undefined);
  sockets.time = due;
  server.runDue(due);
  assertEquals(messages.slice(1), [
    "Refused a control connection: process 1 is of user 1001; allowed are root and user 1000 " +
    "(the last of 999)",
  ]);
  assertEquals(server.next(), undefined);
});

const READERS = [{ role: "read", group: "7" }] as const;

Deno.test("ControlServer lets in members of a group for what they may ask", () => {
  const { connect, settle, messages, sockets, host } = setUp(true, READERS);
  assertEquals(sockets.listens.map(({ options }) => [options.mode, options.gid]), [[0o1660, 7]]);
  host.add("web");
  sockets.groups.set(1001, [7]);
  const reader = connect(1001);
  reader.send(encodeRequest({ kind: "find", name: "web" }));
  reader.send(encodeRequest({ kind: "unpin", handle: handle(0) }));
  settle();
  assertEquals(reader.received().at(-1), "33");
  assert(!connect(1002).isOpen);
  assertEquals(messages, [
    'Refused an order by user 1001 (process 1, "/proc/1/comm"): unpin "web"',
    "Refused a control connection: process 1 is of user 1002; " +
    "allowed are root and user 1000 and members of the groups that are let in",
  ]);
});

Deno.test("ControlServer tells who has ordered what", () => {
  const { connect, settle, messages, host } = setUp();
  host.add("web");
  const client = connect(1000);
  client.send(encodeRequest({ kind: "find", name: "web" }));
  for (let count = 0; count < 102; count++) {
    client.send(encodeRequest({ kind: "unpin", handle: handle(0) }));
  }
  settle();
  assertEquals(messages.length, 100);
  assertEquals(messages[0], 'Order by user 1000 (process 1, "/proc/1/comm"): unpin "web"');
});

Deno.test("ControlServer keeps room for others from those who were let in", () => {
  const { connect, sockets, server } = setUp(true, READERS);
  const users = Array.from({ length: 5 }, (_, index) => 2000 + index);
  for (const user of users) sockets.groups.set(user, [7]);
  const open = (user: number) =>
    Array.from({ length: ONE_GUEST_LIMIT + 1 }, () => connect(user)).filter(({ isOpen }) => isOpen);
  const counts = users.map((user) => open(user).length);
  assertEquals(counts, [ONE_GUEST_LIMIT, ONE_GUEST_LIMIT, ONE_GUEST_LIMIT, ONE_GUEST_LIMIT, 0]);
  assertEquals(server.connectionCount, GUEST_LIMIT);
  assert(connect(1000).isOpen);
});
