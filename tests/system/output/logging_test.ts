/**
 * Where the system manager's messages go: syslog from the first moment that it is there, again
 * after a restart of it; the kernel's log; a file; and what of it reaches the console.
 */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";

const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';
/**
 * Names the facility and level of each message. It makes /dev/log some time after it has started.
 */
const SYSLOGD = 'type = "process"\noptions = ["starts-log"]\nrestart = true\nrestart-delay = 0\n' +
  'command = ["/bin/busybox", "syslogd", "-n", "-O", "/run/messages"]\n';

/**
 * Waits until the file of the machine has the text, asking the manager to say something meanwhile.
 */
async function fileHas(machine: BareMachine, path: string, pattern: RegExp): Promise<string> {
  const outside = await machine.path(path);
  let text = "";
  await until(`${pattern} in ${path}`, async () => {
    text = await Deno.readTextFile(outside).catch(() => "");
    if (pattern.test(text)) return true;
    await machine.ctl("start", "echo");
    await machine.ctl("stop", "echo");
    return false;
  });
  return text;
}

testNeeding(
  "messages of the early boot reach syslog as soon as it is there",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = {
      early: "",
      boot: `${KEEP}depends-on = ["early", "log"]\nwaits-for = ["broken"]\n`,
      log: `${SYSLOGD}depends-on = ["early"]\n`,
      broken: 'type = "process"\ncommand = ["/bin/missing"]\n',
      echo: "",
    };
    await withBareMachine({ services }, async (machine) => {
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
      const text = await fileHas(machine, "/run/messages", /service boot started/);
      assertMatch(text, / daemon\.notice dinit: service early started\.$/m);
      assertMatch(text, / daemon\.notice dinit: service boot started\.$/m);
      assertMatch(text, / daemon\.err dinit: broken: Cannot run the command: /m);
      assertMatch(text, / daemon\.err dinit: service broken failed to start\.$/m);
      assertEquals(text.match(/service early started/g)?.length, 1);
    });
  },
);

testNeeding("a syslog that was restarted is connected to again", BARE_MACHINE_NEEDS, async () => {
  const services = { boot: `${KEEP}depends-on = ["log"]\n`, log: SYSLOGD, echo: "" };
  await withBareMachine({ services }, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    await fileHas(machine, "/run/messages", /service boot started/);
    await Deno.remove(await machine.path("/run/messages"));
    assertEquals((await machine.ctl("restart", "--force", "log")).code, 0);
    await fileHas(machine, "/run/messages", /service echo started/);
  });
});

testNeeding("a log file named /dev/kmsg gets records with levels", BARE_MACHINE_NEEDS, async () => {
  const services = {
    boot: `${KEEP}waits-for = ["broken"]\n`,
    broken: 'type = "process"\ncommand = ["/bin/missing"]\n',
  };
  // Not the host's kernel log: a file in its place shows what was written.
  const machineOptions = { services, args: ["-l", "/dev/kmsg"], before: ": >dev/kmsg" };
  await withBareMachine(machineOptions, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    const text = await fileHas(machine, "/dev/kmsg", /boot started/);
    assertMatch(text, /^<27>dinit: broken: Cannot run the command: /m);
    assertMatch(text, /^<29>dinit: service boot started\.$/m);
  });
  await withBareMachine({ services, args: ["-l", "/dev/kmsg"] }, async (machine) => {
    await machine.console.shows(/Cannot open the log file "\/dev\/kmsg": there is no such device/);
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    assert((await Deno.stat(await machine.path("/dev/kmsg")).catch(() => undefined)) === undefined);
  });
});

testNeeding(
  "levels decide what reaches the console and the log file",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = {
      boot: `${KEEP}waits-for = ["broken"]\n`,
      broken: 'type = "process"\ncommand = ["/bin/missing"]\n',
      echo: "",
    };
    const quiet = ["--quiet", "-l", "/run/log", "--log-level", "error"];
    await withBareMachine({ services, args: quiet }, async (machine) => {
      const text = await fileHas(machine, "/run/log", /broken failed to start/);
      assertEquals(text.includes("started."), false);
      assertEquals((await machine.ctl("is-started", "boot")).code, 0);
      // Only what a louder manager says is on the terminal; the fault is known to have been said.
      machine.console.type("\n");
      await machine.console.shows(/^\n/);
      assertEquals(machine.console.screen.includes("dinit"), false);
    });
    const loud = ["--console-level", "info", "-l", "/run/log", "--log-level", "none"];
    await withBareMachine({ services, args: loud }, async (machine) => {
      await machine.console.shows(/dinit: broken: Cannot run the command/);
      await machine.console.shows(/\[FAILED\] broken/);
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
      assertEquals(await Deno.readTextFile(await machine.path("/run/log")), "");
    });
  },
);

testNeeding(
  "a full root loses messages of the log, and says how many",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = { boot: KEEP, echo: "", frail: `${KEEP}restart = true\nrestart-delay = 0\n` };
    const before =
      "mkdir small; mount -t tmpfs -o size=4k none small; head -c 4096 /dev/zero >small/filler";
    const options = { services, args: ["-l", "/small/log"], before };
    await withBareMachine(options, async (machine) => {
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
      for (let round = 0; round < 5; round++) {
        assertEquals((await machine.ctl("start", "echo")).code, 0);
        assertEquals((await machine.ctl("stop", "echo")).code, 0);
      }
      await Deno.truncate(await machine.path("/small/filler"), 0);
      const text = await fileHas(machine, "/small/log", /service echo started/);
      assertMatch(text, /dinit: \d+ messages were dropped: the output did not take more\n/);
    });
  },
);

testNeeding(
  "a read-only root is no reason not to start, and its socket comes with USR1",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = { boot: KEEP, echo: "" };
    const before = 'mount -o remount,ro "$root"';
    await withBareMachine({ services, args: ["-l", "/run/log"], before }, async (machine) => {
      await machine.console.shows(/Cannot open the log file "\/run\/log": read-only file system/i);
      await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
      assertEquals(machine.console.screen.includes("control socket"), false);
      const pid = `${await machine.first.pid()}`;
      const remount = [
        "-t",
        pid,
        "-m",
        "mount",
        "-o",
        "remount,rw",
        `${machine.first.folder}/root`,
      ];
      const { success, stderr } = await new Deno.Command("nsenter", { args: remount }).output();
      assert(success, new TextDecoder().decode(stderr));
      await machine.first.signal("SIGUSR1");
      await until("the start", async () => (await machine.ctl("is-started", "boot")).code === 0);
      assertIncludes((await machine.ctl("list")).out, "boot");
    });
  },
);
