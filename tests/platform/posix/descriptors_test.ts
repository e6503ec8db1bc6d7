/** Descriptors of any kind: pipes, and what was inherited. */
import { assert, assertEquals } from "../../assert.ts";
import { run } from "../linux/children.ts";
import { testSystems } from "./systems.ts";

testSystems("pipes carry bytes, say again when empty, and end", ({ platform }) => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const buffer = new Uint8Array(8);
  assertEquals(platform.read(pipe.readEnd, buffer), "again");
  assertEquals(platform.waitingInput(pipe.readEnd), "none");
  assertEquals(platform.write(pipe.writeEnd, new TextEncoder().encode("abc")), 3);
  assertEquals(platform.waitingInput(pipe.readEnd), "some");
  assertEquals(platform.read(pipe.readEnd, buffer), 3);
  assert(platform.canWrite(pipe.writeEnd));
  platform.close(pipe.writeEnd);
  assertEquals(platform.read(pipe.readEnd, buffer), 0);
  platform.close(pipe.readEnd);
  const closed = platform.read(pipe.readEnd, buffer);
  assert(typeof closed === "object" && closed.errno === 9);
});

testSystems("a full pipe cannot be written to", ({ platform }) => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  while (platform.write(pipe.writeEnd, new Uint8Array(65536)) !== "again") { /* fill it */ }
  assertEquals(platform.canWrite(pipe.writeEnd), false);
  [pipe.readEnd, pipe.writeEnd].forEach(platform.close);
});

testSystems("inherited descriptors are known and kept from children", (system, folder) => {
  const { platform, parts } = system;
  const fd = parts.files.openFile(`${folder}/file`, 0o101, 0o600);
  assert(typeof fd === "number");
  assertEquals(platform.descriptorKind(fd), "other");
  const copy = platform.reopenForWriting(fd);
  assert(typeof copy === "number" && copy !== fd);
  assertEquals(platform.write(copy, new Uint8Array(1)), 1);
  platform.closeInheritedOnExec();
  platform.close(copy);
  platform.close(fd);
  assertEquals(platform.descriptorKind(fd), "closed");
  assertEquals(run({ command: ["true"] }).status, { kind: "exited", code: 0 });
});
