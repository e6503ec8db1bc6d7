/** Machines with little memory: what is enough, and what is said where it is not. */
import { assert, assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { leastMemory, STEP_MIB, tryMemory } from "./machines/least_memory.ts";
import { listedMemory, listMemory, systemVersions } from "./machines/platform_list.ts";
import { SMALL_MACHINE_NEEDS, startSmallMachine } from "./machines/small_machine.ts";

/** As systems are called in docs/platforms.md. */
const SYSTEM = "busybox's, from a disk";
const SWAP_MIB = 64;
/** How much more than the least is given where it must not be a matter of chance. */
const MARGIN_MIB = 2 * STEP_MIB;
/** The kernel starts process 1 with so much (not with 64), and leaves it less than it needs. */
const TOO_LITTLE_MIB = 74;
const BOOT_TIMEOUT_MS = 120_000;
const LIBRARIES = "/lib/x86_64-linux-gnu";

const IS_LONG = Deno.env.get("DINIT_LONG_TESTS") !== undefined;

testNeeding("a machine with the memory that is listed lets a user log in and list", [
  ...SMALL_MACHINE_NEEDS,
], async () => {
  const figure = listedMemory(SYSTEM);
  assert(figure !== undefined, `docs/platforms.md does not list the memory of "${SYSTEM}"`);
  const { stage, lastLines } = await tryMemory(figure.listMiB + MARGIN_MIB, 0);
  assertEquals(stage, "list", lastLines.join("\n"));
});

testNeeding("with too little memory process 1 says so and the machine stands still", [
  ...SMALL_MACHINE_NEEDS,
], async () => {
  await using machine = await startSmallMachine("too-little-memory", {
    memoryMiB: TOO_LITTLE_MIB,
    swapMiB: 0,
  });
  await machine.expect(/Too little memory to start.*\nMemAvailable: .*\n/, BOOT_TIMEOUT_MS);
  await machine.expect(/the machine stands still/);
  await machine.press("ctrl", "alt", "delete");
  assertEquals(await machine.ended(), "guest-reset");
});

testNeeding("where the kernel promises too little memory process 1 says so and stands still", [
  ...SMALL_MACHINE_NEEDS,
], async () => {
  await using machine = await startSmallMachine("promise", {
    memoryMiB: 256,
    swapMiB: 0,
    kernelWords: ["sysctl.vm.overcommit_memory=2", "sysctl.vm.overcommit_kbytes=24000"],
  });
  await machine.expect(/Cannot reserve \d+ MiB.*vm\.overcommit_memory=2/, BOOT_TIMEOUT_MS);
  await machine.expect(/the machine stands still/);
  await machine.press("ctrl", "alt", "delete");
  assertEquals(await machine.ended(), "guest-reset");
});

if (IS_LONG) {
  testNeeding(
    "the least memory to a login, with and without swap, is as it is listed",
    SMALL_MACHINE_NEEDS,
    async (t) => {
      const { kernel } = await versionsOf();
      for (const swapMiB of [0, SWAP_MIB]) {
        const id = swapMiB === 0 ? SYSTEM : `${SYSTEM}, with swap`;
        const least = await leastMemory(async (memoryMiB) => {
          const trial = await tryMemory(memoryMiB, swapMiB);
          console.log(`${id}: ${memoryMiB} MiB: ${trial.stage}: ${trial.lastLines.join(" / ")}`);
          return trial;
        });
        await t.step(id, async () => {
          const figure = { loginMiB: least.login, listMiB: least.list };
          await listMemory({ id, processor: "x86-64", kernel, swapMiB, ...figure });
          const listed = listedMemory(id);
          assertMatch(`${listed?.loginMiB}`, /^\d+$/);
          // A step is what a slower or busier machine may make of it.
          const distance = Math.max(
            Math.abs(least.login - (listed?.loginMiB ?? 0)),
            Math.abs(least.list - (listed?.listMiB ?? 0)),
          );
          assert(distance <= MARGIN_MIB, JSON.stringify({ measured: figure, listed }));
        });
      }
    },
  );
}

/** Of the machine at hand. */
async function versionsOf() {
  await using machine = await startSmallMachine("memory-versions", { memoryMiB: 256, swapMiB: 0 });
  await machine.logIn("root", "dinit");
  return await systemVersions(machine, LIBRARIES);
}
