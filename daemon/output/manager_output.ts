/**
 * Where the manager's own messages go: its console, its main log, and the log that writes to both.
 */
import type { Platform } from "../../platform/mod.ts";
import type { Keeper } from "../kept/keeper.ts";
import { Console } from "./console.ts";
import { type KeptLog, Log, type LogThreshold } from "./log.ts";
import { type KeptMainLog, MainLog } from "./main_log.ts";
import type { KeptStream } from "./stream.ts";

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

/** All of it as another manager goes on with it. */
export interface KeptManagerOutput {
  readonly console: KeptStream;
  readonly mainLog: KeptMainLog;
  readonly log: KeptLog;
}

/** For {@linkcode adoptManagerOutput}. */
export function keepManagerOutput(
  { console, mainLog, log }: ManagerOutput,
  keeper: Keeper,
): KeptManagerOutput {
  return { console: console.keep(keeper), mainLog: mainLog.keep(keeper), log: log.keep() };
}

/** Goes on where the output of another manager was. */
export function adoptManagerOutput(
  { console, mainLog, log }: ManagerOutput,
  kept: KeptManagerOutput,
): void {
  log.adopt(kept.log);
  console.adopt(kept.console);
  mainLog.adopt(kept.mainLog);
}
