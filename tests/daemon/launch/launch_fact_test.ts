/** Children on their way to their programs, as a later manager reads of them. */
import { KeptBlocks } from "../../../core/state/kept_blocks.ts";
import { readKept } from "../../../core/state/kept_reading.ts";
import { fd, pid, serviceId } from "../../../core/types.ts";
import { FACT_KIND } from "../../../daemon/kept/facts.ts";
import { type LeftLaunch, putLaunch, readLaunchFacts } from "../../../daemon/launch/launch_fact.ts";
import { assert, assertEquals, fail } from "../../assert.ts";

const NO_ENDS = { readiness: undefined, notify: undefined, control: undefined };
const LAUNCHES: readonly LeftLaunch[] = [
  { service: serviceId(3), role: "start", pid: pid(70), report: fd(9), ends: NO_ENDS },
  {
    ...{ service: serviceId(4), role: "stop", pid: pid(71), report: fd(10) },
    ends: {
      readiness: fd(11),
      notify: { fd: fd(12), address: "@dinit/notify/7" },
      control: fd(13),
    },
  },
];

function found(memory: Uint8Array) {
  const read = readKept(memory);
  return read.kind === "kept" ? readLaunchFacts(read.kept) : fail(read.why);
}

Deno.test("launches are read as they were put, and what is damaged is told", () => {
  const memory = new Uint8Array(8192);
  const blocks = new KeptBlocks(memory);
  for (const launch of LAUNCHES) {
    assert(putLaunch(blocks, FACT_KIND.launch, launch.report ?? 0, launch));
  }
  blocks.commit();
  assertEquals([...found(memory).facts.values()], [...LAUNCHES]);
  memory[new TextDecoder("latin1").decode(memory).indexOf("@dinit")] = 0x40 ^ 1;
  assertEquals(found(memory), { facts: new Map([[9, LAUNCHES[0]]]), damaged: [10] } as never);
});
