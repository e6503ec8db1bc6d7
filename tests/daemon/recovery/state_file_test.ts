/** What a manager makes of the file beside its control socket. */
import type { Pid } from "../../../core/types.ts";
import { readBootId } from "../../../daemon/recovery/boot_id.ts";
import { FACT_KIND, Facts, type FactSource } from "../../../daemon/kept/facts.ts";
import { managerFacts } from "../../../daemon/kept/manager_fact.ts";
import { StateMemory } from "../../../daemon/kept/state_memory.ts";
import { putProcess } from "../../../daemon/processes/process_fact.ts";
import type { ServiceProcess } from "../../../daemon/processes/service_process.ts";
import {
  openStateFile,
  type StateFile,
  stateFilePath,
} from "../../../daemon/recovery/state_file.ts";
import type { KeptMemory } from "../../../platform/mod.ts";
import { assert, assertEquals, assertIncludes, fail } from "../../assert.ts";
import { Driver } from "../../core/schedule/driver.ts";
import { platform } from "../../platform/linux/children.ts";
import { surroundings, testNeeding } from "../../skip.ts";

const ON_LINUX = [surroundings("Linux", Deno.build.os === "linux")];
const OWN = Deno.pid as Pid;

function inFolder(name: string, body: (path: string) => void): void {
  testNeeding(name, ON_LINUX, () => {
    const folder = Deno.makeTempDirSync({ prefix: "dinit-state-" });
    try {
      body(stateFilePath(`${folder}/socket`));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

function opened(path: string): KeptMemory {
  const memory = platform.keptMemories?.open(path);
  return memory === undefined || "kind" in memory ? fail("It cannot be opened") : memory;
}

/** The state of a manager with one service, whose process is this one; and then it is killed. */
function leaveState(path: string, bootId = readBootId(platform)): void {
  const driver = new Driver();
  driver.load({ web: { type: "process" } });
  driver.start("web");
  const processes = new Map<number, ServiceProcess>([
    [OWN, { service: driver.id("web"), role: "start" }],
  ]);
  const facts: FactSource = new Facts<ServiceProcess>(
    FACT_KIND.process,
    processes,
    (blocks, kind, pid, process) =>
      putProcess(blocks, { kind, pid, nowMs: platform.processClockMs() }, process),
  );
  const memory = opened(path);
  const state = StateMemory.begin({
    memory,
    scheduler: driver.scheduler,
    sources: [
      facts,
      managerFacts({
        clock: platform.keepClock(),
        cgroupBase: "/",
        oomScore: undefined,
        signals: [],
        pid: OWN,
        bootId,
      }),
    ],
    services: 1,
    withScheduler: [],
    givenToChildren: [],
    read: [],
    said: [],
    inbox: { placeIn: () => true, stayIn: () => {} },
    platform,
    lost: fail,
  });
  assert(!("kind" in state), "it is kept");
  memory.close();
}

function refusal(file: StateFile): string {
  return file.kind === "refused" ? file.why : fail(`It is ${file.kind}`);
}

inFolder("openStateFile() makes a file where none is, and locks it", (path) => {
  const first = openStateFile(path, platform);
  assert(first.kind === "fresh" && first.note === undefined, "it is new");
  assertIncludes(
    refusal(openStateFile(path, platform)),
    `Another manager has its state in "${path}"`,
  );
  first.memory.removeAt(`${path}.other`);
  assert(Deno.statSync(path).isFile, "it is not at that path");
  first.memory.removeAt(path);
  first.memory.close();
  assertEquals([...Deno.readDirSync(path.slice(0, path.lastIndexOf("/")))], []);
});

inFolder("openStateFile() finds what a manager has left that was killed", (path) => {
  leaveState(path);
  const file = openStateFile(path, platform);
  assert(file.kind === "left", file.kind);
  assertEquals(file.left.facts.processes.map(({ pid }) => pid), [OWN]);
  file.left.memory.close();
});

inFolder("openStateFile() has no use for the state of another run of the machine", (path) => {
  leaveState(path, "another run");
  const file = openStateFile(path, platform);
  assert(file.kind === "fresh" && file.note !== undefined, file.kind);
  assertIncludes(file.note, "from before this machine was started");
  file.memory.close();
  const again = openStateFile(path, platform);
  assert(again.kind === "fresh" && again.note === undefined, "it is gone");
  again.memory.close();
});

inFolder("openStateFile() refuses a damaged state, and tells of who may be there", (path) => {
  leaveState(path);
  const bytes = Deno.readFileSync(path);
  const broken = (at: number, value: number) =>
    Deno.writeFileSync(path, bytes.map((byte, index) => index === at ? value : byte));
  broken(4, 9);
  const format = refusal(openStateFile(path, platform));
  assertIncludes(format, `"${path}": its format is 9, and 1 is understood`);
  assertIncludes(format, "end what is left of it, and remove the file");
  // Whatever is hit: what is not refused is whole.
  let refused = 0;
  for (let at = 65_536; at < bytes.length; at += 997) {
    broken(at, (bytes[at] ?? 0) ^ 0x55);
    const file = openStateFile(path, platform);
    if (file.kind === "refused") refused++;
    else if (file.kind === "left") {
      assertEquals(file.left.facts.processes.map(({ pid }) => pid), [OWN]);
      file.left.memory.close();
    }
  }
  assert(refused > 0, "something was hit");
});

inFolder("openStateFile() does not touch what is somebody else's", (path) => {
  Deno.writeTextFileSync(path, "a letter\n", { mode: 0o600 });
  assertIncludes(refusal(openStateFile(path, platform)), "it holds something else");
  assertEquals(Deno.readTextFileSync(path), "a letter\n");
  Deno.chmodSync(path, 0o644);
  assertIncludes(refusal(openStateFile(path, platform)), "others may open it, too");
  Deno.removeSync(path);
  Deno.symlinkSync("/dev/null", path);
  assertIncludes(refusal(openStateFile(path, platform)), "ELOOP");
});

inFolder("openStateFile() does without a file where there can be none", (path) => {
  const file = openStateFile(`${path}/in/nothing`, platform);
  assert(file.kind === "none", file.kind);
  assertIncludes(file.why, "ENOENT");
});
