/**
 * The {@link Screen} of a real terminal.
 *
 * Signals are read and not left to their default actions, because each of those would leave the
 * terminal without a cursor and with the picture in it. Ctrl-Z gives the terminal back before the
 * process stops.
 */
import { fd as asFd } from "../../core/types.ts";
import { dieOfSignal, processId, read, sendSignal, SIGNALS } from "../../platform/client.ts";
import { ENTER_SCREEN, LEAVE_SCREEN } from "../render/text/screen_codes.ts";
import type { Screen, ScreenSize } from "../interface/screen.ts";
import type { Waiter } from "./waiter.ts";

const { HUP, INT, QUIT, TERM, TSTP, STOP, WINCH } = SIGNALS;
const STANDARD_INPUT = asFd(0);

/** What a terminal is taken for that does not tell its size. */
const USUAL_SIZE: ScreenSize = { columns: 79, rows: 24 };

export class TerminalScreen implements Screen {
  readonly #write: (text: string) => void;
  readonly #waiter: Waiter;
  readonly #hasKeys = Deno.stdin.isTerminal();
  readonly #keys = new Uint8Array(64);
  #isLeft = false;
  #isOpen = false;

  /**
   * Takes the terminal over.
   *
   * @param options `waiter`: reports keys and signals while something is waited for with it.
   */
  constructor(options: { readonly write: (text: string) => void; readonly waiter: Waiter }) {
    this.#write = options.write;
    this.#waiter = options.waiter;
    this.#waiter.watchSignals(
      [HUP, INT, QUIT, TERM, TSTP, WINCH],
      (signal) => this.#signalled(signal),
    );
    if (this.#hasKeys) this.#waiter.watch(STANDARD_INPUT, () => this.#readKeys());
    this.#enter();
  }

  size(): ScreenSize {
    try {
      const { columns, rows } = Deno.consoleSize();
      // A serial line may say 0 and 0. With a letter in the last column, terminals disagree where
      // the cursor is.
      return columns > 1 && rows > 0 ? { columns: columns - 1, rows } : USUAL_SIZE;
    } catch {
      return USUAL_SIZE;
    }
  }

  isLeft(): boolean {
    return this.#isLeft;
  }

  close(): void {
    this.#leave();
    this.#waiter.unwatch(STANDARD_INPUT);
  }

  #enter(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#setRaw(true);
    this.#write(ENTER_SCREEN);
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#write(LEAVE_SCREEN);
    this.#setRaw(false);
  }

  /** Keys come at once and are not shown; Ctrl-C and Ctrl-Z still send their signals. */
  #setRaw(isRaw: boolean): void {
    if (!this.#hasKeys) return;
    try {
      Deno.stdin.setRaw(isRaw, { cbreak: true });
    } catch { /* The terminal has gone: then there is nobody to see it. */ }
  }

  #readKeys(): void {
    const count = read(STANDARD_INPUT, this.#keys);
    if (count === "again") return;
    if (typeof count !== "number" || count === 0) {
      // The end of input, for ever readable; signals still work.
      this.#waiter.unwatch(STANDARD_INPUT);
      return;
    }
    const typed = String.fromCharCode(...this.#keys.subarray(0, count));
    if (/[qQ]/.test(typed)) this.#isLeft = true;
  }

  #signalled(signal: number): void {
    switch (signal) {
      case WINCH:
        return;
      case INT:
        // The second one: whoever should look at the first is held up, by a manager that does not
        // answer.
        if (this.#isLeft) this.#dieOf(INT);
        this.#isLeft = true;
        return;
      case TSTP:
        this.#leave();
        sendSignal(processId(), STOP, "process");
        this.#enter();
        return;
      default:
        this.#dieOf(signal);
    }
  }

  #dieOf(signal: number): void {
    this.close();
    dieOfSignal(signal);
  }
}
