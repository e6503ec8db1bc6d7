/**
 * A terminal that a command has for itself, as the command sees it. The real one is in
 * `ctl/system/terminal_screen.ts`; tests give their own.
 */

/** Room for letters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Whoever opened it closes it, whatever happens: the terminal is of no use before that. */
export interface Screen {
  /** Asked at each drawing: people change it. */
  size(): ScreenSize;
  /** Whether the user wants to leave: Ctrl-C, the key q, or a signal that ends programs. */
  isLeft(): boolean;
  /** Takes the picture away and gives the terminal back as it was. */
  close(): void;
}
