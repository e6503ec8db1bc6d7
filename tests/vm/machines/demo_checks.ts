/**
 * What the demonstration systems on a disk have in common, as whoever sits before them finds it.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { diskState } from "./disk.ts";
import type { Machine } from "./machine.ts";

const BOOT_TIMEOUT_MS = 240_000;
/** cron looks at its tables once a minute. */
const MINUTE_TIMEOUT_MS = 120_000;

/** A login prompt with this host's name, and nothing that failed or was complained of. */
export async function checkPrompt(machine: Machine, hostname: string): Promise<void> {
  await machine.console.seen(new RegExp(`^${hostname} login: `, "m"), BOOT_TIMEOUT_MS);
  await machine.console.seen(/\[ {2}OK {2}\] boot\b/, BOOT_TIMEOUT_MS);
  const { text } = machine.console;
  assertEquals(text.match(/^\[(FAILED|DEPEND)\].*|^dinit: .*/gm), null, text);
}

/** Every service of the list is started. */
export async function checkAllUp(machine: Machine): Promise<void> {
  const { output, status } = await machine.shell("dinit ctl list | cat");
  assertEquals(status, 0, output);
  const down = output.split("\n").filter((line) => !/^\[.\+.{6}\] |^\[\{\+\}/.test(line));
  assertEquals(down, [], output);
}

/** @param pidCommand Prints the PID of the service's process; status 1: there is none. */
export async function checkStopStart(
  machine: Machine,
  service: string,
  pidCommand: string,
): Promise<void> {
  const order = async (word: string) =>
    (await machine.shell(`dinit ctl ${word} ${service}`)).output;
  const first = (await machine.shell(pidCommand)).output;
  assertMatch(first, /^\d+$/);
  assertIncludes(await order("stop"), `Service '${service}' stopped.`);
  assertEquals((await machine.shell(pidCommand)).status, 1);
  assertIncludes(await order("start"), `Service '${service}' started.`);
  const second = (await machine.shell(pidCommand)).output;
  assert(second !== first, `A new process: ${first}, ${second}`);
}

/**
 * The system's log has lines of programs, of the manager, of the kernel, and of cron's
 * demonstration.
 */
export async function checkLog(machine: Machine, file: string): Promise<void> {
  await machine.shell("logger -t test a line of the test");
  const lines = [
    "test: a line of the test",
    "dinit: service boot started",
    "kernel: ",
    "cron-demo: the minute is full",
  ];
  for (const line of lines) {
    const seen = `until grep -q '${line}' ${file}; do sleep 0.1; done`;
    await machine.shell(seen, MINUTE_TIMEOUT_MS);
  }
}

/** The services stop in order, and the machine is off. */
export async function checkPowerOff(machine: Machine, command: string): Promise<void> {
  await machine.send(command);
  assertEquals(await machine.ended(), "guest-shutdown");
  assertMatch(machine.console.text, /\[STOPPD\] boot\b[^]*\[STOPPD\] early\b/);
}

/** @param disk Path of the raw image, after the power-off. */
export function checkDisk(disk: string): void {
  assertEquals(diskState(disk), { state: "clean", needsRecovery: false, complaints: "" });
}
