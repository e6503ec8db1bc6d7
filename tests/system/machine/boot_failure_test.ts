/**
 * What a system manager does when all services have stopped and nobody asked for it: it tells what
 * failed and why, and one key decides.
 */
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";

const SERVICES = {
  boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
  failing: 'type = "scripted"\ncommand = ["/bin/sh", "-c", "exit 4"]\n',
  needy: 'depends-on = ["failing"]\n',
  missing: 'type = "process"\ncommand = ["/bin/missing"]\n',
  recovery: 'type = "process"\nrestart = false\noptions = ["runs-on-console"]\n' +
    'command = ["/bin/sh", "-c", "echo recovering; read x; echo got $$x"]\n',
};
const ARGS = ["-t", "needy", "-t", "missing", "-t", "absent"];
const QUESTION = /\(p\)ower off: $/;

/** Presses a key and waits until the question is asked once more. */
async function failed(
  args: readonly string[],
  body: (machine: BareMachine) => Promise<void>,
): Promise<void> {
  await withBareMachine({ services: SERVICES, args }, async (machine) => {
    await machine.console.shows(QUESTION);
    await body(machine);
  });
}

testNeeding("a failed boot tells what failed and why", BARE_MACHINE_NEEDS, async () => {
  await failed(ARGS, async (machine) => {
    const [text = ""] = await machine.console.shows(
      /All services have stopped[^]*\(p\)ower off: $/,
    );
    assertEquals(text.split("\n").slice(1, 5), [
      "  absent: could not be loaded",
      "  failing: failed to start, with status 4",
      "  missing: its program could not be run: no such file or directory",
      "  needy: a service that it needs failed",
    ]);
    assertEquals((await machine.ctl("list")).code, 0, "the control socket answers");
  });
});

testNeeding(
  "a key without Enter reboots, after keys that mean nothing",
  BARE_MACHINE_NEEDS,
  async () => {
    await failed(ARGS, async (machine) => {
      machine.console.screen = "";
      machine.console.type("x");
      await machine.console.shows(QUESTION);
      machine.console.type("R");
      await machine.console.shows(/Issuing reboot/);
      // pid_namespaces(7): a reboot of the namespace is told by SIGHUP.
      assertEquals((await machine.first.ended()).signal, "SIGHUP");
    });
  },
);

testNeeding(
  "recovery gets a terminal with whole lines, and the question comes back",
  BARE_MACHINE_NEEDS,
  async () => {
    await failed(ARGS, async (machine) => {
      machine.console.type("e");
      await machine.console.shows(/recovering\n/);
      // With the editing of a line: the first letter is taken back.
      machine.console.type("a\x7fb\n");
      await machine.console.shows(/got b\n/);
      await machine.console.shows(QUESTION);
      machine.console.type("p");
      await machine.console.shows(/Issuing poweroff/);
      assertEquals((await machine.first.ended()).signal, "SIGINT");
    });
  },
);

testNeeding("the boot sequence is started again on request", BARE_MACHINE_NEEDS, async () => {
  await failed(ARGS, async (machine) => {
    machine.console.type("s");
    await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
    assertEquals((await machine.ctl("is-started", "boot")).code, 0);
  });
});

testNeeding("a signal ends the question", BARE_MACHINE_NEEDS, async () => {
  await failed(ARGS, async (machine) => {
    await machine.first.signal("SIGTERM");
    await machine.console.shows(/Issuing halt/);
  });
});

testNeeding(
  "--auto-recovery starts the recovery unasked, and asks when it ends soon",
  BARE_MACHINE_NEEDS,
  async () => {
    await withBareMachine({ services: SERVICES, args: ["-r", ...ARGS] }, async (machine) => {
      await machine.console.shows(/recovering\n/);
      assert(!/ower off/.test(machine.console.screen), machine.console.screen);
      machine.console.type("\n");
      await machine.console.shows(QUESTION);
    });
  },
);

testNeeding("--auto-recovery without a recovery asks", BARE_MACHINE_NEEDS, async () => {
  const { recovery: _, ...services } = SERVICES;
  await withBareMachine({ services, args: ["-r", ...ARGS] }, async (machine) => {
    await machine.console.shows(/Cannot load "recovery"/);
    await machine.console.shows(QUESTION);
  });
});
