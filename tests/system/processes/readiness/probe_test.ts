/** Probes against real servers, by the executable: those that answer, lie, are silent, or flood. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import { until } from "../../../wait.ts";
import { type Manager, PROGRAM, withManager } from "../../manager.ts";
import { goesOn } from "../../crashes/services.ts";
import { upgrade } from "../../reexec/services.ts";
import { flooding, saying, serve, type Server, silent } from "./probing_servers.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sh", "-c", "exec sleep 1000"]\n';
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nall ok";
const BUSY = "HTTP/1.1 503 Busy\r\n\r\n";

interface Health {
  readonly purpose: string;
  readonly state: string;
  readonly why: string | null;
}

async function status(manager: Manager): Promise<
  { readonly state: string; readonly pid: number; readonly health: Health | null }
> {
  const found = JSON.parse(await manager.ctlOk("status", "--json", "srv"));
  return found[0] ?? found;
}

async function isHealth(manager: Manager, state: string): Promise<void> {
  await until(`the service is ${state}`, async () => {
    return (await status(manager)).health?.state === state;
  });
}

/** A manager of one service that is asked, and a server. */
async function withProbe(
  server: Server,
  settings: string,
  body: (manager: Manager) => Promise<void>,
): Promise<void> {
  const services = { boot: 'waits-for = ["keep", "srv"]\n', keep: SLEEP, srv: SLEEP + settings };
  try {
    await withManager({ services, start: ["keep", "srv"] }, body);
  } finally {
    await server.close();
  }
}

Deno.test("a service is started once its server answers as wanted", async () => {
  const server = serve(saying(BUSY));
  const settings = `[readiness]\nhttp = "http://127.0.0.1:${server.port}/x?y"\ncontains = "ok"\n` +
    'interval = "0.1s"\n';
  await withProbe(server, settings, async (manager) => {
    await until("the third try", () => server.count() >= 3);
    const { state, health } = await status(manager);
    assertEquals([state, health?.state, health?.why], ["starting", "unknown", "the status is 503"]);
    server.answer = saying("HTTP/1.1 200 OK\r\n\r\nnothing");
    await until("the body is looked at", async () => {
      return (await status(manager)).health?.why === 'the body does not contain "ok"';
    });
    server.answer = saying(OK);
    await manager.outputHas("[  OK  ] srv");
    assertEquals((await status(manager)).health, null);
  });
});

Deno.test("a service whose server falls silent is ended, and comes back", async () => {
  const server = serve(saying(OK));
  const settings = `[liveness]\nhttp = "http://localhost:${server.port}/"\n` +
    'interval = "0.1s"\ntimeout = "0.3s"\nfailures = 2\n';
  await withProbe(server, settings, async (manager) => {
    await isHealth(manager, "healthy");
    const { pid } = await status(manager);
    server.answer = silent;
    await until("the process is ended", () => {
      return /srv: Is unhealthy: no answer within \S+; sending SIGTERM/.test(manager.log());
    });
    server.answer = saying(OK);
    await until("another process", async () => {
      const now = await status(manager);
      return now.state === "started" && now.pid !== pid && now.health?.state === "healthy";
    });
  });
});

