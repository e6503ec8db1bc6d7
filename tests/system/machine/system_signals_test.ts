/**
 * Signals to the system manager, and Ctrl-Alt-Del again and again.
 *
 * How a namespace ended is told by a signal: reboot by SIGHUP, halt and power-off by SIGINT
 * (pid_namespaces(7)).
 */
import { until } from "../../wait.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";

const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

async function booted(
  services: Readonly<Record<string, string>>,
  body: (machine: BareMachine) => Promise<void>,
): Promise<void> {
  await withBareMachine({ services }, async (machine) => {
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    await body(machine);
  });
}

for (
  const [signal, type, end] of [
    ["INT", "reboot", "SIGHUP"],
    ["TERM", "halt", "SIGINT"],
    ["PWR", "poweroff", "SIGINT"],
    ["RTMIN+3", "halt", "SIGINT"],
    ["RTMIN+4", "poweroff", "SIGINT"],
    ["RTMIN+5", "reboot", "SIGHUP"],
  ] as const
) {
  testNeeding(
    `SIG${signal} stops the services in order, then: ${type}`,
    BARE_MACHINE_NEEDS,
    async () => {
      await booted({ boot: `${KEEP}depends-on = ["disk"]\n`, disk: KEEP }, async (machine) => {
        await machine.first.kill(signal);
        await machine.console.shows(
          new RegExp(`\\[STOPPD\\] boot\n\\[STOPPD\\] disk\n[^]*Issuing ${type}`),
        );
        assertEquals((await machine.first.ended()).signal, end);
      });
    },
  );
}

testNeeding(
  "SIGQUIT powers off without stopping services in order",
  BARE_MACHINE_NEEDS,
  async () => {
    await booted({ boot: KEEP }, async (machine) => {
      await machine.first.signal("SIGQUIT");
      await machine.console.shows(/Issuing poweroff/);
      assert(!machine.console.screen.includes("[STOPPD]"), machine.console.screen);
    });
  },
);

testNeeding(
  "SIGHUP, SIGUSR2 and SIGWINCH change nothing; SIGUSR1 makes a lost socket anew",
  BARE_MACHINE_NEEDS,
  async () => {
    await booted({ boot: KEEP }, async (machine) => {
      for (const signal of ["SIGHUP", "SIGUSR2", "SIGWINCH"] as const) {
        await machine.first.signal(signal);
        assertEquals((await machine.ctl("is-started", "boot")).code, 0);
      }
      await Deno.remove(await machine.path("/run/dinitctl"));
      assertEquals((await machine.ctl("list")).code, 1);
      await machine.first.signal("SIGUSR1");
      await until("the new socket", async () => (await machine.ctl("list")).code === 0);
      assertEquals(machine.console.screen, "[  OK  ] boot\n", "nothing was said");
    });
  },
);

testNeeding(
  "Ctrl-Alt-Del again names who is waited for, five times kill, then the reboot comes",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = {
      boot: 'type = "process"\nstop-timeout = 0\n' +
        'command = ["/bin/sh", "-c", "trap \'\' TERM; echo deaf; while :; do sleep 1; done"]\n' +
        'options = ["shares-console"]\n',
    };
    await booted(services, async (machine) => {
      await machine.console.shows(/deaf/);
      await machine.first.signal("SIGINT");
      // It is answered when the shutdown is under way: a control request comes after the signal.
      await machine.ctl("list");
      for (const left of ["3 times more", "2 times more", "once more"]) {
        await machine.first.signal("SIGINT");
        await machine.console.shows(new RegExp(`Press Ctrl-Alt-Del ${left} within 10 s`));
      }
      assert(
        /boot: was told to end \(process \d+\); it has no time limit/.test(machine.console.screen),
      );
      await machine.first.signal("SIGINT");
      await machine.console.shows(/killing all services[^]*\[STOPPD\] boot[^]*Issuing reboot/);
      assertEquals((await machine.first.ended()).signal, "SIGHUP");
    });
  },
);

testNeeding(
  "a shutdown does not wait for ever for a start that ignores signals",
  BARE_MACHINE_NEEDS,
  async () => {
    const services = {
      boot: 'waits-for = ["check"]\n',
      ready: KEEP,
      check: 'type = "scripted"\nstart-timeout = 0\nstop-timeout = "2s"\n' +
        'command = ["/bin/sh", "-c", "trap \'\' TERM INT; echo checking; while :; do sleep 1; done"]\n' +
        'options = ["shares-console"]\n',
    };
    await withBareMachine({ services }, async (machine) => {
      await machine.console.shows(/checking/);
      await machine.first.signal("SIGTERM");
      await machine.console.shows(/check: is still starting \(process \d+\); it has no time limit/);
      await machine.console.shows(
        /check: The start has no time limit and everything is to stop; sending SIGTERM/,
      );
      await machine.console.shows(/sending SIGKILL[^]*Issuing halt/);
    });
  },
);
