/** The command line of the benchmark. */
import { parseArgs } from "node:util";

export const HELP = `Usage: npm run bench [-- OPTIONS]

Measures dist/dinit and whichever peers are there, in turns, and writes docs/benchmarks.md.

  --only NAME       Only loads whose name begins with this; may be repeated
  --rounds N        Rounds of each load (default: 5); medians are reported
  --quick           One round, without the long loads
  --program [LABEL=]FILE  A program to measure instead of dist/dinit; may be repeated,
                    to compare two builds
  --no-peers        Measure no peers
  --vm              Boot in QEMU, too: this init, and Debian's systemd and sysvinit beside it
  --json FILE       Write all samples to the file
  --no-report       Leave docs/benchmarks.md as it is (as with --only, --quick and two programs)
  --report          Write docs/benchmarks.md even so: of several tables those that were measured
  --list            Print the names of the loads and exit
  --help            Print this and exit

Environment: PEER_DINIT=DIR  upstream's dinit and dinitctl are in this directory.
perf is used where it can count instructions (apt-get install linux-perf).
A C compiler is needed (apt-get install gcc libc6-dev).
runit and s6 are measured when they are installed (apt-get install --no-install-recommends runit s6).
`;

const DEFAULT_ROUNDS = 5;
const MOST_ROUNDS = 1000;

/** A fault in the command line. */
export class UsageError extends Error {}

export interface Program {
  readonly label: string;
  readonly path: string;
}

export interface BenchOptions {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Empty: dist/dinit. */
  readonly programs: readonly Program[];
  readonly hasPeers: boolean;
  readonly boots: boolean;
  readonly jsonFile: string | undefined;
  readonly writesReport: boolean;
}

/** @throws {UsageError} */
export function readOptions(args: readonly string[]): BenchOptions | "help" | "list" {
  const values = parse(args);
  if (values.help === true) return "help";
  if (values.list === true) return "list";
  const rounds = readRounds(values.rounds);
  const isQuick = values.quick === true;
  const only = values.only ?? [];
  const programs = (values.program ?? []).map(readProgram);
  const isWhole = only.length === 0 && !isQuick && programs.length <= 1;
  return {
    only,
    rounds: rounds ?? (isQuick ? 1 : DEFAULT_ROUNDS),
    isQuick,
    programs,
    hasPeers: values["no-peers"] !== true,
    boots: values.vm === true,
    jsonFile: values.json,
    writesReport: (isWhole || values.report === true) && values["no-report"] !== true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      // `deno task bench -- --quick` hands the "--" on, `npm run` does not.
      args: args[0] === "--" ? args.slice(1) : [...args],
      options: {
        only: { type: "string", multiple: true },
        rounds: { type: "string" },
        quick: { type: "boolean" },
        program: { type: "string", multiple: true },
        "no-peers": { type: "boolean" },
        vm: { type: "boolean" },
        json: { type: "string" },
        "no-report": { type: "boolean" },
        report: { type: "boolean" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= MOST_ROUNDS) return rounds;
  throw new UsageError(`Cannot run "${text}" rounds: allowed are 1 to ${MOST_ROUNDS}`);
}

function readProgram(text: string): Program {
  const equals = text.indexOf("=");
  if (equals < 0) return { label: text, path: text };
  return { label: text.slice(0, equals), path: text.slice(equals + 1) };
}
