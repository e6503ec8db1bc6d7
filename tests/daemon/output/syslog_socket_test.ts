/** The way to syslog over real sockets: absent, full, gone and back. */
import type { Fd, Instant } from "../../../core/types.ts";
import type { SyslogPlace } from "../../../core/log/syslog_place.ts";
import { ServiceLines } from "../../../daemon/output/syslog/service_lines.ts";
import { SyslogSocket } from "../../../daemon/output/syslog/syslog_socket.ts";
import { openPlatform, type Platform } from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const PLATFORM = openPlatform();
/** Below those that systems give out by themselves. */
const UDP_PORT = 21514;
const LISTENING = { mode: 0o666, uid: undefined, gid: undefined, backlog: 5 };

interface World {
  readonly socket: SyslogSocket;
  readonly path: string;
  readonly warnings: string[];
  /** Time goes on. */
  passes(ms: number): void;
}

function inFolder(test: (world: World) => void, place?: SyslogPlace): void {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-syslog-" });
  const warnings: string[] = [];
  let late = 0;
  const platform = Object.assign(Object.create(PLATFORM), {
    now: () => (PLATFORM.now() + late) as Instant,
  }) as Platform;
  const socket = new SyslogSocket({
    platform,
    place: place ?? { kind: "path", path: `${folder}/log` },
    findHost: (name) => name === "loghost" ? [127, 0, 0, 1] : undefined,
    lostMessages: (count) => [`${count} lost`],
    warn: (text) => warnings.push(text),
  });
  try {
    test({
      ...{ socket, warnings, path: `${folder}/log` },
      passes(ms) {
        late += ms;
        socket.runDue(platform.now());
      },
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function listen(path: string, type: "datagram" | "stream"): Fd {
  const bound = PLATFORM.listenUnix(path, { ...LISTENING, type });
  return bound.kind === "socket" ? bound.fd : fail(JSON.stringify(bound));
}

/** All that has come. */
function received(fd: Fd): readonly string[] {
  const buffer = new Uint8Array(65536);
  const all: string[] = [];
  for (;;) {
    const count = PLATFORM.read(fd, buffer);
    if (typeof count !== "number" || count === 0) return all;
    all.push(new TextDecoder().decode(buffer.subarray(0, count)));
  }
}

function stop(fd: Fd, path: string): void {
  PLATFORM.close(fd);
  Deno.removeSync(path);
}

Deno.test("messages wait for a syslog that is not there yet, and come in their order", () => {
  inFolder(({ socket, path, passes }) => {
    socket.send("one");
    socket.send("two");
    assert(socket.next() !== undefined);
    const syslog = listen(path, "datagram");
    assertEquals(received(syslog), []);
    passes(1000);
    socket.send("three");
    assertEquals(received(syslog), ["one", "two", "three"]);
    assertEquals(socket.next(), undefined);
    stop(syslog, path);
  });
});

Deno.test("a syslog that is started again is connected to again, and nothing is lost", () => {
  inFolder(({ socket, path, passes }) => {
    const first = listen(path, "datagram");
    socket.send("to the first");
    assertEquals(received(first), ["to the first"]);
    stop(first, path);
    socket.send("while it is away");
    const second = listen(path, "datagram");
    socket.send("also");
    passes(1000);
    assertEquals(received(second), ["while it is away", "also"]);
    stop(second, path);
    // It is back already when the next message comes.
    const third = listen(path, "datagram");
    socket.send("at once");
    assertEquals(received(third), ["at once"]);
    stop(third, path);
  });
});

Deno.test("one that takes nothing more never blocks: what has no room is lost, counted and told", () => {
  inFolder(({ socket, path, warnings }) => {
    const syslog = listen(path, "datagram");
    const text = "x".repeat(1000);
    for (let count = 0; count < 2000; count++) socket.send(`${count} ${text}`);
    const got: string[] = [];
    const turn = () => {
      got.push(...received(syslog));
      PLATFORM.poller.wait(0, {
        descriptor: (fd) => void socket.handleDescriptor(fd),
        signal: () => {},
      });
    };
    for (let count = 0; count < 2000 && !(got.at(-1) ?? "").endsWith("lost"); count++) turn();
    const lost = Number(/^(\d+) lost$/.exec(got.pop() ?? "")?.[1]);
    assert(lost > 0 && got.length > 200, `${lost} ${got.length}`);
    assertEquals(got.length + lost, 2000);
    got.forEach((message, index) => assert(message.startsWith(`${index} `), message));
    assertEquals(warnings, []);
    stop(syslog, path);
  });
});

Deno.test("without any syslog messages are bounded, and the loss is told once", () => {
  inFolder(({ socket, path, warnings, passes }) => {
    for (let count = 0; count < 500; count++) {
      socket.send("y".repeat(1000));
      passes(100);
    }
    assertEquals(warnings.length, 1);
    assert(warnings[0]?.includes("no such file or directory") === true, warnings[0]);
    const kept = socket.keep();
    assert(kept.waiting.length < 300 && kept.lost > 200);
    const syslog = listen(path, "datagram");
    socket.tryAgain();
    assert(received(syslog).length > 0);
    stop(syslog, path);
  });
});

Deno.test("a syslog that listens for streams gets messages with a NUL behind each", () => {
  inFolder(({ socket, path }) => {
    const listener = listen(path, "stream");
    socket.send("one");
    socket.send("two");
    const connection = PLATFORM.accept(listener);
    if (typeof connection !== "number") fail("There is no connection");
    else assertEquals(received(connection).join(""), "one\0two\0");
    stop(listener, path);
  });
});

Deno.test("messages go to a UDP port of a host in /etc/hosts, one a datagram", () => {
  const listening = PLATFORM.listenInternet({ address: [127, 0, 0, 1], port: UDP_PORT }, {
    ...{ type: "datagram", backlog: 0, ipv6Only: false },
  });
  assert(typeof listening === "number");
  inFolder(({ socket, warnings }) => {
    socket.send("one");
    socket.send("two");
    assertEquals([received(listening), warnings], [["one", "two"], []]);
  }, { kind: "udp", host: "loghost", port: UDP_PORT });
  PLATFORM.close(listening);
});

Deno.test("a UDP port where nobody listens, and a name that nobody has, never keep anybody", () => {
  inFolder(({ socket, passes }) => {
    for (let count = 0; count < 1000; count++) {
      socket.send(`message ${count}`);
      passes(20);
    }
  }, { kind: "udp", host: [127, 0, 0, 1], port: UDP_PORT });
  inFolder(({ socket, warnings }) => {
    for (let count = 0; count < 5000; count++) socket.send("message");
    assertEquals(socket.next() !== undefined, true);
    socket.tryAgain();
    assertEquals(warnings, [
      `Cannot send output to syslog at UDP port ${UDP_PORT}: there is no "nobody" in /etc/hosts; ` +
      "lines are lost until it can",
    ]);
  }, { kind: "udp", host: "nobody", port: UDP_PORT });
});

Deno.test("what waits is handed on to another manager's way", () => {
  inFolder(({ socket, path }) => {
    socket.send("before");
    const next = new SyslogSocket({
      platform: PLATFORM,
      ...{ place: { kind: "path", path } as const, findHost: () => undefined },
      lostMessages: () => [],
      warn: () => {},
    });
    const syslog = listen(path, "datagram");
    next.adopt(socket.keep());
    next.send("after");
    assertEquals(received(syslog), ["before", "after"]);
    stop(syslog, path);
  });
});

Deno.test("ServiceLines gives whole lines, and one without an end in parts", () => {
  const lines = new ServiceLines();
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(lines.take(bytes("one\ntw")), ["one"]);
  assertEquals(lines.take(bytes("o\n\nthree")), ["two", ""]);
  assertEquals(lines.finish(), ["three"]);
  assertEquals(lines.finish(), []);
  assertEquals(lines.take(bytes("z".repeat(40_000)))[0]?.length, 40_000);
  assertEquals(lines.take(bytes("\n")), [""]);
});