for (
  const [what, head, piece] of [
    ["a body", "HTTP/1.1 200 OK\r\n\r\n", "x"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"],
    ["a header", "HTTP/1.1 200 OK\r\nX: ", "x"],
  ] as const
) {
  Deno.test(`a server that floods with ${what} is given up, and holds nobody up`, async () => {
    const server = serve(flooding(head, piece));
    const settings = `[liveness]\nhttp = "http://localhost:${server.port}/"\ncontains = "ok"\n` +
      'interval = "0.1s"\nfailures = 1\naction = "mark"\n';
    await withProbe(server, settings, async (manager) => {
      await isHealth(manager, "unhealthy");
      assertMatch(
        (await status(manager)).health?.why ?? "",
        /^(the first 64 kB|its header is longer|the body comes)/,
      );
      assertEquals((await status(manager)).state, "started");
      server.answer = saying(OK);
      await isHealth(manager, "healthy");
      assertIncludes(manager.log(), "srv: Answers its liveness probe again");
    });
  });
}

Deno.test("what was found outlives a new manager and a crash, and it goes on asking", async () => {
  const server = serve(saying(BUSY));
  const settings = `[liveness]\nhttp = "http://localhost:${server.port}/"\n` +
    'interval = "0.1s"\nfailures = 1\naction = "mark"\n';
  await withProbe(server, settings, async (manager) => {
    await isHealth(manager, "unhealthy");
    assertIncludes(await manager.ctlOk("metrics"), 'dinit_service_healthy{service="srv"} 0');
    await upgrade(manager);
    await isHealth(manager, "unhealthy");
    const asked = server.count();
    await until("it asks again", () => server.count() > asked + 1);
    manager.signal("SIGSEGV");
    await goesOn(manager, 1);
    assertEquals((await status(manager)).health?.state, "unhealthy");
    server.answer = saying(OK);
    await isHealth(manager, "healthy");
  });
});

Deno.test("a start that waits for its probe goes on under a new manager", async () => {
  const server = serve(saying(BUSY));
  const settings = `[readiness]\nhttp = "http://localhost:${server.port}/"\ninterval = "0.1s"\n`;
  await withProbe(server, settings, async (manager) => {
    await until("a try", () => server.count() > 0);
    await upgrade(manager);
    assertEquals((await status(manager)).state, "starting");
    server.answer = saying(OK);
    await manager.outputHas("[  OK  ] srv");
  });
});

Deno.test("a closed port, a socket, a file and a command are asked", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-probe-" });
  const path = `${folder}/thing`;
  const interval = 'interval = "0.1s"\n';
  const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr as Deno.NetAddr;
  closed.close();
  const probes = {
    tcp: `[readiness]\ntcp = "127.0.0.1:${port}"\n${interval}`,
    unix: `[readiness]\nunix = "${path}.socket"\n${interval}`,
    file: `[readiness]\nfile = "${path}.file"\nyounger-than = "1h"\n${interval}`,
    command: `[readiness]\ncommand = ["/bin/test", "-e", "${path}.file"]\n${interval}`,
  };
  const names = Object.keys(probes);
  const services = Object.fromEntries(
    Object.entries(probes).map(([name, probe]) => [name, SLEEP + probe]),
  );
  await withManager(
    { services: { keep: SLEEP, ...services }, start: ["keep", ...names] },
    async (manager) => {
      const why = async (name: string) => {
        const found = JSON.parse(await manager.ctlOk("status", "--json", name));
        return (found[0] ?? found).health?.why ?? "";
      };
      const expected = {
        tcp: "cannot connect: connection refused (ECONNREFUSED)",
        unix: "cannot connect: no such file or directory (ENOENT)",
        file: `${path}.file is not there`,
        command: "the command exited with status 1",
      };
      for (const [name, text] of Object.entries(expected)) {
        await until(`${name}: ${text}`, async () => await why(name) === text);
      }
      const listeners = [
        Deno.listen({ hostname: "127.0.0.1", port }),
        Deno.listen({ transport: "unix", path: `${path}.socket` }),
      ];
      await Deno.writeTextFile(`${path}.file`, "");
      for (const name of names) await manager.outputHas(`[  OK  ] ${name}`);
      for (const listener of listeners) listener.close();
    },
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a probing command that hangs is killed with its group, and one more is made later", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-probe-" });
  const script = `echo $$$$ >> ${folder}/pids; sleep 1000 & wait`;
  const settings = `[readiness]\ncommand = ["/bin/sh", "-c", ${JSON.stringify(script)}]\n` +
    'interval = "0.1s"\ntimeout = "0.2s"\n';
  const interruptible = 'options = ["start-interruptible"]\n';
  const services = { keep: SLEEP, srv: SLEEP + interruptible + settings };
  await withManager({ services, start: ["keep", "srv"] }, async (manager) => {
    const pids = async () => {
      const text = await Deno.readTextFile(`${folder}/pids`).catch(() => "");
      return text.split("\n").filter((line) => line !== "");
    };
    await until("three tries", async () => (await pids()).length >= 3);
    assertEquals((await status(manager)).state, "starting");
    await manager.ctl("stop", "srv");
    await until("none is left", async () => !(await pids()).some(isThere));
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a name that /etc/hosts does not have is told, and no server is asked for it", async () => {
  const settings = '[liveness]\ntcp = "nowhere.invalid:80"\ninterval = "0.1s"\nfailures = 1\n' +
    'action = "mark"\n';
  const services = { keep: SLEEP, srv: SLEEP + settings };
  await withManager({ services, start: ["keep", "srv"] }, async (manager) => {
    await isHealth(manager, "unhealthy");
    const { health } = await status(manager);
    const why = 'there is no "nowhere.invalid" in /etc/hosts, and no name server is asked';
    assertEquals(health?.why, why);
    assertIncludes(await manager.ctlOk("list"), " (unhealthy)\n");
    const [, listed] = JSON.parse(await manager.ctlOk("list", "--json", "srv", "keep"));
    assertEquals([listed.name, listed.health.state, listed.health.why], ["srv", "unhealthy", why]);
  });
});

Deno.test("a probing command under way is ended by another manager, also after a crash", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-probe-" });
  const script = `echo $$$$ >> ${folder}/pids; sleep 1000 & wait`;
  const settings = `[liveness]\ncommand = ["/bin/sh", "-c", ${JSON.stringify(script)}]\n` +
    'interval = "1h"\ntimeout = "1h"\n';
  const services = { keep: SLEEP, srv: SLEEP + settings };
  await withManager({ services, start: ["keep", "srv"] }, async (manager) => {
    const pids = async () => {
      const text = await Deno.readTextFile(`${folder}/pids`).catch(() => "");
      return text.split("\n").filter((line) => line !== "");
    };
    const pid = async (index: number) => {
      await until(`try ${index}`, async () => (await pids()).length > index);
      return (await pids())[index] ?? "";
    };
    const first = await pid(0);
    await upgrade(manager);
    await until("the first is gone", () => !isThere(first));
    const second = await pid(1);
    manager.signal("SIGSEGV");
    await goesOn(manager, 1);
    await until("the second is gone", () => !isThere(second));
    assert(isThere(await pid(2)));
    assertEquals((await status(manager)).state, "started");
  });
  await Deno.remove(folder, { recursive: true });
});

