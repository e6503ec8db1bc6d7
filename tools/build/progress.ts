/**
 * Shows a person that something long goes on: on a terminal a line that is written anew every
 * second, elsewhere nothing, for a log wants no lines that say "still".
 */

/** Told while something is fetched. */
export interface Progress {
  /**
   * @param name What is waited for, for the person.
   * @param work Gets a function that takes how much has come, of how much if that is known.
   */
  during<T>(
    name: string,
    work: (received: (bytes: number, ofBytes: number | undefined) => void) => Promise<T>,
  ): Promise<T>;
}

/** Where the line is shown. */
export interface ProgressScreen {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Calls until it is told to end. @returns Ends it. */
  everySecond(action: () => void): () => void;
}

/** Back to the first column, and nothing behind: ECMA-48, CR and EL. */
const ERASE_LINE = "\r\x1b[K";

/** Makes a progress line for the screen. */
export function progressOn(screen: ProgressScreen): Progress {
  return {
    async during(name, work) {
      if (!screen.isTerminal) return await work(() => {});
      let amount = "";
      let seconds = 0;
      const show = () =>
        screen.write(`${ERASE_LINE}  ${name}: ${amount}${seconds === 0 ? "…" : `${seconds} s`}`);
      show();
      const end = screen.everySecond(() => {
        seconds++;
        show();
      });
      try {
        return await work((bytes, ofBytes) => {
          amount = `${megabytes(bytes)}${
            ofBytes === undefined ? "" : ` of ${megabytes(ofBytes)}`
          }, `;
        });
      } finally {
        end();
        screen.write(ERASE_LINE);
      }
    },
  };
}

/** For callers that nobody watches. */
export const NO_PROGRESS: Progress = { during: (_name, work) => work(() => {}) };

/** This process's standard error. */
export const STANDARD_ERROR: ProgressScreen = {
  isTerminal: Deno.stderr.isTerminal(),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  everySecond(action) {
    const timer = setInterval(action, 1000);
    return () => clearInterval(timer);
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
