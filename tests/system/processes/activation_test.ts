/** Sockets that the manager opens for services. */
import { within } from "../../../tools/limit.ts";
import { assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";
import { say } from "../programs/talk.ts";

/** Asks for the output until it has the text. */
async function outputOf(manager: Manager, service: string, text: string): Promise<string> {
  let output = "";
  let goesOn = true;
  const asking = (async () => {
    while (goesOn && !output.includes(text)) output = await manager.ctlOk("catlog", service);
  })();
  await within(10_000, `"${text}" in the output of ${service}`, asking).finally(() => {
    goesOn = false;
  });
  return output;
}

/** Asks until the service has no process. */
async function listensAgain(manager: Manager, service: string): Promise<void> {
  let goesOn = true;
  const asking = (async () => {
    while (goesOn && (await manager.ctlOk("status", service)).includes("Process ID"));
  })();
  await within(10_000, `the end of ${service}'s process`, asking).finally(() => {
    goesOn = false;
  });
}

function shell(script: string, settings: string): string {
  const escaped = JSON.stringify(script.replaceAll("$", "$$$$"));
  return `type = "process"\ncommand = ["/bin/sh", "-c", ${escaped}]\n` +
    `log-type = "buffer"\nlog-buffer-size = 65536\n${settings}`;
}

/** A port of the loopback that is free now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

Deno.test("sockets of all kinds are passed in order, with names, to the final process", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const [tcp, udp, tcp6] = [freePort(), freePort(), freePort()];
  const services = {
    boot: shell(
      'echo "$LISTEN_FDS $LISTEN_FDNAMES"; test $LISTEN_PID = $$ && echo mine; ' +
        "ls -l /proc/$$/fd; echo done; exec sleep 1000",
      `socket-listen = "${folder}/first"\n` +
        `[[socket]]\nlisten = "${folder}/dgram"\ntype = "datagram"\npermissions = "620"\n` +
        `[[socket]]\nlisten = "127.0.0.1:${tcp}"\nname = "http"\n` +
        `[[socket]]\nlisten = "127.0.0.1:${udp}"\ntype = "datagram"\nname = "dns"\n` +
        `[[socket]]\nlisten = "[::]:${tcp6}"\nname = "any"\n` +
        `[[socket]]\nlisten = "@dinit-test-${tcp}"\nname = "abstract"\ntype = "seqpacket"\n`,
    ),
  };
  try {
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const output = await outputOf(manager, "boot", "done");
      assertMatch(output, /^6 unknown:boot:http:dns:any:abstract\nmine\n/);
      for (const number of [3, 4, 5, 6, 7, 8]) {
        assertMatch(output, new RegExp(` ${number} -> socket:`));
      }
      assertEquals((await Deno.lstat(`${folder}/dgram`)).mode! & 0o777, 0o620);
      (await Deno.connect({ transport: "unix", path: `${folder}/first` })).close();
      (await Deno.connect({ hostname: "127.0.0.1", port: tcp })).close();
      (await Deno.connect({ hostname: "127.0.0.1", port: tcp6 })).close();
      const hex = udp.toString(16).toUpperCase().padStart(4, "0");
      assertIncludes(await Deno.readTextFile("/proc/net/udp"), `0100007F:${hex}`);
      assertIncludes(await Deno.readTextFile("/proc/net/unix"), `@dinit-test-${tcp}`);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("passed sockets block, also when an earlier process has changed that", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const services = {
    boot: shell(
      // perl: F_GETFL 3, F_SETFL 4, O_NONBLOCK 04000.
      'exec perl -e \'$| = 1; for (3, 4, 5) { open $f, "+<&=", $_; $flags = fcntl $f, 3, 0; ' +
        'print $flags & 04000 ? "no " : "yes "; fcntl $f, 4, $flags | 04000; push @kept, $f } ' +
        'print "end\\n"; sleep 1000\'',
      `restart = true\nrestart-delay = 0\nsocket-listen = "${folder}/first"\n` +
        `[[socket]]\nlisten = "${folder}/s"\n` +
        `[[socket]]\nlisten = "${folder}/d"\ntype = "datagram"\n`,
    ),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  try {
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await outputOf(manager, "boot", "no yes yes end");
      Deno.kill(await manager.servicePid("boot"), "SIGKILL");
      await outputOf(manager, "boot", "restarted)\nno yes yes end");
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Runs a program without IPv6: a filter of system calls, which its children have, too. */
const WITHOUT_IPV6 = `
import ctypes, os, struct, sys
call = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
code = [(0x20, 0, 0, 0), (0x15, 0, 3, call), (0x20, 0, 0, 16), (0x15, 0, 1, 10),
        (0x06, 0, 0, 0x00050000 | 97), (0x06, 0, 0, 0x7fff0000)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in code))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
found = Filter(len(code), ctypes.addressof(program))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(found), 0, 0):
    sys.exit(os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[1], sys.argv[1:])
`;

testNeeding("a port of all addresses is IPv4's alone where the kernel has no IPv6", [
  tool("python3"),
], async () => {
  const [bare, starred, explicit] = [freePort(), freePort(), freePort()];
  const services = {
    boot: shell(
      "exec sleep 1000",
      `[[socket]]\nlisten = "${bare}"\n[[socket]]\nlisten = "*:${starred}"\n`,
    ),
    six: shell("exec sleep 1000", `[[socket]]\nlisten = "[::]:${explicit}"\n`),
    only: shell("exec sleep 1000", `[[socket]]\nlisten = "${explicit}"\nipv6-only = true\n`),
  };
  const through = ["python3", "-c", WITHOUT_IPV6];
  await withManager({ services, through }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    for (const port of [bare, starred]) {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    }
    for (const name of ["six", "only"]) {
      assertEquals((await manager.ctl("start", name)).code, 1);
      assertMatch(manager.log(), new RegExp(`${name}: .*EAFNOSUPPORT`));
    }
  });
});

