/** Services whose output goes to a real syslog daemon, busybox's, and to a socket of RFC 5424. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { until } from "../../wait.ts";
import { started } from "../killed/left.ts";
import { type Manager, withManager } from "../manager.ts";

/** Runs a shell script. */
function script(text: string, settings = ""): string {
  const command = JSON.stringify(["/bin/sh", "-c", text.replaceAll("$", "$$$$")]);
  return `type = "process"\ncommand = ${command}\n${settings}`;
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

/** The lines that the daemon has written for a program, without times and host. */
const linesOf = (path: string, identifier: string) =>
  textOf(path).split("\n").filter((line) => line.includes(` ${identifier}: `))
    .map((line) => line.replace(/^\w+ +\d+ [\d:]+ \S+ /, ""));

const ROOT = surroundings("root", Deno.uid() === 0);

testNeeding(
  "busybox's syslogd gets lines with name, facility and level, also those of before and while it is away",
  [tool("unshare"), tool("busybox"), ROOT],
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/dev`);
      const messages = `${folder}/messages`;
      // A /dev of its own, in which nothing but the daemon under test is.
      const mount = `mount -t tmpfs none ${folder}/dev && ` +
        `cp -a /dev/null /dev/zero /dev/urandom /dev/tty ${folder}/dev && ` +
        `mount --bind ${folder}/dev /dev && exec "$@"`;
      const syslogd = `type = "process"\ncommand = "busybox syslogd -n -O ${messages}"\n` +
        'options = ["starts-log"]\nrestart = true\n';
      const web = "echo early; echo '<3>an error'; printf '\\033[2Jodd\\n'; " +
        `while [ ! -e ${folder}/go ]; do sleep 0.05; done; echo after; exec sleep 1000`;
      const services = {
        boot: 'type = "internal"\nwaits-for = ["web", "named"]\n',
        web: script(web, 'syslog = true\nlog-type = "buffer"\n'),
        named: script(
          "echo hello; exec sleep 1000",
          'syslog = true\nsyslog-identifier = "shop"\nsyslog-facility = "local3"\n' +
            'syslog-level = "notice"\nlog-type = "buffer"\n',
        ),
        syslogd,
      };
      const through = ["unshare", "-m", "/bin/sh", "-c", mount, "sh"];
      await withManager({ services, through }, async (manager: Manager) => {
        await started(manager, "web");
        await until("output", async () => (await manager.ctl("catlog", "named")).out !== "");
        assertEquals(textOf(messages), "");
        await manager.ctlOk("start", "syslogd");
        await until("what waited", () => linesOf(messages, "shop").length > 0);
        await until("all of it", () => linesOf(messages, "web").length === 3);
        assertEquals(linesOf(messages, "web"), [
          "daemon.info web: early",
          "daemon.err web: an error",
          "daemon.info web: \ufffd[2Jodd",
        ]);
        assertEquals(linesOf(messages, "shop"), ["local3.notice shop: hello"]);
        // The daemon goes, a line comes meanwhile, and another manager goes on with it.
        await manager.ctlOk("stop", "syslogd");
        await Deno.writeTextFile(`${folder}/go`, "");
        await until(
          "the line",
          async () => (await manager.ctl("catlog", "web")).out.includes("after"),
        );
        await manager.ctlOk("reexec");
        await manager.ctlOk("start", "syslogd");
        await until("the line of between", () =>
          linesOf(messages, "web").includes("daemon.info web: after"));
      });
    }),
);

Deno.test("--syslog-socket gets messages of RFC 5424", () =>
  withFolder(async (folder) => {
    const path = `${folder}/log`;
    // Prints what comes, a datagram a line.
    const program = "use Socket; socket(S, AF_UNIX, SOCK_DGRAM, 0) or die; " +
      "bind(S, sockaddr_un($ARGV[0])) or die; $| = 1; " +
      'print "ready\\n"; while (defined recv(S, $m, 65536, 0)) { print "$m\\n" }';
    const daemon = new Deno.Command("perl", {
      args: ["-e", program, path],
      stdout: "piped",
      stdin: "null",
    }).spawn();
    let got = "";
    const reading = (async () => {
      for await (const text of daemon.stdout.pipeThrough(new TextDecoderStream())) got += text;
    })();
    try {
      await until("the daemon", () => got.includes("ready"));
      const options = {
        services: { boot: script("echo '<4>hot'; exec sleep 1000", "syslog = true\n") },
        args: ["--syslog-socket", path],
      };
      await withManager(options, async () => {
        await until("a message", () => got.includes("hot"));
      });
      assertMatch(got, /^<28>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ boot - - - hot$/m);
      assert(!got.includes("<4>"));
      assertIncludes(got, ` ${Deno.hostname()} `);
    } finally {
      daemon.kill();
      await daemon.status;
      await reading;
    }
  }));
