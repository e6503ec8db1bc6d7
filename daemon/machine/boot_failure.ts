/**
 * The system manager's last resort: all services have stopped and nobody asked for it. PID 1 must
 * not exit, so it says what happened and lets the person at the console choose.
 */
import { fd } from "../../core/types.ts";
import type { Fd } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";

export type Choice = "reboot" | "recovery" | "boot-again" | "other-init" | "poweroff";

const CHOICES: Readonly<Record<string, Choice>> = {
  r: "reboot",
  e: "recovery",
  s: "boot-again",
  o: "other-init",
  p: "poweroff",
};

const QUESTION = "Choose: (r)eboot, r(e)covery, re(s)tart boot sequence, ";
const OTHER_INIT = "start the (o)ther init, ";
const POWER_OFF = "(p)ower off";

const KEY_BYTES = 64;

export interface BootFailureParts {
  /** Writes text to the console as it is. */
  show(text: string): void;
  /** Called once for each question. */
  choose(choice: Choice): void;
  /** Opens the console anew if it was lost. */
  restore(): void;
  /** Another init that could be started; undefined: there is none. Asked once a question. */
  otherInit(): string | undefined;
}

/** A question that is open, as another manager goes on with it. */
export interface KeptPrompt {
  readonly question: string;
  readonly report: readonly string[];
}

/** The question at the console, while it is being asked. */
export class BootFailurePrompt {
  readonly #platform: Platform;
  readonly #show: (text: string) => void;
  readonly #choose: (choice: Choice) => void;
  readonly #restore: () => void;
  readonly #otherInit: () => string | undefined;
  readonly #input: Fd = fd(0);
  readonly #buffer = new Uint8Array(KEY_BYTES);
  #isOpen = false;
  #question = "";
  #report: readonly string[] = [];
  /** A terminal that is lost again before a key came from it is not asked at a third time. */
  #wasLost = false;

  constructor(platform: Platform, parts: BootFailureParts) {
    this.#platform = platform;
    this.#show = parts.show;
    this.#choose = parts.choose;
    this.#restore = parts.restore;
    this.#otherInit = parts.otherInit;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Asks. One key is the answer, without Enter, where the terminal can do that.
   *
   * @param report What failed and why, a sentence a line.
   * @returns false when there is no terminal to listen to.
   */
  open(report: readonly string[]): boolean {
    if (this.#isOpen) return true;
    this.#wasLost = false;
    return this.#ask(report);
  }

  /** For {@linkcode adopt}; undefined: nothing is asked. */
  keep(): KeptPrompt | undefined {
    return this.#isOpen ? { question: this.#question, report: this.#report } : undefined;
  }

  /** Waits for the answer to a question that another manager has asked. */
  adopt({ question, report }: KeptPrompt): void {
    const interest = { read: true, write: false };
    if (this.#platform.poller.watch(this.#input, interest) !== undefined) return;
    this.#isOpen = true;
    this.#question = question;
    this.#report = report;
  }

  #ask(report: readonly string[]): boolean {
    this.#restore();
    if (this.#platform.descriptorKind(this.#input) !== "terminal") return false;
    if (this.#platform.poller.watch(this.#input, { read: true, write: false }) !== undefined) {
      return false;
    }
    this.#isOpen = true;
    this.#report = report;
    const isByKey = this.#platform.setTerminalInput(this.#input, "key") === undefined;
    const other = this.#otherInit() === undefined ? "" : OTHER_INIT;
    this.#question = `${QUESTION}${other}${POWER_OFF}${isByKey ? "" : "; then press Enter"}: `;
    const lines = report.map((line) => `  ${line}\n`).join("");
    this.#show(
      `\nAll services have stopped, and no shutdown was asked for.\n${lines}${this.#question}`,
    );
    return true;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // What is started from here types whole lines.
    this.#platform.setTerminalInput(this.#input, "line");
    this.#show("\n");
    this.#platform.poller.unwatch(this.#input);
  }

  /** The terminal is gone: hung up, or taken from all who had it open. */
  #lost(): void {
    this.close();
    const wasLost = this.#wasLost;
    this.#wasLost = true;
    if (!wasLost && this.#ask(this.#report)) return;
    // Nobody will answer.
    this.#choose("poweroff");
  }

  /** @returns Whether the descriptor is the console's input. */
  handleDescriptor(descriptor: Fd): boolean {
    if (!this.#isOpen || descriptor !== this.#input) return false;
    const count = this.#platform.read(this.#input, this.#buffer);
    if (count === "again") return true;
    if (typeof count !== "number" || count === 0) {
      this.#lost();
      return true;
    }
    this.#wasLost = false;
    const typed = new TextDecoder().decode(this.#buffer.subarray(0, count)).trim().toLowerCase();
    const choice = CHOICES[typed.slice(0, 1)];
    if (choice === undefined || (choice === "other-init" && this.#otherInit() === undefined)) {
      this.#show(`\n${this.#question}`);
      return true;
    }
    this.close();
    this.#choose(choice);
    return true;
  }
}
