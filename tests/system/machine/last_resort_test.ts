/**
 * PID 1 of a machine whose manager cannot start: it tells why and gives a shell, and never ends.
 */
import { assertEquals } from "../../assert.ts";
import { testNeeding } from "../../skip.ts";
import { BARE_MACHINE_NEEDS, withBareMachine } from "../bare_machine.ts";

testNeeding(
  "PID 1 with options that cannot be obeyed gives a shell, again and again",
  BARE_MACHINE_NEEDS,
  async () => {
    await withBareMachine({ services: {}, args: ["-m", "--frob"] }, async ({ console, first }) => {
      await console.shows(/The manager cannot start: Unknown option "--frob"/);
      await console.shows(/Starting \/bin\/sh/);
      console.type("echo it $((40 + 2)) works\n");
      await console.shows(/it 42 works/);
      console.screen = "";
      console.type("exit\n");
      await console.shows(/Starting \/bin\/sh/);
      console.type("echo again $((1 + 1))\n");
      await console.shows(/again 2/);
      assertEquals(await first.pid() > 1, true);
    });
  },
);

testNeeding(
  "a container's first process with faulty options ends with status 1",
  BARE_MACHINE_NEEDS,
  async () => {
    const options = { services: {}, args: ["--container", "--frob"] };
    await withBareMachine(options, async ({ first }) => {
      assertEquals((await first.ended()).code, 1);
    });
  },
);
