/** Sizes in the blocks of what a report tells over a crash, told in `kept_history.ts`. */

/** Of the block of kind `history`: six words. */
export const HISTORY_HEAD_BYTES = 24;
/** Of the block of kind `historyTurn`: its inputs come behind. */
export const TURN_HEADER_BYTES = 16;
