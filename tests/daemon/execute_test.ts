import { serviceId } from "../../core/types.ts";
import { Executor, type ExecutorParts } from "../../daemon/execute.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("Executor carries out the commands behind one that fails by a fault of ours", () => {
  const done: string[] = [];
  const executor = new Executor({
    platform: { now: () => 0 },
    scheduler: { description: () => ({ name: "web" }) },
    launcher: {},
    log: {
      status: () => {
        throw new Error("no such word");
      },
    },
    hooks: {
      rootIsWritable: () => void done.push("root"),
      logIsAvailable: () => void done.push("log"),
    },
  } as unknown as ExecutorParts);
  assertThrows(() =>
    executor.execute([
      { kind: "root-writable" },
      { kind: "status-line", service: serviceId(1), outcome: "started" },
      { kind: "log-available" },
      { kind: "status-line", service: serviceId(2), outcome: "started" },
      { kind: "root-writable" },
    ]), /no such word/);
  assertEquals(done, ["root", "log", "root"]);
});
