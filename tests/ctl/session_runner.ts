/** Runs a client program against a script and gathers what came of it. */
import type { ClientIo } from "../../ctl/interface/io.ts";
import { runCtl } from "../../ctl/run_ctl.ts";
import { FakeIo, type FakeIoOptions, ScriptedConnection, type Turn } from "./fake_io.ts";

export interface Outcome {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
  /** Departures from the script; empty when all went as written. */
  readonly faults: readonly string[];
  readonly io: FakeIo;
}

/** Runs `dinitctl`, or another program with the same signature. */
export function converse(
  words: readonly string[],
  turns: readonly Turn[],
  options: FakeIoOptions = {},
  program: (words: readonly string[], io: ClientIo) => number = runCtl,
): Outcome {
  const connection = new ScriptedConnection(turns);
  const io = new FakeIo({ ...options, connection });
  connection.onTimeout = (milliseconds) => io.sleep(milliseconds);
  connection.onReceive = () => io.sleep(options.receiveMs ?? 0);
  if ("peer" in options) connection.peer = options.peer;
  const exit = program(words, io);
  return { exit, output: io.output, errors: io.errors, faults: connection.finish(), io };
}
