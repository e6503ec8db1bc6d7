/**
 * A small system of its own for the executable as PID 1 and system manager, without a machine: a
 * PID and a mount namespace, an almost empty root in memory, and a terminal of the test's as
 * /dev/console.
 *
 * Nothing of the host is mounted in it, and the shutdown hook keeps the manager from releasing file
 * systems and swap, which belong to the whole machine. It may not touch the kernel's log or clock
 * either.
 */
import { BUSYBOX_NEED } from "../busybox.ts";
import { type Need, tool } from "../skip.ts";
import { FirstProcess, NAMESPACE_NEEDS } from "./machine/first_process.ts";
import { PROGRAM } from "./manager.ts";
import { smallRoot } from "./machine/small_root.ts";
import { Terminal } from "./terminal.ts";

export const BARE_MACHINE_NEEDS: readonly Need[] = [
  ...NAMESPACE_NEEDS,
  tool("setpriv"),
  BUSYBOX_NEED,
];

export interface BareMachineOptions {
  readonly services: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Redirections of the executable, as a shell writes them. */
  readonly redirections?: string;
  /** /proc is mounted before; otherwise the executable has to. */
  readonly hasProc?: boolean;
  /** Shell commands that change the system before; `$root` is its root. */
  readonly before?: string;
}

/** One such system. */
export class BareMachine {
  readonly console: Terminal;
  readonly first: FirstProcess;

  private constructor(terminal: Terminal, first: FirstProcess) {
    this.console = terminal;
    this.first = first;
  }

  static async start(options: BareMachineOptions): Promise<BareMachine> {
    const terminal = Terminal.open();
    const before = `set -e
root=$FOLDER/root
mkdir "$root"
mount -t tmpfs -o mode=755 none "$root"
cd "$root"
mkdir bin sbin dev etc etc/dinit proc run tmp
${smallRoot(["sh", "sleep", "cat", "echo", "mkdir"])}
cp ${PROGRAM} sbin/dinit
printf '#!/bin/sh\\nexit 0\\n' >etc/dinit/shutdown-hook
chmod 755 etc/dinit/shutdown-hook
cp -R "$FOLDER/services" etc/dinit.d
mknod -m 666 dev/null c 1 3
touch dev/console
mount --bind ${terminal.path} dev/console
${options.hasProc === false ? "" : "mount -t proc none proc"}
${options.before ?? ""}
cd /`;
    const first = await FirstProcess.start({
      services: options.services,
      args: options.args ?? [],
      before,
      program: 'setpriv --bounding-set=-syslog,-sys_time chroot "$root" /sbin/dinit',
      ...(options.redirections === undefined ? {} : { redirections: options.redirections }),
      unshare: [],
    });
    return new BareMachine(terminal, first);
  }

  /** A path of the system, as it can be used from outside. */
  async path(inside: string): Promise<string> {
    return `/proc/${await this.first.pid()}/root${inside}`;
  }

  async ctl(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
    const { code, stdout } = await new Deno.Command(PROGRAM, {
      args: ["ctl", "-p", await this.path("/run/dinitctl"), ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return { code, out: new TextDecoder().decode(stdout) };
  }

  async dispose(): Promise<void> {
    await this.first.dispose();
    this.console.close();
  }
}

/** Starts one, runs the body, and ends it whatever came of it. */
export async function withBareMachine(
  options: BareMachineOptions,
  body: (machine: BareMachine) => Promise<void>,
): Promise<void> {
  const machine = await BareMachine.start(options);
  try {
    await body(machine);
  } catch (error) {
    console.log(`--- console\n${machine.console.screen}\n--- output\n${machine.first.output}`);
    throw error;
  } finally {
    await machine.dispose();
  }
}
