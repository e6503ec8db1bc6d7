/**
 * The manager as a program: its words → what to do, and its exit status.
 */
import { systemNamed } from "../core/types.ts";
import { openPlatform, type Platform } from "../platform/mod.ts";
import type { ClientPrograms } from "./control/client_programs.ts";
import { Daemon } from "./daemon.ts";
import { lastResort } from "./machine/last_resort.ts";
import { daemonHelp, parseDaemonOptions } from "./start/command_line.ts";
import { versionText } from "./start/version_text.ts";

/**
 * Runs the manager.
 *
 * @param loadClients Loads the client programs, for clients that are only a pipe.
 * @returns Its exit status; as PID 1 it does not return.
 */
export function runDaemon(words: readonly string[], loadClients: () => ClientPrograms): number {
  const os = systemNamed(Deno.build.os);
  const parsed = parseDaemonOptions(words, {
    isFirstProcess: Deno.pid === 1,
    isRoot: Deno.uid() === 0,
    os,
  });
  switch (parsed.kind) {
    case "help":
      return show(daemonHelp());
    case "version":
      return show(versionText(os));
    case "faulty":
      if (isMachinesFirst(words)) {
        // Its end would be the kernel's panic, and nobody could read the message.
        lastResort(openPlatform(), parsed.message, (line) => console.error(line));
      }
      console.error(`dinit: ${parsed.message}`);
      return 1;
    case "run":
      break;
  }
  const platform = openPlatformHere();
  if (platform === undefined) return 1;
  if (!platform.signalsBlockedByStub()) {
    console.error(
      "dinit: This program was not started through its entry program, so signals would be lost. " +
        'Build it with "npm run build" and run dist/dinit',
    );
    return 1;
  }
  const { options } = parsed;
  if (!(options.isSystemManager && Deno.pid === 1)) {
    return new Daemon(platform, options, { words, loadClients }).run();
  }
  let fault: unknown;
  try {
    const status = new Daemon(platform, options, { words, loadClients }).run();
    fault = `it ended with status ${status}`;
  } catch (error) {
    fault = error;
  }
  lastResort(platform, fault, (line) => console.error(line));
}

/** @returns The exit status. */
function show(text: string): number {
  try {
    console.log(text);
    return 0;
  } catch (error) {
    // A reader that has gone has seen enough.
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    const why = error instanceof Error ? error.message : String(error);
    console.error(`dinit: Cannot write to standard output: ${why}`);
    return 1;
  }
}

/** PID 1 of a machine. In a container the one who started it gets the status. */
function isMachinesFirst(words: readonly string[]): boolean {
  return Deno.pid === 1 && Deno.uid() === 0 &&
    !words.includes("-o") && !words.includes("--container");
}

/**
 * What the environment asks for may be impossible, or the system one that is not known: no error of
 * ours.
 */
function openPlatformHere(): Platform | undefined {
  try {
    return openPlatform();
  } catch (error) {
    console.error(`dinit: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
