/** What a row of the table of verbs says. */

/** What an operand is: decides what the shells complete. */
export type OperandKind =
  | "service"
  | "pattern"
  | "dependency-type"
  | "signal"
  | "variable"
  | "shutdown-type"
  | "program"
  | "command"
  /** An order that is asked about. */
  | "order"
  | "file";

/** A row of the table. */
export interface VerbShape {
  readonly name: string;
  /** Operands as the help shows them; empty when there are none. */
  readonly usage: string;
  /** Kind of each operand in order; the last one stands for all that follow. */
  readonly operands: readonly OperandKind[];
  readonly minOperands: number;
  readonly maxOperands: number;
  /** One line of help. */
  readonly summary: string;
  /** Paragraphs of the manual. */
  readonly details: readonly string[];
  readonly group: VerbGroup;
}

export type VerbGroup = "control" | "query" | "configure" | "manager" | "follow";

/** As many operands as there are words. */
export const MANY = Infinity;
