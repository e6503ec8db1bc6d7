/**
 * Whoever starts a manager or a client may ignore signals; what they rely on they set themselves.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { PROGRAM, withManager } from "../manager.ts";

/** Ignores all signals that can be ignored and become the program of the words that follow. */
const IGNORING = [
  "perl",
  "-e",
  '$SIG{$_} = "IGNORE" for grep { !/KILL|STOP|^NUM/ } keys %SIG; exec {$ARGV[0]} @ARGV or die $!',
];

testNeeding(
  "a manager whose starter ignores signals sees the ends of its children and stops",
  [tool("perl")],
  async () => {
    const services = {
      boot: 'type = "internal"\nwaits-for = ["steady", "once"]\n',
      steady: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrestart = true\n',
      once: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exit 0"]\n',
    };
    await withManager({ services, through: IGNORING }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      await manager.outputHas("[  OK  ] once");
      const first = await manager.servicePid("steady");
      const status = await Deno.readTextFile(`/proc/${first}/status`);
      assertIncludes(status, "SigIgn:\t0000000000000000\n", "services start with default actions");
      assertIncludes(status, "SigBlk:\t0000000000000000\n");
      manager.forgetOutput();
      Deno.kill(first, "SIGKILL");
      await manager.outputHas("[  OK  ] steady");
      await manager.ctlOk("stop", "steady");
      manager.signal("SIGTERM");
      assertEquals((await manager.ended()).code, 0);
    });
  },
);

testNeeding(
  "a client whose starter ignores signals runs programs to their end",
  [tool("perl")],
  async () => {
    const services = { boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n' };
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      const [perl = "", ...ignoring] = IGNORING;
      const monitor = [PROGRAM, "monitor", "-p", manager.socket, "-i", "-e"];
      const { success, stdout, stderr } = await new Deno.Command(perl, {
        args: [...ignoring, ...monitor, "-c", "/bin/grep Sig.gn /proc/self/status", "boot"],
        stdin: "null",
      }).output();
      const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assert(success, err);
      assertEquals([out, err], ["SigIgn:\t0000000000000000\n", ""]);
    });
  },
);
