/**
 * Where the manager's own messages go: its console, its main log, and the log that writes to both.
 */
import type { Platform } from "../../platform/mod.ts";
import { Console } from "./console.ts";
import { Log, type LogThreshold } from "./log.ts";
import { MainLog } from "./main_log.ts";

/** What its command line says about them. */
export interface ManagerOutputOptions {
  readonly isSystemManager: boolean;
  readonly logFile: string | undefined;
  readonly consoleLevel: LogThreshold;
  readonly logLevel: LogThreshold;
  readonly isQuiet: boolean;
}

export interface ManagerOutput {
  readonly console: Console;
  readonly mainLog: MainLog;
  readonly log: Log;
}

/** Nothing is opened yet: messages wait. @param onConsoleIdle As for {@linkcode Console}. */
export function makeManagerOutput(
  platform: Platform,
  options: ManagerOutputOptions,
  onConsoleIdle: (isIdle: boolean) => void,
): ManagerOutput {
  const console = new Console(platform, options.isSystemManager, onConsoleIdle);
  const mainLog = new MainLog(platform, options.logFile);
  const log = new Log({
    console: console.stream,
    main: mainLog.stream,
    mainForm: mainLog.form,
    consoleLevel: options.consoleLevel,
    mainLevel: options.logLevel,
    isQuiet: options.isQuiet,
    wallClock: Date.now,
  });
  return { console, mainLog, log };
}
