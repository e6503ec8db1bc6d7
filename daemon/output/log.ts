/**
 * The manager's messages: to the console and to the main log (a file, or syslog's datagram socket),
 * each with a threshold of its own. Forms of the lines are upstream's, so that what reads them goes
 * on working; in a file the time stands before them, which syslog and the kernel add themselves.
 * Whatever a text quotes, it is one line and gives the terminal no orders.
 */
import { printable } from "../../core/text/printable.ts";
import type { Instant, LogLevel } from "../../core/types.ts";
import type { OutputStream } from "./stream.ts";
import { timeStamp } from "./time_stamp.ts";

/** The least level that is shown; `none`: nothing is. */
export type LogThreshold = LogLevel | "none";

/** What happened to a service, as its status line says it. */
export type Outcome = "started" | "skipped" | "stopped" | "failed" | "failed-by-dependency";

const WEIGHT: Record<LogThreshold, number> = { debug: 0, info: 1, warn: 2, error: 3, none: 4 };

const LABEL: Record<Outcome, string> = {
  "started": "[  OK  ]",
  "skipped": "[ SKIP ]",
  "stopped": "[STOPPD]",
  "failed": "[FAILED]",
  "failed-by-dependency": "[FAILED]",
};

const SENTENCE: Record<Outcome, string> = {
  "started": "started.",
  "skipped": "skipped.",
  "stopped": "stopped.",
  "failed": "failed to start.",
  "failed-by-dependency": "failed to start.",
};

const OUTCOME_LEVEL: Record<Outcome, LogLevel> = {
  "started": "info",
  "skipped": "info",
  "stopped": "info",
  "failed": "error",
  "failed-by-dependency": "warn",
};

/** syslog(3): facility "daemon" (3 << 3) plus severity. */
const SYSLOG_PRIORITY: Record<LogLevel, number> = { debug: 31, info: 29, warn: 28, error: 27 };

/** Of lines in logs that others write to, too. */
const LEAD = "dinit: ";
const SHOW_WAITING_MS = 1000;
const WAITING_LINES = 100;

export interface LogSettings {
  readonly console: OutputStream;
  readonly main: OutputStream;
  readonly consoleLevel: LogThreshold;
  readonly mainLevel: LogThreshold;
  /**
   * `plain`: lines carry the time. `syslog` and `kernel`: `<N>` instead; a record of the kernel's
   * is short.
   */
  readonly mainForm: "plain" | "syslog" | "kernel";
  /** Status lines go by the console's level instead of always. */
  readonly isQuiet: boolean;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Lines that wait because a service has the console. */
export interface KeptLog {
  readonly consoleGivenAt: Instant | undefined;
  readonly waiting: readonly string[];
}

export class Log {
  readonly #settings: LogSettings;
  /** When a service got the console; undefined while the log has it. */
  #consoleGivenAt: Instant | undefined;
  #waiting: string[] = [];
  /** Get what goes to the main log. */
  copies: { line(level: LogLevel, text: string): void } | undefined;

  constructor(settings: LogSettings) {
    this.#settings = settings;
  }

  error(text: string): void {
    this.message("error", text);
  }

  warn(text: string): void {
    this.message("warn", text);
  }

  info(text: string): void {
    this.message("info", text);
  }

  /** @param text One sentence without a line end. */
  message(level: LogLevel, text: string): void {
    const line = `dinit: ${printable(text)}\n`;
    if (WEIGHT[level] >= WEIGHT[this.#settings.consoleLevel]) this.#toConsole(line);
    this.#toMain(level, line);
  }

  /**
   * As {@link message}, but shown also while a service has the console: what must not be missed
   * there.
   */
  announce(level: LogLevel, text: string): void {
    const line = `dinit: ${printable(text)}\n`;
    if (WEIGHT[level] >= WEIGHT[this.#settings.consoleLevel]) this.#settings.console.write(line);
    this.#toMain(level, line);
  }

  /** The line about a service that came up, went down or failed. */
  status(outcome: Outcome, name: string): void {
    const service = printable(name);
    const level = OUTCOME_LEVEL[outcome];
    if (!this.#settings.isQuiet || WEIGHT[level] >= WEIGHT[this.#settings.consoleLevel]) {
      this.#toConsole(`${LABEL[outcome]} ${service}\n`);
    }
    this.#toMain(level, `dinit: service ${service} ${SENTENCE[outcome]}\n`);
  }

  /** A service owns the console from now on: lines wait. */
  handConsoleOver(now: Instant): void {
    if (this.#consoleGivenAt === undefined) this.#consoleGivenAt = now;
  }

  /**
   * The console is the log's again. Lines that waited are shown, but not after a longer absence:
   * the person at the console has moved on, and the main log has them.
   */
  takeConsoleBack(now: Instant): void {
    if (this.#consoleGivenAt === undefined) return;
    const lines = now - this.#consoleGivenAt < SHOW_WAITING_MS ? this.#waiting : [];
    this.#consoleGivenAt = undefined;
    this.#waiting = [];
    this.#settings.console.tryAgain();
    for (const line of lines) this.#settings.console.write(line);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptLog {
    return { consoleGivenAt: this.#consoleGivenAt, waiting: this.#waiting };
  }

  /** Goes on where another log was: a service may have the console. */
  adopt({ consoleGivenAt, waiting }: KeptLog): void {
    this.#consoleGivenAt = consoleGivenAt;
    this.#waiting = [...waiting];
  }

  #toConsole(line: string): void {
    if (this.#consoleGivenAt === undefined) this.#settings.console.write(line);
    else if (this.#waiting.length < WAITING_LINES) this.#waiting.push(line);
  }

  #toMain(level: LogLevel, line: string): void {
    if (WEIGHT[level] < WEIGHT[this.#settings.mainLevel]) return;
    this.copies?.line(level, line.slice(LEAD.length, -1));
    const { main, mainForm, wallClock } = this.#settings;
    if (mainForm === "plain") {
      main.write(timeStamp(wallClock()) + line);
      // What is wrong is not to be lost with a manager that dies of it.
      if (WEIGHT[level] >= WEIGHT.warn) main.release();
      return;
    }
    const record = `<${SYSLOG_PRIORITY[level]}>${line}`;
    main.write(mainForm === "kernel" ? shortened(record) : record);
  }
}

/**
 * A longer one is refused: LOG_LINE_MAX of kernel/printk/printk.c, less what the kernel puts in
 * front.
 */
const KERNEL_RECORD_BYTES = 976;
const encoder = new TextEncoder();

function shortened(record: string): string {
  const bytes = new Uint8Array(KERNEL_RECORD_BYTES - encoder.encode("…\n").length);
  const { read } = encoder.encodeInto(record, bytes);
  return read === record.length ? record : `${record.slice(0, read)}…\n`;
}
