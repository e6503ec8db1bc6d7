/**
 * SIGTSTP to process 1, as reboot(8) and halt(8) of FreeBSD send it: nothing comes back while they
 * end all processes. SIGHUP takes it back.
 */
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { until } from "../../wait.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";

const SERVICES = {
  boot: 'type = "internal"\ndepends-on = ["disk"]\nwaits-for = ["web"]\n',
  web: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrestart = true\nrestart-delay = 0\n',
  disk: 'type = "scripted"\ncommand = ["/bin/sh", "-c", ":"]\n' +
    'stop-command = ["/bin/sh", "-c", ":"]\n',
  late: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "echo late has run"]\n' +
    'options = ["shares-console"]\n',
};

async function held(body: (machine: BareMachine) => Promise<void>): Promise<void> {
  await withBareMachine({ services: SERVICES }, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    await machine.first.signal("SIGTSTP");
    await machine.console.shows(/SIGTSTP: nothing is started any more, until SIGHUP/);
    await body(machine);
  });
}

async function pidOfWeb(machine: BareMachine): Promise<string | undefined> {
  return /Process ID: (\d+)/.exec((await machine.ctl("status", "web")).out)?.[1];
}

testNeeding(
  "after SIGTSTP nothing comes back or is started, SIGHUP goes on",
  BARE_MACHINE_NEEDS,
  async () => {
    await held(async (machine) => {
      const before = await pidOfWeb(machine);
      await machine.ctl("signal", "KILL", "web");
      await machine.ctl("--no-wait", "start", "late");
      await until("the end of web", async () => await pidOfWeb(machine) === undefined);
      assert(!machine.console.screen.includes("late has run"), machine.console.screen);
      await machine.first.signal("SIGHUP");
      await machine.console.shows(/late has run[^]*\[ {2}OK {2}\] late/);
      assert(await pidOfWeb(machine) !== before);
    });
  },
);

testNeeding(
  "after SIGTSTP a machine without processes waits for whoever ended them",
  BARE_MACHINE_NEEDS,
  async () => {
    await held(async (machine) => {
      await machine.ctl("--no-wait", "stop", "--force", "boot");
      await machine.ctl("--no-wait", "stop", "--force", "web");
      await machine.ctl("--no-wait", "stop", "--force", "disk");
      assertEquals((await machine.ctl("list")).code, 0);
      assert(!/STOPPD\] disk|All services have stopped/.test(machine.console.screen));
      await machine.first.signal("SIGHUP");
      await machine.console.shows(/\[STOPPD\] disk[^]*All services have stopped/);
    });
  },
);

testNeeding(
  "a shutdown that the manager is asked for after SIGTSTP runs the stop commands",
  BARE_MACHINE_NEEDS,
  async () => {
    await held(async (machine) => {
      await machine.first.signal("SIGINT");
      await machine.console.shows(/\[STOPPD\] disk[^]*Issuing reboot/);
      assertEquals((await machine.first.ended()).signal, "SIGHUP");
    });
  },
);
