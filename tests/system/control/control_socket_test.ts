/**
 * The control socket of the built manager: what only a real kernel shows.
 */
import { until } from "../../wait.ts";
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { fromHex, toHex } from "../../transcripts/transcripts.ts";
import { type Manager, PROGRAM, withManager } from "../manager.ts";
import { RecordedConnection } from "../scenarios/recorded_daemon.ts";

const VERSION = "3a01000700";
const INTERNAL = 'type = "internal"\n';
const SLEEPER = 'type = "process"\ncommand = "sleep 1000"\nrestart = false\n';

const BUILT = [surroundings("dist/dinit (npm run build)", isBuilt())];

function isBuilt(): boolean {
  try {
    return Deno.statSync(PROGRAM).isFile;
  } catch {
    return false;
  }
}

async function connect(manager: Manager): Promise<RecordedConnection> {
  return new RecordedConnection(
    await Deno.connect({ transport: "unix", path: manager.socket }),
  );
}

async function askVersion(connection: RecordedConnection): Promise<string> {
  await connection.send(fromHex("00"));
  return toHex(await connection.receive(5));
}

/** Residence in memory, in bytes: proc(5), statm counts pages. */
function residentBytes(pid: number): number {
  const pages = Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]);
  return pages * 4096;
}

testNeeding(
  "dinit keeps its control socket private",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const { mode } = await Deno.lstat(manager.socket);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    }),
);

testNeeding(
  "dinit removes its control socket at its end",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      manager.signal("SIGTERM");
      await manager.ended();
      const isThere = await Deno.lstat(manager.socket).then(() => true, () => false);
      assert(!isThere);
    }),
);

testNeeding(
  "dinit leaves at its end what others have put in its socket's place",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (first) => {
      await Deno.remove(first.socket);
      // By this one it is known that a manager is there.
      const state = `${first.socket}.state`;
      await Deno.remove(state);
      await withManager({ services: { boot: INTERNAL }, socket: first.socket }, async (second) => {
        const { ino } = await Deno.stat(state);
        first.signal("SIGTERM");
        await first.ended();
        await second.ctlOk("list");
        assertEquals((await Deno.stat(state)).ino, ino);
        await Deno.remove(second.socket);
        await Deno.writeTextFile(second.socket, "precious");
        second.signal("SIGTERM");
        await second.ended();
        assertEquals(await Deno.readTextFile(first.socket), "precious");
        const names = [...Deno.readDirSync(first.folder)].map(({ name }) => name);
        assertEquals(names.filter((name) => name.startsWith(".dinit-")), []);
      });
    }),
);

testNeeding(
  "dinit serves 300 control connections at once",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const connections: RecordedConnection[] = [];
      for (let count = 0; count < 300; count++) {
        const connection = await connect(manager);
        connections.push(connection);
        // An answer means that it was accepted: Deno does not wait for room in the queue.
        assertEquals(await askVersion(connection), VERSION);
      }
      const answers = await Promise.all(connections.map(askVersion));
      assertEquals([...new Set(answers)], [VERSION]);
      for (const connection of connections) connection.close();
    }),
);

testNeeding(
  "dinit is not held up, nor filled, by a client that does not read",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const deaf = await connect(manager);
      const long = "x".repeat(1000);
      for (let count = 0; count < 60; count++) {
        await deaf.send(fromHex(`11f703`));
        await deaf.send(new TextEncoder().encode(`NAME_${count}=`.padEnd(1015, long)));
        assertEquals(toHex(await deaf.receive(1)), "32");
      }
      const before = residentBytes(manager.pid);
      // The sockets' buffers fill, then nothing is read any more: this write stays pending.
      const pending = deaf.send(fromHex("1800".repeat(500_000))).catch(() => {});
      const other = await connect(manager);
      for (let count = 0; count < 100; count++) assertEquals(await askVersion(other), VERSION);
      const grown = residentBytes(manager.pid) - before;
      assert(grown < 32 * 1024 * 1024, `grew by ${grown} bytes`);
      other.close();
      // Deno ends a write that waits only when the other side is gone.
      manager.signal("SIGTERM");
      await manager.ended();
      await pending;
      deaf.close();
    }),
);

