/** `signal`: send a signal to the process of a service, or list the names. */
import type { System } from "../../../core/types.ts";
import type { CommandRun, SignalRow } from "../../interface/report.ts";
import type { Command } from "../lookup/context.ts";
import { literalName, loadService, tellLoadFailure } from "../lookup/service_lookup.ts";

/** Names in upstream's order. Numbers: signal(7) of Linux; sys/signal.h of the BSDs and macOS. */
const LINUX_SIGNALS: readonly SignalRow[] = [
  { name: "HUP", number: 1 },
  { name: "INT", number: 2 },
  { name: "QUIT", number: 3 },
  { name: "KILL", number: 9 },
  { name: "USR1", number: 10 },
  { name: "USR2", number: 12 },
  { name: "TERM", number: 15 },
  { name: "CONT", number: 18 },
  { name: "STOP", number: 19 },
];
const BSD_NUMBERS: Readonly<Record<string, number>> = { USR1: 30, USR2: 31, CONT: 19, STOP: 17 };

/** The signals that have a name here. */
export function namedSignals(os: System): readonly SignalRow[] {
  if (os === "linux") return LINUX_SIGNALS;
  return LINUX_SIGNALS.map((row) => ({ ...row, number: BSD_NUMBERS[row.name] ?? row.number }));
}

/**
 * `TERM`, `term`, `15`, `+15` → 15; undefined for anything else. A name may have `SIG` before it.
 */
export function signalNumber(word: string, os: System): number | undefined {
  if (/^[+-]?[0-9]{1,9}$/.test(word)) return Number(word);
  const name = word.toUpperCase().replace(/^SIG/, "");
  return namedSignals(os).find((row) => row.name === name)?.number;
}

/** Needs no manager. */
export function* listSignals(os: System): CommandRun {
  yield { kind: "signal-names", signals: namedSignals(os) };
  return 0;
}

/** What to say of a word that is no signal; undefined if it is one. Asked before connecting. */
export function signalFault(word: string, os: System): readonly string[] | undefined {
  if (signalNumber(word, os) !== undefined) return undefined;
  return [
    `unknown signal '${word}': write a number or a name.`,
    "'dinitctl signal --list' shows the names.",
  ];
}

export const sendSignal: Command = function* ({ session, operands, io }): CommandRun {
  const [word = "", serviceWord = ""] = operands;
  const signal = signalNumber(word, io.os);
  if (signal === undefined) {
    yield { kind: "error", lines: signalFault(word, io.os) ?? [] };
    return 1;
  }
  if (!session.knows("signal")) {
    yield { kind: "error", lines: ["the manager is too old for this (control protocol 1)."] };
    return 1;
  }
  const name = yield* literalName(session, serviceWord);
  const service = yield* loadService(session, name);
  if (service.kind === "failed") {
    yield* tellLoadFailure(name, service.fault, { session }, io);
    return 1;
  }
  const reply = yield* session.expect(
    { kind: "signal", handle: service.handle, signal },
    "ack",
    "nak",
    "signal-no-process",
    "signal-bad-number",
    "signal-failed",
  );
  switch (reply.kind) {
    case "ack":
      return 0;
    case "signal-no-process":
      yield { kind: "error", lines: [`service '${name}' has no process to send a signal to.`] };
      return 1;
    case "signal-bad-number":
      yield { kind: "error", lines: [`the system has no signal ${word}.`] };
      return 1;
    default:
      yield {
        kind: "error",
        lines: [`the manager could not send signal ${word} to service '${name}'.`],
      };
      return 1;
  }
};
