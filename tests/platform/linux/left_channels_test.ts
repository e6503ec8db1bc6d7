import { encodeText } from "../../../core/text/byte_text.ts";
import type { Pid } from "../../../core/types.ts";
import type { LeftChannels } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { platform } from "./children.ts";

const ON_LINUX = [surroundings("Linux", Deno.build.os === "linux")];
const OWN = Deno.pid as Pid;

function channels(): LeftChannels {
  const { leftChannels } = platform;
  assert(leftChannels !== undefined, "Linux has them");
  return leftChannels;
}

testNeeding("openPipe() finds what was written while nobody had the other end", ON_LINUX, () => {
  const { pipeNumber, openPipe } = channels();
  const made = platform.pipe();
  assert(made.kind === "pipe", "there is a pipe");
  const { readEnd, writeEnd } = made;
  const number = pipeNumber(readEnd);
  assert(number !== undefined && number === pipeNumber(writeEnd), "both ends have one number");
  platform.write(writeEnd, encodeText("last words"));
  platform.close(readEnd);
  const again = openPipe(OWN, number, "read");
  const writer = openPipe(OWN, number, "write");
  assert(again !== undefined && writer !== undefined, "both ends can be opened");
  platform.write(writer, encodeText(", and more"));
  const buffer = new Uint8Array(100);
  const count = platform.read(again, buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, Number(count))), "last words, and more");
  assertEquals(platform.read(again, buffer), "again");
  for (const end of [again, writeEnd, writer]) platform.close(end);
  assertEquals(openPipe(OWN, number, "read"), undefined);
});

testNeeding("pipeNumber() of what is no pipe is none", ON_LINUX, () => {
  const pair = platform.socketPair();
  assert(pair.kind === "pair", "there is a pair");
  assertEquals(channels().pipeNumber(pair.near), undefined);
  platform.close(pair.near);
  platform.close(pair.far);
});

testNeeding("openNotifySocketAt() takes the address of one that is gone", ON_LINUX, () => {
  const { openNotifySocketAt } = channels();
  const first = platform.openNotifySocket();
  assert(first.kind === "notify-socket", "it is open");
  const taken = openNotifySocketAt(first.address);
  assert(typeof taken !== "number" && taken.message.includes("EADDRINUSE"), "somebody has it");
  platform.close(first.fd);
  const again = openNotifySocketAt(first.address);
  assert(typeof again === "number", "it is free");
  const sender = platform.connectDatagram(first.address);
  assert(typeof sender === "number", "somebody is there");
  platform.write(sender, encodeText("READY=1"));
  const message = platform.receiveMessage(again, new Uint8Array(100));
  assert(typeof message === "object" && !("errno" in message), "it arrives");
  assertEquals(message.sender?.pid, OWN);
  platform.close(sender);
  platform.close(again);
});