testNeeding(
  "dinit takes up again with a client that was slow to read",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const slow = await connect(manager);
      const count = 20_000;
      const sending = slow.send(fromHex("00".repeat(count)));
      const other = await connect(manager);
      assertEquals(await askVersion(other), VERSION);
      assertEquals(toHex(await slow.receive(5 * count)), VERSION.repeat(count));
      await sending;
      slow.close();
      other.close();
    }),
);

testNeeding(
  "dinit answers a client that closes its sending side",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const connection = await Deno.connect({ transport: "unix", path: manager.socket });
      await connection.write(fromHex("00"));
      await connection.closeWrite();
      const client = new RecordedConnection(connection);
      assertEquals(toHex(await client.receiveEnd()), VERSION);
      client.close();
    }),
);

testNeeding(
  "dinit makes its socket anew on SIGUSR1 and keeps connections",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const old = await connect(manager);
      const watcher = Deno.watchFs(manager.folder);
      await Deno.remove(manager.socket);
      manager.signal("SIGUSR1");
      await within(10_000, "a new socket", waitForSocket(watcher, manager.socket));
      const fresh = await connectSoon(manager);
      assertEquals(await askVersion(fresh), VERSION);
      assertEquals(await askVersion(old), VERSION);
      fresh.close();
      old.close();
    }),
);

async function waitForSocket(watcher: Deno.FsWatcher, path: string): Promise<void> {
  for await (const event of watcher) {
    if (event.kind === "create" && event.paths.includes(path)) return;
  }
}

/** The file exists a moment before it is listened on. */
async function connectSoon(manager: Manager): Promise<RecordedConnection> {
  let connection: RecordedConnection | undefined;
  await until("a connection", async () => {
    connection = await connect(manager).catch(() => undefined);
    return connection !== undefined;
  });
  return connection as unknown as RecordedConnection;
}

testNeeding(
  "a second dinit leaves the first one's socket alone",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      const folder = manager.folder;
      const second = await new Deno.Command(PROGRAM, {
        args: ["-u", "-d", `${folder}/services`, "-p", manager.socket, "-l", `${folder}/log2`],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).output();
      assertEquals(second.code, 1);
      const connection = await connect(manager);
      assertEquals(await askVersion(connection), VERSION);
      connection.close();
    }),
);

testNeeding(
  "dinit takes the place of a socket that a killed manager left",
  BUILT,
  () =>
    withManager({ services: { boot: INTERNAL } }, async (manager) => {
      manager.signal("SIGKILL");
      await manager.ended();
      const folder = manager.folder;
      const next = new Deno.Command(PROGRAM, {
        args: [
          ...["-u", "-q", "-F", "1", "-d", `${folder}/services`],
          ...["-p", manager.socket, "-l", `${folder}/log2`],
        ],
        stdin: "null",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const reader = next.stdout.getReader();
      await within(10_000, "the second manager's socket", reader.read());
      const connection = await connect(manager);
      assertEquals(await askVersion(connection), VERSION);
      connection.close();
      next.kill("SIGTERM");
      await within(10_000, "the second manager's end", next.status);
      await reader.cancel();
    }),
);

testNeeding(
  "dinit tells a listener of a service's end that nobody asked for",
  BUILT,
  () =>
    withManager(
      { services: { boot: INTERNAL, p: SLEEPER }, start: ["boot", "p"] },
      async (manager) => {
        await manager.outputHas("[  OK  ] p");
        const connection = await connect(manager);
        await connection.send(fromHex("01010070"));
        await connection.receive(7);
        Deno.kill(await manager.servicePid("p"), "SIGKILL");
        const event = toHex(await connection.receive(21));
        assertEquals(event, "651500000000010000000600000200000009000000");
        connection.close();
      },
    ),
);

testNeeding(
  "a service with pass-cs-fd orders its manager over the passed connection",
  BUILT,
  () => {
    const orderer = 'type = "scripted"\noptions = ["pass-cs-fd"]\n' +
      `command = "${PROGRAM} ctl --use-passed-cfd start --no-wait target"\n`;
    const services = { boot: 'waits-for = ["orderer"]\n', orderer, target: INTERNAL };
    return withManager({ services }, async (manager) => {
      await manager.outputHas("target");
      assertIncludes(await manager.ctlOk("list"), "target");
    });
  },
);
