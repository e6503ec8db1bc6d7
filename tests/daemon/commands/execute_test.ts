import type { Command } from "../../../core/command.ts";
import { serviceId } from "../../../core/types.ts";
import { type CommandHandlers, Executor } from "../../../daemon/commands/execute.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("Executor carries out the commands behind one that fails by a fault of ours", () => {
  const done: string[] = [];
  const note = ({ kind }: Command) => void done.push(kind);
  const executor = new Executor({
    "root-writable": note,
    "log-available": note,
    "status-line": () => {
      throw new Error("no such word");
    },
  } as Partial<CommandHandlers> as CommandHandlers, { note: () => {} });
  assertThrows(() =>
    executor.execute([
      { kind: "root-writable" },
      { kind: "status-line", service: serviceId(1), outcome: "started" },
      { kind: "log-available" },
      { kind: "status-line", service: serviceId(2), outcome: "started" },
      { kind: "root-writable" },
    ]), /no such word/);
  assertEquals(done, ["root-writable", "log-available", "root-writable"]);
});
