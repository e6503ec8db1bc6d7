/**
 * A service for tests: says its arguments, one after the other, over NOTIFY_SOCKET, and stays.
 *
 * Arguments that are no messages: `fork` says the rest from a child process that becomes the main
 * one, `end` ends with status 0, `await-USR1` waits for that signal.
 */
import type { Fd } from "../../../core/types.ts";
import { processes, status } from "../../../platform/linux/kernel/parts.ts";
import { LINUX_SYSTEM } from "../../../platform/linux/kernel/system.ts";

const { connectDatagram, sendDescriptors, write, close } = LINUX_SYSTEM.platform;
// Bound at once: a library that is opened within a test counts as a leak.
processes.userId();
status.statusOf("/");

/** Sends one message to a notification socket, with copies of descriptors. */
export function say(address: string, message: string, descriptors: readonly Fd[] = []): void {
  const socket = connectDatagram(address);
  if (typeof socket !== "number") throw new Error(socket.message);
  const bytes = new TextEncoder().encode(message);
  const sent = descriptors.length === 0
    ? write(socket, bytes)
    : sendDescriptors(socket, bytes, descriptors);
  if (typeof sent !== "number") throw new Error(`Not sent: ${message}`);
  close(socket);
}

async function run(words: readonly string[]): Promise<void> {
  const address = Deno.env.get("NOTIFY_SOCKET") ?? "";
  for (const [index, word] of words.entries()) {
    if (word === "end") Deno.exit(0);
    if (word === "await-USR1") {
      await new Promise<void>((resolve) => Deno.addSignalListener("SIGUSR1", resolve));
    } else if (word === "fork") {
      const self = new URL(import.meta.url).pathname;
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", self, "MAINPID", ...words.slice(index + 1)],
      }).spawn();
      break;
    } else {
      // Each kind of message that may bring descriptors brings the standard ones.
      const brings = /^(BARRIER|FDSTORE)=/.test(word) ? [0, 1, 2] as Fd[] : [];
      say(address, word === "MAINPID" ? `MAINPID=${Deno.pid}` : word, brings);
    }
  }
  await new Promise(() => setInterval(() => {}, 1_000_000));
}

if (import.meta.main) await run(Deno.args);