function isThere(pid: string): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}

Deno.test("a command is run for one that is not well, and is told why", async () => {
  const server = serve(saying(BUSY));
  const folder = await Deno.makeTempDir({ prefix: "dinit-probe-" });
  const script =
    `echo "$$DINIT_PROBE_FAULT, $$MAINPID" > ${folder}/x; mv ${folder}/x ${folder}/told`;
  const settings = `[liveness]\nhttp = "http://localhost:${server.port}/"\ninterval = "0.1s"\n` +
    `failures = 1\nrun = ["/bin/sh", "-c", ${JSON.stringify(script)}]\n`;
  await withProbe(server, settings, async (manager) => {
    const read = () => Deno.readTextFile(`${folder}/told`).catch(() => "");
    await until("it is told", async () => await read() !== "");
    assertEquals(await read(), `the status is 503, ${(await status(manager)).pid}\n`);
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a reload gives a started service a probe, another one, and none", async () => {
  const server = serve(saying(BUSY));
  await withProbe(server, "", async (manager) => {
    await manager.outputHas("[  OK  ] srv");
    const file = (await Array.fromAsync(Deno.readDir(manager.folder)))
      .find(({ isDirectory }) => isDirectory);
    const path = `${manager.folder}/${file?.name}/srv.toml`;
    const probe = `[liveness]\nhttp = "http://localhost:${server.port}/"\ninterval = "0.1s"\n` +
      'failures = 1\naction = "mark"\n';
    await Deno.writeTextFile(path, SLEEP + probe);
    await manager.ctlOk("reload", "srv");
    await isHealth(manager, "unhealthy");
    await Deno.writeTextFile(path, `${SLEEP}${probe}status = 503\n`);
    await manager.ctlOk("reload", "srv");
    await isHealth(manager, "healthy");
    await Deno.writeTextFile(path, SLEEP);
    await manager.ctlOk("reload", "srv");
    const asked = server.count();
    await manager.ctlOk("list");
    assert(server.count() <= asked + 1);
  });
});

testNeeding("https is asked by a process of our own, which checks the certificate", [
  tool("openssl"),
], async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-probe-" });
  await certificates(folder);
  const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
  const listener = Deno.listenTls({
    ...{ hostname: "127.0.0.1", port: 0, cert: read("cert.pem"), key: read("key.pem") },
  });
  const { port } = listener.addr as Deno.NetAddr;
  const serving = (async () => {
    for await (const connection of listener) {
      await saying(OK)(connection).catch(() => {});
      connection.close();
    }
  })();
  const url = `https://localhost:${port}/`;
  const probe = async (...args: string[]) => {
    const { code, stderr } = await new Deno.Command(PROGRAM, { args: ["probe", ...args] }).output();
    return { code, err: new TextDecoder().decode(stderr) };
  };
  const untrusted = await probe(url);
  assertEquals(untrusted.code, 1);
  assertIncludes(untrusted.err, "invalid peer certificate");
  assertEquals(await probe("--ca-file", `${folder}/ca.pem`, "-c", "all ok", url), {
    code: 0,
    err: "",
  });
  const settings = `[readiness]\nhttp = "${url}"\nca-file = "${folder}/ca.pem"\ncontains = "ok"\n`;
  const services = { keep: SLEEP, srv: SLEEP + settings };
  await withManager({ services, start: ["keep", "srv"] }, async (manager) => {
    await manager.outputHas("[  OK  ] srv");
  });
  listener.close();
  await serving;
  await Deno.remove(folder, { recursive: true });
});

/** An authority, and a server's certificate of it. */
async function certificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
    assert(success, new TextDecoder().decode(stderr));
  };
  const key = ["-newkey", "rsa:2048", "-nodes"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test");
  await openssl("req", ...key, "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=localhost");
  await Deno.writeTextFile(
    `${folder}/ext`,
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
  );
  await openssl(
    ...["x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
    ...["-extfile", "ext", "-out", "cert.pem"],
  );
}
