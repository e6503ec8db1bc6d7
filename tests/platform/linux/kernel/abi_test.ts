/** The tables of kernel numbers against what C programs printed on both architectures. */
import facts from "./abi_linux.json" with { type: "json" };
import {
  EPOLL,
  ERRNO,
  FILE,
  FILE_EVENTS,
  MOUNT,
  PRCTL,
  REBOOT,
  RESOURCES,
  SIGNAL_CALLS,
  SIGNALS,
  SOCKET,
  TERMINAL,
  TIMER_DESCRIPTOR,
  WAIT,
} from "../../../../platform/linux/kernel/abi.ts";
import {
  CAPABILITY,
  CONFINING,
  LANDLOCK,
  MOUNTING,
  NETWORK_DEVICE,
  NEW_NAMESPACE,
} from "../../../../platform/linux/kernel/sandbox_abi.ts";
import type { Architecture } from "../../../../platform/ffi/architecture.ts";
import { LINUX_ABI } from "../../../../platform/linux/kernel/system_calls.ts";
import { LINUX_ERRNO } from "../../../../platform/linux/kernel/errno.ts";
import { assert, assertEquals } from "../../../assert.ts";

const COLUMNS: readonly (readonly [Architecture, 0 | 1])[] = [["x86_64", 0], ["aarch64", 1]];

for (const [architecture, column] of COLUMNS) {
  Deno.test(`LINUX_ABI on ${architecture} has the kernel's call numbers`, () => {
    const expected: Record<string, readonly number[]> = facts.syscalls;
    for (const [name, number] of Object.entries(LINUX_ABI[architecture].calls)) {
      assertEquals(number, expected[name]?.[column], name);
    }
  });

  Deno.test(`LINUX_ABI on ${architecture} has the layout of epoll_event and the flags of open(2)`, () => {
    const layout = facts.epoll_event[column];
    const abi = LINUX_ABI[architecture];
    assertEquals(abi.epollEvent, {
      bytes: layout?.size,
      dataOffset: layout?.fields.data.offset,
    });
    assertEquals(abi.O_DIRECTORY, facts.O_DIRECTORY[column]);
    assertEquals(abi.O_NOFOLLOW, facts.O_NOFOLLOW[column]);
  });
}

/** Every name that both have must agree, and every name of ours must be known. */
function assertTable(ours: Readonly<Record<string, unknown>>, theirs: Record<string, number>) {
  for (const [name, value] of Object.entries(ours)) {
    assert(Object.hasOwn(theirs, name), `No fact about ${name}`);
    assertEquals(value, theirs[name], name);
  }
}

function without(table: Readonly<Record<string, unknown>>, ...names: readonly string[]) {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !names.includes(name)));
}

Deno.test("constants that both architectures share are the kernel's", () => {
  assertTable(FILE, facts.file);
  assertTable(TERMINAL, facts.terminal);
  assertTable(MOUNT, facts.mount);
  assertTable(PRCTL, facts.prctl);
  for (const table of [MOUNTING, NEW_NAMESPACE, LANDLOCK, CONFINING, NETWORK_DEVICE, CAPABILITY]) {
    assertTable(table, facts.sandbox);
  }
  assertTable(without(REBOOT, "SYSLOG_CONSOLE_OFF"), facts.reboot);
  assertTable(without(SOCKET, "PATH_BYTES"), facts.socket);
  assertTable(without(RESOURCES, "RLIM_INFINITY", "IOPRIO_WHO_PROCESS"), facts.resources);
  assertTable(
    without(EPOLL, "SFD_CLOEXEC", "SFD_NONBLOCK", "SIGNALFD_SIGINFO_BYTES"),
    facts.epoll,
  );
  assertTable(without(FILE_EVENTS, "INOTIFY_EVENT_BYTES"), facts.fileEvents);
  assertTable(without(TIMER_DESCRIPTOR, "ITIMERSPEC_BYTES"), facts.timer);
  const { SIGINFO_BYTES, SIGINFO_PID, ...wait } = WAIT;
  assertTable(wait, facts.wait);
  assertEquals(SIGINFO_BYTES, facts.siginfo.size);
  assertEquals(SIGINFO_PID, facts.siginfo.fields.si_pid.offset);
});

Deno.test("SIGNALS and the ways to change a mask are the kernel's", () => {
  const theirs: Record<string, number> = facts.signals;
  for (const [name, number] of Object.entries(SIGNALS)) {
    assertEquals(number, theirs[`SIG${name}`], name);
  }
  assertEquals(SIGNAL_CALLS.SIG_BLOCK, theirs.SIG_BLOCK);
  assertEquals(SIGNAL_CALLS.SIG_UNBLOCK, theirs.SIG_UNBLOCK);
  assertEquals(SIGNAL_CALLS.SIG_SETMASK, theirs.SIG_SETMASK);
  assertEquals(SIGNAL_CALLS.SIG_IGN, theirs.SIG_IGN);
});

Deno.test("ERRNO and the table of texts have the kernel's numbers", () => {
  assertTable(ERRNO, facts.errno);
  for (const [name, number] of Object.entries(facts.errno)) {
    if (["EWOULDBLOCK", "ENOTSUP", "EDEADLOCK"].includes(name)) continue;
    assertEquals(LINUX_ERRNO.get(number)?.name, name);
  }
});
