/**
 * Linux's words for what a child does between fork and execve.
 */
import { EXEC_STAGE } from "../../../core/types.ts";
import { call, type ChildSystem, unless } from "../../child/call.ts";
import { FILE, SIGNAL_CALLS, SIGNALS, TERMINAL } from "../kernel/abi.ts";
import { attributeCalls } from "./attributes.ts";

const { SIG_SETMASK, SET_BYTES } = SIGNAL_CALLS;

/** The kernel's struct sigaction, which begins with the handler: SIG_DFL is 0, SIG_IGN 1. */
const DEFAULT_ACTION = { kind: "words64", words: [0, 0, 0, 0] } as const;
const IGNORE_ACTION = { kind: "words64", words: [1, 0, 0, 0] } as const;

export const LINUX_CHILD_SYSTEM: ChildSystem = {
  file: FILE,
  terminal: TERMINAL,
  signals: SIGNALS,
  duplicate: (stage, source, target, ending) =>
    call(stage, "dup3", source, target, ending === "stays" ? 0 : FILE.O_CLOEXEC),
  // Linux 5.9.
  closeRange: (first, last) => [
    unless("ignore", call(EXEC_STAGE.arrangeDescriptors, "close_range", first, last, 0)),
  ],
  defaultAction: (signal) =>
    call(EXEC_STAGE.execute, "rt_sigaction", signal, DEFAULT_ACTION, 0, SET_BYTES),
  ignoreAction: (signal) =>
    call(EXEC_STAGE.execute, "rt_sigaction", signal, IGNORE_ACTION, 0, SET_BYTES),
  blockOnly: (mask) => {
    const set = { kind: "words64", words: [mask] } as const;
    return call(EXEC_STAGE.execute, "rt_sigprocmask", SIG_SETMASK, set, 0, SET_BYTES);
  },
  attributeCalls,
};