Deno.test("a port that is taken makes the start fail with the reason", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const services = {
    boot: 'waits-for = ["web"]\n',
    web: shell("exec sleep 1000", `[[socket]]\nlisten = "127.0.0.1:${port}"\n`),
  };
  try {
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[FAILED] web");
      const where = `TCP 127.0.0.1:${port}: bind: address already in use (EADDRINUSE)`;
      assertIncludes(manager.log(), `web: Cannot listen on ${where}`);
      const lines = /Stage: setting up activation socket\n +Error: Address already in use/;
      const status = await manager.ctlOk("status", "web");
      assertMatch(status, lines);
      assertIncludes(status, where);
      const { code, out, err } = await manager.ctl("start", "web");
      assertEquals(code, 1);
      assertMatch(out + err, lines);
      assertIncludes(out + err, where);
    });
  } finally {
    listener.close();
  }
});

Deno.test("a service on demand is started by each datagram and listens in between", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  const services = {
    boot: 'depends-on = ["eater"]\n',
    eater: shell(
      "dd bs=100 count=1 <&3 2>/dev/null; echo eaten",
      'socket-activation = "on-demand"\nrestart-delay = 0.01\n' +
        `[[socket]]\nlisten = "${path}"\ntype = "datagram"\n`,
    ),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  try {
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      assertEquals(JSON.parse(await manager.ctlOk("status", "--json", "eater"))[0].pid, null);
      say(path, "one ");
      await outputOf(manager, "eater", "one eaten");
      say(path, "two ");
      const output = await outputOf(manager, "eater", "two eaten");
      assertEquals(output.match(/eaten/g)?.length, 2);
      assertEquals(
        JSON.parse(await manager.ctlOk("status", "--json", "eater"))[0].state,
        "started",
      );
      await manager.ctlOk("stop", "--force", "eater");
      assertEquals(
        JSON.parse(await manager.ctlOk("status", "--json", "eater"))[0].state,
        "stopped",
      );
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a connection that waits starts a process that was killed again", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  const services = {
    boot: shell(
      "echo begun $$; exec sleep 1000",
      `socket-activation = "on-demand"\nrestart-delay = 0.01\nsocket-listen = "${path}"\n`,
    ),
  };
  try {
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const connection = await Deno.connect({ transport: "unix", path });
      await outputOf(manager, "boot", "begun");
      const pid = await manager.servicePid("boot");
      Deno.kill(pid, "SIGKILL");
      await outputOf(manager, "boot", "(dinit: note: service restarted)\nbegun");
      connection.close();
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a start takes the path of a socket that a worker of the last run still holds", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  // The worker is in a session of its own, so that the stop does not end it.
  const services = {
    boot: 'type = "internal"\n',
    web: shell(
      "rm -f worker; setsid sh -c 'echo $$ > worker; exec sleep 1000' & " +
        "while test ! -s worker; do sleep 0.01; done; echo up; exec sleep 1000",
      `working-dir = "${folder}"\nsocket-listen = "${path}"\n`,
    ),
  };
  const endWorker = () => Deno.kill(Number(Deno.readTextFileSync(`${folder}/worker`)), "SIGKILL");
  try {
    await withManager({ services }, async (manager) => {
      await manager.ctlOk("start", "web");
      await outputOf(manager, "web", "up");
      const former = Number(await Deno.readTextFile(`${folder}/worker`));
      await manager.ctlOk("stop", "web");
      assertIncludes(await Deno.readLink(`/proc/${former}/fd/3`), "socket:");
      await manager.ctlOk("start", "web");
      Deno.kill(former, "SIGKILL");
      await outputOf(manager, "web", "restarted)\nup");
      (await Deno.connect({ transport: "unix", path })).close();
      endWorker();
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a program that takes nothing of what comes is not started without end", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  const services = {
    boot: shell(
      "echo begun",
      `socket-activation = "on-demand"\nrestart-delay = 0\nrestart = true\n` +
        `activation-limit-interval = 1000\nsocket-listen = "${path}"\n`,
    ),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  try {
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const connection = await Deno.connect({ transport: "unix", path });
      await manager.outputHas("[STOPPD] boot");
      // The first one was for something new.
      assertEquals((await manager.ctlOk("catlog", "boot")).match(/begun/g)?.length, 21);
      assertMatch(manager.log(), /boot: Started 20 times within 1000 s for what waits on ".*in"/);
      const status = await manager.ctlOk("status", "boot");
      assertMatch(status, /STOPPED \(failed/);
      assertIncludes(status, "Started 20 times within 1000 s");
      connection.close();
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a service on demand takes any number of things one after the other", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  const services = {
    boot: shell(
      "dd bs=100 count=1 <&3 2>/dev/null; echo eaten",
      'socket-activation = "on-demand"\nrestart-delay = 0\n' +
        `activation-limit-count = 2\nactivation-limit-interval = 1000\n` +
        `[[socket]]\nlisten = "${path}"\ntype = "datagram"\n`,
    ),
    keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
  };
  try {
    await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      for (let count = 0; count < 8; count++) {
        say(path, `<${count}> `);
        await outputOf(manager, "boot", `<${count}> eaten`);
        // Only what comes while it listens is nothing that was left.
        await listensAgain(manager, "boot");
      }
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const listen of ["path", "TCP"]) {
  testNeeding(
    `a socket that its process shuts down fails the service: ${listen}`,
    [tool("perl")],
    async () => {
      const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
      const port = freePort();
      const address = listen === "TCP" ? `127.0.0.1:${port}` : `${folder}/in`;
      const services = {
        boot: shell(
          "exec perl -e 'open $s, \"+<&=\", 3; accept $c, $s; shutdown $s, 2'",
          'socket-activation = "on-demand"\nrestart = true\nrestart-delay = 0\n' +
            `[[socket]]\nlisten = "${address}"\n`,
        ),
        keep: 'type = "process"\ncommand = "/bin/sleep 1000"\n',
      };
      try {
        await withManager({ services, start: ["keep", "boot"] }, async (manager) => {
          await manager.outputHas("[  OK  ] boot");
          const connection = listen === "TCP"
            ? await Deno.connect({ hostname: "127.0.0.1", port })
            : await Deno.connect({ transport: "unix", path: address });
          await manager.outputHas("[STOPPD] boot");
          assertIncludes(manager.log(), "boot: Cannot go on listening on ");
          assertIncludes(manager.log(), "a process has shut the socket down");
          assertIncludes(await manager.ctlOk("status", "boot"), "setting up activation socket");
          connection.close();
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}

const NEEDS_ROOT = [surroundings("root", Deno.uid() === 0), tool("setpriv")];

for (const without of ["-net_admin", "+all"]) {
  testNeeding(`a socket gets its mode and owner, rights ${without}`, NEEDS_ROOT, async () => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
    const settings = `socket-listen = "${folder}/in"\nsocket-permissions = "620"\n` +
      "socket-uid = 65534\nsocket-gid = 12\n";
    const services = { boot: shell("exec sleep 1000", settings) };
    const through = ["setpriv", `--bounding-set=${without}`, "--"];
    try {
      await withManager({ services, through }, async (manager) => {
        await manager.outputHas("[  OK  ] boot");
        const { mode, uid, gid } = await Deno.lstat(`${folder}/in`);
        assertEquals([(mode ?? 0) & 0o777, uid, gid], [0o620, 65534, 12]);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a socket that another program has is not taken away from it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "dinit-sockets-" });
  const path = `${folder}/in`;
  const listener = Deno.listen({ transport: "unix", path });
  const services = {
    boot: 'type = "internal"\n',
    web: shell("exec sleep 1000", `socket-listen = "${path}"\n`),
  };
  try {
    await withManager({ services }, async (manager) => {
      assertEquals((await manager.ctl("start", "web")).code, 1);
      assertMatch(
        manager.log(),
        new RegExp(`web: Cannot listen on "${path}": another process has a socket there`),
      );
      const connection = await Deno.connect({ transport: "unix", path });
      (await listener.accept()).close();
      connection.close();
    });
  } finally {
    listener.close();
    await Deno.remove(folder, { recursive: true });
  }
});
