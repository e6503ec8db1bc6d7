/**
 * PID 1 as a kernel without a console starts it: with any of the descriptors 0 to 2 closed, with
 * and without /proc. Each descriptor must lead to what it is for, in the manager and in its
 * services.
 */
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, type BareMachine, withBareMachine } from "../bare_machine.ts";

const SERVICES = {
  boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\ndepends-on = ["greeting"]\n',
  greeting:
    'type = "scripted"\ncommand = ["/bin/echo", "greetings"]\noptions = ["starts-on-console"]\n',
};

for (const hasProc of [true, false]) {
  for (let subset = 0; subset < 8; subset++) {
    const closed = [0, 1, 2].filter((fd) => (subset >> fd) & 1);
    const which = closed.length === 0 ? "none" : closed.join(", ");
    const proc = hasProc ? "with" : "without";
    testNeeding(
      `PID 1 started with ${which} of 0 to 2 closed and ${proc} /proc uses the console`,
      BARE_MACHINE_NEEDS,
      async () => {
        const redirections = [0, 1, 2].map((fd) => closed.includes(fd) ? `${fd}>&-` : "").join(" ");
        await withBareMachine({ services: SERVICES, hasProc, redirections }, check);
      },
    );
  }
}

async function check(machine: BareMachine): Promise<void> {
  await machine.console.shows(/\[ {2}OK {2}\] boot\n/);
  assert(/^greetings$/m.test(machine.console.screen), machine.console.screen);
  const manager = await machine.first.pid();
  assertEquals(devices(manager, [0, 1, 2]), Array(3).fill(machine.console.deviceNumber));
  const { code, out } = await machine.ctl("list");
  assertEquals([code, /boot/.test(out)], [0, true]);

  const [service = 0, ...others] = children(manager);
  assertEquals(others, []);
  assertEquals(descriptors(service), [0, 1, 2]);
  const null_ = Deno.statSync("/dev/null").rdev;
  assertEquals(devices(service, [0, 1, 2]), Array(3).fill(null_));
}

function children(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function descriptors(pid: number): number[] {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => Number(name)).sort();
}

function devices(pid: number, fds: readonly number[]): (number | null)[] {
  return fds.map((fd) => Deno.statSync(`/proc/${pid}/fd/${fd}`).rdev);
}
