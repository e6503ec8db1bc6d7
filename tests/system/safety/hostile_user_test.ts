/**
 * A service's user who signals the service's processes without a pause, also those that have not
 * executed their program yet, can keep his services from starting; the manager goes on for
 * everybody else.
 */
import { within } from "../../../tools/limit.ts";
import { assert, assertEquals, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, withManager } from "../manager.ts";
import { ScenarioClient } from "../scenarios/client.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("cc")];
const SOURCE = new URL("../programs/attacker.c", import.meta.url).pathname;

/** Nobody else's: every process of this user may be signalled. */
const USER = 1_000_000 + Deno.pid;
const ATTACK_SECONDS = 10;
const BASELINE_MS = 2000;
/** An answer that is later than this, and than many times the latest one without an attack. */
const LATE_MS = 100;
const STRETCH = 10;
const END_LIMIT_MS = 60_000;

const STOP = 19;
const CONT = 18;
const KILL = 9;
const QUIT = 3;
const SEGV = 11;

/**
 * Programs that end at once and are started again without end, so that one is always on its way.
 */
const COUNT = 4;
const NAMES = Array.from({ length: COUNT }, (_, index) => `restless${index}`);
/**
 * A child that looks for its program in so many directories is its user's for long enough to be hit
 * every time.
 */
const PATH = [...Array.from({ length: 300 }, (_, index) => `/nowhere/${index}`), "/bin"].join(":");
/** Nothing is killed by a time limit: whatever ends does so because it was told to. */
const RESTLESS = 'type = "process"\ncommand = ["true"]\n' +
  "restart = true\nsmooth-recovery = true\nrestart-delay = 0.001\nrestart-limit-count = 0\n" +
  `start-timeout = 0\nstop-timeout = 0\nrun-as = "${USER}"\n[environment]\nPATH = "${PATH}"\n`;

const SERVICES: Readonly<Record<string, string>> = {
  boot: 'type = "process"\ncommand = ["/bin/sleep", "100000"]\n',
  ...Object.fromEntries(NAMES.map((name) => [name, RESTLESS])),
};

async function compile(folder: string): Promise<string> {
  const program = `${folder}/attacker`;
  const { success, stderr } = await new Deno.Command("cc", {
    args: ["-O1", "-Wall", "-Werror", "-o", program, SOURCE],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  // The folder is root's alone.
  await Deno.chmod(folder, 0o755);
  return program;
}

/** Asks for a status again and again. @returns The longest wait for an answer, in milliseconds. */
async function longestWait(client: ScenarioClient, isOver: () => boolean): Promise<number> {
  let longest = 0;
  const request = { kind: "status-5", handle: client.handle("boot") } as const;
  while (!isOver()) {
    const began = performance.now();
    const reply = await client.ask(request);
    assertEquals(reply?.kind, "status");
    longest = Math.max(longest, performance.now() - began);
    await pause();
  }
  return longest;
}

/**
 * Has all of them stopped and started again and again: programs that were stopped would make no
 * others.
 */
async function keepLaunching(client: ScenarioClient, isOver: () => boolean): Promise<void> {
  const terms = { pin: false, preack: false } as const;
  while (!isOver()) {
    for (const name of NAMES) {
      const handle = client.handle(name);
      await client.ask({ kind: "stop", handle, gentle: false, restart: false, ...terms });
      await client.ask({ kind: "start", handle, ...terms });
    }
    await pause();
  }
}

/** Others want a processor, too. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

async function attack(manager: Manager, signals: readonly number[]): Promise<void> {
  const program = await compile(manager.folder);
  const client = await ScenarioClient.connect(manager.socket);
  const other = await ScenarioClient.connect(manager.socket);
  let isOver = false;
  let launching: Promise<void> | undefined;
  try {
    await client.load("boot");
    for (const name of NAMES) await other.load(name);
    launching = keepLaunching(other, () => isOver);
    const baselineEnd = performance.now() + BASELINE_MS;
    const undisturbed = await longestWait(client, () => performance.now() >= baselineEnd);

    const attacker = new Deno.Command(program, {
      args: [ATTACK_SECONDS, ...signals].map(String),
      uid: USER,
      gid: USER,
      stdin: "null",
    }).spawn();
    const ended = attacker.status.finally(() => isOver = true);
    const disturbed = await longestWait(client, () => isOver);
    assertEquals((await ended).code, 0);
    await launching;
    const limit = Math.max(LATE_MS, STRETCH * undisturbed);
    assert(
      disturbed <= limit,
      `an answer took ${disturbed.toFixed()} ms; without the attack ${undisturbed.toFixed()}`,
    );
  } finally {
    isOver = true;
    await client.close();
    await other.close();
    await launching?.catch(() => {});
  }
}

async function assertAllStop(manager: Manager): Promise<void> {
  for (const name of NAMES) {
    await within(END_LIMIT_MS, `The stop of ${name}`, manager.ctlOk("stop", name));
    assertMatch(await manager.ctlOk("status", name), /State: STOPPED/);
  }
}

const ATTACKS: readonly (readonly [string, readonly number[]])[] = [
  ["SIGSTOP", [STOP]],
  ["SIGSTOP and SIGCONT", [STOP, CONT]],
  ["SIGSTOP and SIGKILL", [STOP, KILL]],
  ["SIGQUIT and SIGSEGV", [QUIT, SEGV]],
];

for (const [name, signals] of ATTACKS) {
  testNeeding(`a service's user who sends ${name} without end holds up nobody`, NEEDS, async () => {
    await withManager({ services: SERVICES, start: ["boot", ...NAMES] }, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      await attack(manager, signals);
      await assertAllStop(manager);
    });
  });
}
